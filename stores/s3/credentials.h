/// Credentials for an object store, and where they come from.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::s3 {

struct Credentials {
  std::string access_key = {};
  std::string secret_key = {};
  std::string session_token = {};   ///< empty: none
  UnixMilliseconds expires_ms = 0;  ///< 0: never
};

/// One place where credentials may be. Any thread.
class CredentialProvider {
 public:
  virtual ~CredentialProvider() = default;
  /// What errors call it: "profile 'backup' of ~/.aws/credentials".
  virtual std::string name() const = 0;
  /// Asks anew. Errors: kDenied, kRetry, kUsage, kCorrupt.
  virtual Result<Credentials> ask(Deadline deadline) = 0;
};

/// The credentials in use, asked for anew five minutes before they expire. Any thread.
class CredentialSource {
 public:
  explicit CredentialSource(std::unique_ptr<CredentialProvider> provider) : provider_(std::move(provider)) {}
  /// Old ones are given out as long as they last when new ones cannot be had.
  Result<Credentials> current(Deadline deadline);
  /// The server says that `expired` are no longer good: the next current() asks anew.
  void forget(const Credentials& expired);

 private:
  const std::unique_ptr<CredentialProvider> provider_;
  std::mutex mutex_;
  std::optional<Credentials> credentials_;
};

/// Always the same ones.
std::unique_ptr<CredentialProvider> fixed_credentials(Credentials credentials, std::string name);

}  // namespace arkive::s3

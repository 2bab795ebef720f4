/// Credentials that may expire, and where they come from, whatever they are made of.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::remote {

/// One place where credentials may be. Any thread.
template <class Credentials>
class CredentialProvider {
 public:
  virtual ~CredentialProvider() = default;
  /// What errors call it: "profile 'backup' of ~/.aws/credentials".
  virtual std::string name() const = 0;
  /// Asks anew. Errors: kDenied, kRetry, kUsage, kCorrupt.
  virtual Result<Credentials> ask(Deadline deadline) = 0;
};

/// Always the same ones.
template <class Credentials>
class FixedCredentials final : public CredentialProvider<Credentials> {
 public:
  FixedCredentials(Credentials credentials, std::string name)
      : credentials_(std::move(credentials)), name_(std::move(name)) {}
  std::string name() const override { return name_; }
  Result<Credentials> ask(Deadline) override { return credentials_; }

 private:
  const Credentials credentials_;
  const std::string name_;
};

/// The credentials in use, asked for anew five minutes before they expire. `Credentials` has `expires_ms` (0:
/// never) and ==. Any thread.
template <class Credentials>
class CredentialSource {
 public:
  explicit CredentialSource(std::unique_ptr<CredentialProvider<Credentials>> provider)
      : provider_(std::move(provider)) {}

  /// Old ones are given out as long as they last when new ones cannot be had.
  Result<Credentials> current(Deadline deadline) {
    const std::lock_guard lock(mutex_);
    const UnixMilliseconds now = wall_clock_now();
    const bool lasts =
        credentials_ && (credentials_->expires_ms == 0 || now < credentials_->expires_ms - kAhead);
    if (lasts) return *credentials_;
    Result<Credentials> asked = provider_->ask(deadline);
    if (asked) {
      credentials_ = *asked;
    } else if (!credentials_ || now >= credentials_->expires_ms) {
      return fail(std::move(asked.error()).within("get credentials from " + provider_->name()));
    }
    return *credentials_;
  }
  /// The server says that `expired` are no longer good: the next current() asks anew.
  void forget(const Credentials& expired) {
    const std::lock_guard lock(mutex_);
    if (credentials_ && *credentials_ == expired) credentials_.reset();
  }

 private:
  static constexpr UnixMilliseconds kAhead = 300'000;
  const std::unique_ptr<CredentialProvider<Credentials>> provider_;
  std::mutex mutex_;
  std::optional<Credentials> credentials_;
};

}  // namespace arkive::remote

/// Connection: requests to one container, with proof of who sends them, tried again as rule R4 of
/// docs/reliability.md lays down.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stores/azure/credentials.h"
#include "stores/azure/settings.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/http/client.h"
#include "stores/http/url.h"
#include "stores/remote/lease.h"
#include "stores/remote/part.h"
#include "stores/remote/requests.h"
#include "stores/remote/server_clock.h"

namespace arkive::azure {

struct Call {
  std::string operation;  ///< what errors call it: "put"
  std::string method = "GET";
  std::string key = {};  ///< of the store; empty: the container itself
  http::Query query = {};
  http::Headers headers = {};  ///< names in lower case
  Bytes body = {};
  remote::AskPart part = {};
  std::uint64_t most_bytes = 0;  ///< as http::Request, as the one below; without `part`
  const http::TakeBody* take = nullptr;
  /// How long it may take effect. With an account's key the server refuses it later; with a shared access
  /// signature or a token it is not begun later, and cut when it is under way.
  std::optional<remote::Validity> valid = {};
};

/// Any thread.
class Connection {
 public:
  Connection(Settings settings, std::unique_ptr<CredentialProvider> credentials);

  /// The response, with a status of 200 to 206, or 404 (no such blob), 412 (a condition that does not hold,
  /// whatever status Azure says it with) or 416 (no such range). Errors: kRetry (not reachable, or told to
  /// come again, until the tries, the deadline or the budget of retries were used up), kDenied, kConflict
  /// (`valid` was over; or a lease of Azure's own is on the blob), kUsage (no such container), kFail, and
  /// those of http::Client::send(). They name operation, object, cause; no secret is in them.
  Result<http::Response> call(const Call& call, Deadline deadline) const;

  const Settings& settings() const { return settings_; }
  /// "az://account/container/prefix/key", for errors.
  std::string object(std::string_view key) const;

 private:
  using Answer = remote::Answer;
  std::string blob_of(const std::string& key) const { return settings_.location.prefix + key; }
  std::string path_of(const std::string& key) const;
  std::string named(const Call& call) const;
  http::Request request_of(const Call& call, const Credentials& credentials) const;
  Answer judge(const Call& call, Result<http::Response> got, const Credentials& used) const;
  Answer judge_refusal(const Call& call, const http::Response& response, const Credentials& used) const;
  Answer try_once(const Call& call, Deadline deadline) const;

  const Settings settings_;
  const http::Client client_;
  mutable CredentialSource credentials_;
  mutable remote::Requests requests_;
  mutable remote::ServerClock clock_;
};

}  // namespace arkive::azure

/// Connection: signed requests to one bucket, tried again as rule R4 of docs/reliability.md lays down.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/http/client.h"
#include "stores/remote/lease.h"
#include "stores/remote/part.h"
#include "stores/remote/requests.h"
#include "stores/s3/credentials.h"
#include "stores/s3/settings.h"
#include "stores/s3/signature.h"

namespace arkive::s3 {

struct Call {
  std::string operation;  ///< what errors call it: "put"
  std::string method = "GET";
  std::string key = {};  ///< of the store; empty: the bucket itself
  Query query = {};
  http::Headers headers = {};  ///< names in lower case
  Bytes body = {};
  /// What is signed of the body, where it is known: its SHA-256 as 64 hex digits, or kUnsignedPayload, where
  /// a header with its checksum is signed in its place. Empty: it is hashed.
  std::string payload_sha256 = {};
  remote::AskPart part = {};
  std::uint64_t most_bytes = 0;  ///< as http::Request, as the one below; without `part`
  const http::TakeBody* take = nullptr;
  std::optional<remote::Validity> valid = {};
};

/// Any thread.
class Connection {
 public:
  Connection(Settings settings, std::unique_ptr<CredentialProvider> credentials);

  /// The response, with a status of 200 to 206, or 404 (no such object), 412 (a condition that does not hold)
  /// or 416 (no such range), or 400 where it is_without_lock(). An error inside a response of status 200 is
  /// an error. Errors: kRetry (not reachable, or told to come again, until the tries, the deadline or the
  /// budget of retries were used up), kDenied, kConflict (`valid` was over), kUsage (no such bucket, another
  /// region), kFail, and those of http::Client::send(). They name operation, object, cause.
  Result<http::Response> call(const Call& call, Deadline deadline) const;

  const Settings& settings() const { return settings_; }
  const Dialect& dialect() const { return dialect_; }
  /// "s3://bucket/prefix/key", for errors.
  std::string object(std::string_view key) const;

 private:
  using Answer = remote::Answer;
  std::string path_of(const std::string& key) const;
  Result<http::Request> request_of(const Call& call, const Credentials& credentials) const;
  Answer judge(const Call& call, Result<http::Response> got, const Credentials& used) const;
  Answer judge_refusal(const Call& call, const http::Response& response, const Credentials& used) const;
  Answer try_once(const Call& call, Deadline deadline) const;

  const Settings settings_;
  const Dialect& dialect_;
  const http::Client client_;
  mutable CredentialSource credentials_;
  mutable remote::Requests requests_;
  mutable std::atomic<UnixMilliseconds> clock_offset_{0};  ///< what the server's clock is ahead of ours
};

}  // namespace arkive::s3

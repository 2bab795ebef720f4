/// Connection: requests to one bucket by Google Cloud Storage's JSON interface, tried again as rule R4 of
/// docs/reliability.md lays down.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/gcs/credentials.h"
#include "stores/gcs/settings.h"
#include "stores/http/client.h"
#include "stores/http/url.h"
#include "stores/remote/lease.h"
#include "stores/remote/part.h"
#include "stores/remote/requests.h"
#include "stores/remote/server_clock.h"

namespace arkive::gcs {

struct Call {
  std::string operation;  ///< what errors call it: "put"
  std::string method = "GET";
  std::string key = {};   ///< of the store, for errors; empty: the bucket itself
  std::string path = {};  ///< percent-encoded: one of Connection's, or that of an upload
  http::Query query = {};
  http::Headers headers = {};  ///< names in lower case
  Bytes body = {};
  remote::AskPart part = {};
  std::uint64_t most_bytes = 0;  ///< as http::Request, as the one below; without `part`
  const http::TakeBody* take = nullptr;
  bool of_bucket = false;  ///< 404 means that there is no such bucket
  /// How long it may take effect: it is not begun later, and cut when it is under way.
  std::optional<remote::Validity> valid = {};
};

/// Any thread.
class Connection {
 public:
  Connection(Settings settings, std::unique_ptr<CredentialProvider> credentials);

  std::string bucket_path() const;                        ///< its objects: to be listed
  std::string object_path(std::string_view key) const;    ///< what is known of an object, to be removed
  std::string download_path(std::string_view key) const;  ///< its bytes
  std::string upload_path() const;                        ///< new ones
  std::string whole_key(std::string_view key) const;      ///< with the prefix of the store

  /// The response, with a status of 200 to 206, or 308 (an upload that is not at its end), 404 (no such
  /// object), 410 (an upload that is gone), 412 (a condition that does not hold), 416 (no such range) or 499
  /// (an upload that was given up). Errors: kRetry (not reachable, or told to come again, until the tries,
  /// the deadline or the budget of retries were used up), kDenied, kConflict (`valid` was over), kUsage (no
  /// such bucket), kFull, kFail, and those of http::Client::send(). They name operation, object, cause; no
  /// secret is in them.
  Result<http::Response> call(const Call& call, Deadline deadline) const;
  /// One try of it.
  remote::Answer once(const Call& call, Deadline deadline) const;
  /// Tries that are not all the same request: what came of one changes what the next one asks for.
  Result<http::Response> repeat(const std::string& operation, const std::string& key,
                                const std::function<remote::Answer()>& attempt, Deadline deadline) const;

  const Settings& settings() const { return settings_; }
  /// "gs://bucket/prefix/key", for errors.
  std::string object(std::string_view key) const;

 private:
  using Answer = remote::Answer;
  std::string named(const std::string& operation, std::string_view key) const;
  Answer judge(const Call& call, Result<http::Response> got, const Credentials& used) const;
  Answer judge_refusal(const Call& call, const http::Response& response, const Credentials& used) const;

  const Settings settings_;
  const http::Client client_;
  mutable CredentialSource credentials_;
  mutable remote::Requests requests_;
  mutable remote::ServerClock clock_;
};

}  // namespace arkive::gcs

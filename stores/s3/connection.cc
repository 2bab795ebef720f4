#include "stores/s3/connection.h"

#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/http/date.h"
#include "stores/s3/xml.h"

namespace arkive::s3 {
namespace {

bool passes(int status) {
  return (status >= 200 && status <= 206) || status == 404 || status == 412 || status == 416;
}

/// The server says that there are too many requests. A 503 by itself does not: it may be any proxy's trouble.
bool is_throttle(int status, const std::string& code) {
  return status == 429 || code.starts_with("SlowDown") || code == "RequestLimitExceeded";
}

bool may_pass_by_itself(int status) {
  return status == 307 || status == 408 || status == 409 || status == 429 || status == 500 ||
         (status >= 502 && status <= 504);
}

/// What a server says inside a 200 when it could not do it after all.
bool may_pass_by_itself(const std::string& code) {
  return code == "InternalError" || code.starts_with("SlowDown") || code == "ServiceUnavailable" ||
         code == "RequestTimeout" || code == "OperationAborted";
}

/// The time until which a request was signed has passed: Amazon says so in words, Google by its code.
bool is_over(int status, const ServerError& error) {
  return (status == 403 && error.message.find("expired") != std::string::npos) ||
         (status == 400 && error.code == "ExpiredToken");
}

std::string hint_for(const std::string& code, Family family) {
  if (code == "InvalidAccessKeyId" || code == "InvalidToken")
    return "check the credentials: the server does not know them";
  if (code == "SignatureDoesNotMatch") {
    if (family == Family::kGoogle) return "check the secret of the access key (GS_SECRET_ACCESS_KEY)";
    return "check the secret key, and the region (AWS_REGION)";
  }
  if (code == "AccessDenied" || code.empty()) return "docs/stores.md names the rights that a store needs";
  return {};
}

}  // namespace

Connection::Connection(Settings settings, std::unique_ptr<CredentialProvider> credentials)
    : settings_(completed(std::move(settings))),
      dialect_(Dialect::of(settings_.family)),
      client_({.certificate_authorities = settings_.certificate_authorities,
               .plain_http = http::plain_http_if(settings_.allow_plain_http)}),
      credentials_(std::move(credentials)),
      requests_(settings_.retries, settings_.endpoint.origin()) {}

std::string Connection::object(std::string_view key) const {
  const std::string place =
      std::string(dialect_.scheme()) + "://" + settings_.location.bucket + "/" + settings_.location.prefix;
  return printable(key.empty() && place.ends_with('/') ? place.substr(0, place.size() - 1)
                                                       : place + std::string(key));
}

std::string Connection::path_of(const std::string& key) const {
  std::string path = settings_.endpoint.path;
  if (settings_.path_style) path += "/" + settings_.location.bucket;
  if (key.empty()) return path.empty() ? "/" : path;
  return path + "/" + http::percent_encoded(settings_.location.prefix + key, http::Slash::kKeep);
}

Result<http::Request> Connection::request_of(const Call& call, const Credentials& credentials) const {
  http::Url host = settings_.endpoint;
  if (!settings_.path_style) host.host = settings_.location.bucket + "." + host.host;
  Signable signable{.method = call.method,
                    .path = path_of(call.key),
                    .query = call.query,
                    .headers = call.headers,
                    .payload_sha256 = {}};
  signable.headers.emplace_back("host", host.authority());
  const remote::Part part = remote::ask(call.part, call.most_bytes, signable.headers);
  http::Request request{.method = call.method,
                        .url = {},
                        .headers = {},
                        .body = call.body,
                        .most_bytes = part.most_bytes,
                        .take = call.take,
                        .enough_bytes = part.enough_bytes};
  const Scope scope{
      .region = settings_.region, .service = std::string(dialect_.service()), .words = dialect_.words()};
  if (call.valid) {
    signable.query = signed_query(signable, credentials, scope, call.valid->from, call.valid->lifetime);
    request.headers = signable.headers;
  } else {
    signable.payload_sha256 = call.payload_sha256.empty() ? hex(sha256(call.body)) : call.payload_sha256;
    request.headers = signed_headers(signable, credentials, scope, wall_clock_now() + clock_offset_);
  }
  const std::string query = http::query_text(signable.query);
  request.url = host.origin() + signable.path + (query.empty() ? "" : "?" + query);
  return request;
}

Connection::Answer Connection::judge_refusal(const Call& call, const http::Response& response,
                                             const Credentials& used) const {
  const int status = response.status;
  const ServerError error = read_error(response.body);
  const std::string text = call.operation + " '" + object(call.key) + "': " + described(status, error);
  const auto final = [&](Outcome outcome, const std::string& hint) {
    return Answer{.result = fail(outcome, text, hint)};
  };
  if (error.code == "RequestTimeTooSkewed") {
    const auto server = http::time_in(response, "date");
    if (server && clock_offset_ == 0) {
      clock_offset_ = *server - wall_clock_now();
      log_warning("the clock of this machine is off by " +
                  human_duration(std::chrono::milliseconds(std::abs(clock_offset_.load()))) +
                  " from that of '" + settings_.endpoint.host + "'; requests are signed with the latter");
      return {.result = fail(Outcome::kRetry, text), .try_again = true, .at_once = true};
    }
    return final(Outcome::kDenied, "set the clock of this machine");
  }
  if (call.valid && is_over(status, error)) {
    return final(Outcome::kConflict,
                 "this process stood still for longer than its lock lasts; run the command again");
  }
  if (error.code == "ExpiredToken" || error.code == "TokenRefreshRequired") {
    credentials_.forget(used);
    const bool can_be_new = used.expires_ms != 0;
    return {.result = fail(Outcome::kDenied, text, "the credentials have expired: get new ones"),
            .try_again = can_be_new,
            .at_once = can_be_new};
  }
  if (status == 301 || error.code == "AuthorizationHeaderMalformed") {
    const std::string_view told = response.header("x-amz-bucket-region");
    const std::string region = told.empty() ? error.region : std::string(told);
    return final(Outcome::kUsage, region.empty() ? "set AWS_REGION to the region of the bucket"
                                                 : "set AWS_REGION=" + printable(region));
  }
  const bool inside = status < 300;
  if (inside ? may_pass_by_itself(error.code) : may_pass_by_itself(status)) {
    if (is_throttle(status, error.code)) requests_.throttled();
    return remote::may_pass({Outcome::kRetry, text, {}}, response);
  }
  if (status == 401 || status == 403) return final(Outcome::kDenied, hint_for(error.code, settings_.family));
  if (error.code == "InvalidAccessKeyId" || error.code == "InvalidToken")
    return final(Outcome::kDenied, hint_for(error.code, settings_.family));
  if (status == 507 || error.code == "XMinioStorageFull" || error.code == "QuotaExceeded" ||
      error.code == "XMinioAdminBucketQuotaExceeded")
    return final(Outcome::kFull, "make room there, or raise the quota");
  return final(Outcome::kFail, hint_for(error.code, settings_.family));
}

Connection::Answer Connection::judge(const Call& call, Result<http::Response> got,
                                     const Credentials& used) const {
  if (!got) {
    const bool again = got.error().outcome == Outcome::kRetry;
    return {.result = fail(std::move(got.error()).within(call.operation + " '" + object(call.key) + "'")),
            .try_again = again};
  }
  if (got->status == 404 && got->body.find("NoSuchBucket") != std::string::npos) {
    return {.result = fail(Outcome::kUsage,
                           call.operation + " '" + object(call.key) + "': there is no bucket '" +
                               settings_.location.bucket + "'",
                           "make it first, or check its name and the endpoint (AWS_ENDPOINT_URL_S3)")};
  }
  // Only operations that begin to answer before they are done say so inside a 200.
  const bool error_inside =
      got->status == 200 && call.method == "POST" && !read_error(got->body).code.empty();
  const bool is_answer =
      passes(got->status) || (got->status == 400 && is_without_lock(read_error(got->body)));
  if (!is_answer || error_inside) return judge_refusal(call, *got, used);
  requests_.served();
  return {.result = std::move(got)};
}

Connection::Answer Connection::try_once(const Call& call, Deadline deadline) const {
  auto credentials = credentials_.current(deadline);
  if (!credentials) {
    const bool again = credentials.error().outcome == Outcome::kRetry;
    return {.result = fail(std::move(credentials.error())), .try_again = again};
  }
  auto request = request_of(call, *credentials);
  if (!request) return {.result = fail(std::move(request.error()))};
  return judge(call, client_.send(*request, deadline), *credentials);
}

Result<http::Response> Connection::call(const Call& call, Deadline deadline) const {
  return requests_.send(
      call.operation + " '" + object(call.key) + "'", [&] { return try_once(call, deadline); }, deadline);
}

}  // namespace arkive::s3

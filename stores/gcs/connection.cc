#include "stores/gcs/connection.h"

#include "stores/gcs/json.h"

namespace arkive::gcs {
namespace {

constexpr const char* kObjects = "/storage/v1/b/";

bool passes(int status) {
  return (status >= 200 && status <= 206) || status == 308 || status == 404 || status == 410 ||
         status == 412 || status == 416 || status == 499;
}

bool may_pass_by_itself(int status) {
  return status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
}

std::string described(int status, const ServerError& error) {
  std::string text = "status " + std::to_string(status);
  if (!error.reason.empty()) text += ", " + printable(error.reason);
  if (!error.message.empty()) text += ": " + printable(error.message);
  return text;
}

std::string encoded(std::string_view text) {
  return http::percent_encoded(text, http::Slash::kEncode);
}

}  // namespace

Connection::Connection(Settings settings, std::unique_ptr<CredentialProvider> credentials)
    : settings_(completed(std::move(settings))),
      client_({.certificate_authorities = settings_.certificate_authorities,
               .plain_http = http::plain_http_if(settings_.allow_plain_http)}),
      credentials_(std::move(credentials)),
      requests_(settings_.retries, settings_.endpoint.origin()) {}

std::string Connection::object(std::string_view key) const {
  const std::string place = "gs://" + settings_.location.bucket + "/" + settings_.location.prefix;
  return printable(key.empty() ? place.substr(0, place.size() - 1) : place + std::string(key));
}

std::string Connection::named(const std::string& operation, std::string_view key) const {
  return operation + " '" + object(key) + "'";
}

std::string Connection::whole_key(std::string_view key) const {
  return settings_.location.prefix + std::string(key);
}

std::string Connection::bucket_path() const {
  return settings_.endpoint.path + kObjects + encoded(settings_.location.bucket) + "/o";
}

std::string Connection::object_path(std::string_view key) const {
  return bucket_path() + "/" + encoded(whole_key(key));
}

std::string Connection::download_path(std::string_view key) const {
  return settings_.endpoint.path + "/download" + kObjects + encoded(settings_.location.bucket) + "/o/" +
         encoded(whole_key(key));
}

std::string Connection::upload_path() const {
  return settings_.endpoint.path + "/upload" + kObjects + encoded(settings_.location.bucket) + "/o";
}

Connection::Answer Connection::judge_refusal(const Call& call, const http::Response& response,
                                             const Credentials& used) const {
  const int status = response.status;
  const ServerError error = read_error(response);
  const std::string text = named(call.operation, call.key) + ": " + described(status, error);
  const auto final = [&](Outcome outcome, const std::string& hint) {
    return Answer{.result = fail(outcome, text, hint)};
  };
  if (may_pass_by_itself(status)) {
    if (status == 429) requests_.throttled();
    return remote::may_pass({Outcome::kRetry, text, {}}, response);
  }
  if (status == 401) {
    credentials_.forget(used);
    const bool can_be_new = used.expires_ms != 0;
    return {.result = fail(Outcome::kDenied, text, "the server does not take the credentials: get new ones"),
            .try_again = can_be_new,
            .at_once = can_be_new};
  }
  if (error.reason == "retentionPolicyNotMet" || error.reason == "objectUnderActiveHold")
    return final(Outcome::kDenied, "the bucket keeps it for a while yet: try again after that");
  if (error.reason == "quotaExceeded" || status == 507)
    return final(Outcome::kFull, "make room there, or raise the quota");
  if (status == 403) return final(Outcome::kDenied, "docs/stores.md names the rights that a store needs");
  return final(Outcome::kFail, "");
}

Connection::Answer Connection::judge(const Call& call, Result<http::Response> got,
                                     const Credentials& used) const {
  if (!got) {
    const bool again = got.error().outcome == Outcome::kRetry;
    return {.result = fail(std::move(got.error()).within(named(call.operation, call.key))),
            .try_again = again};
  }
  clock_.look_at(*got);
  if (got->status == 404 &&
      (call.of_bucket || got->body.find("bucket does not exist") != std::string::npos)) {
    return {.result = fail(
                Outcome::kUsage,
                named(call.operation, call.key) + ": there is no bucket '" + settings_.location.bucket + "'",
                "make it first, or check its name and the endpoint (ARKIVE_GCS_ENDPOINT)")};
  }
  if (!passes(got->status)) return judge_refusal(call, *got, used);
  requests_.served();
  return {.result = std::move(got)};
}

remote::Answer Connection::once(const Call& call, Deadline deadline) const {
  const std::string operation = named(call.operation, call.key);
  auto credentials = credentials_.current(deadline);
  if (!credentials) {
    const bool again = credentials.error().outcome == Outcome::kRetry;
    return {.result = fail(std::move(credentials.error()).within(operation)), .try_again = again};
  }
  if (call.valid) {
    auto until = clock_.within(*call.valid, deadline, operation);
    if (!until) return {.result = fail(std::move(until.error()))};
    deadline = *until;
  }
  const std::string query = http::query_text(call.query);
  http::Headers headers = call.headers;
  const remote::Part part = remote::ask(call.part, call.most_bytes, headers);
  http::Request request{.method = call.method,
                        .url = settings_.endpoint.origin() + call.path + (query.empty() ? "" : "?" + query),
                        .headers = std::move(headers),
                        .body = call.body,
                        .most_bytes = part.most_bytes,
                        .take = call.take,
                        .enough_bytes = part.enough_bytes};
  if (!credentials->token.empty())
    request.headers.emplace_back("authorization", "Bearer " + credentials->token);
  return judge(call, client_.send(request, deadline), *credentials);
}

Result<http::Response> Connection::call(const Call& call, Deadline deadline) const {
  return repeat(
      call.operation, call.key, [&] { return once(call, deadline); }, deadline);
}

Result<http::Response> Connection::repeat(const std::string& operation, const std::string& key,
                                          const std::function<Answer()>& attempt, Deadline deadline) const {
  return requests_.send(named(operation, key), attempt, deadline);
}

}  // namespace arkive::gcs

/// What the suites over all stores behind a network (tests/stores/remote) want to know of a bucket of Google.
#pragma once

#include "tests/stores/gcs/scripted_google_bucket.h"
#include "tests/stores/remote/scripted_kind.h"

namespace arkive::test {

inline HttpReply gcs_page(const std::vector<std::string>& keys, const std::optional<std::string>& next) {
  nlohmann::json json = {{"kind", "storage#objects"}};
  for (const std::string& key : keys) json["items"].push_back({{"name", key}, {"size", "1"}});
  if (next) json["nextPageToken"] = *next;
  return {.body = json.dump()};
}

inline ScriptedKind gcs_kind() {
  ScriptedKind kind{.name = "gcs", .address = "gs://bucket/zoo/"};
  kind.part_bytes = ScriptedGoogleBucket::kPartBytes;
  kind.serve = [] { return std::make_unique<ScriptedGoogleBucket>(); };
  kind.open = [](const std::string& url, const ScriptedOpening& opening) -> Result<std::unique_ptr<Store>> {
    gcs::Settings settings = ScriptedGoogleBucket::settings_at(url);
    settings.lease = opening.lease;
    settings.parts_in_all = opening.parts_in_all;
    settings.retries = opening.retries;
    return GcsStore::open(std::move(settings), ScriptedGoogleBucket::credentials());
  };
  kind.is_part = [](const HttpRequest& request) { return request.method == "PUT" && !request.body.empty(); };
  kind.unavailable = gcs_error(503, "backendError");
  kind.denied = gcs_error(403, "forbidden", "no right");
  kind.passing = {gcs_error(503, "backendError"),
                  {.status = 503},
                  gcs_error(500, "internalError"),
                  {.status = 502, .body = "<html>Bad gateway</html>"},
                  {.status = 504},
                  {.status = 408},
                  {.cut_after = 0},
                  {.body = "half", .cut_after = 20},
                  {.headers = {{"Content-Length", "100"}}, .body = "short", .cut_after = 60}};
  kind.too_many = {gcs_error(429, "rateLimitExceeded"), {.status = 429, .headers = {{"Retry-After", "0"}}}};
  kind.refusals = {
      {gcs_error(403, "forbidden", "no right"), Outcome::kDenied, "no right"},
      {gcs_error(403, "retentionPolicyNotMet"), Outcome::kDenied, "retentionPolicyNotMet"},
      {{.status = 401}, Outcome::kDenied, "401"},
      {gcs_error(400, "invalid", "Invalid value"), Outcome::kFail, "Invalid value"},
      {gcs_error(404, "notFound", "The specified bucket does not exist."), Outcome::kUsage,
       "no bucket 'bucket'"},
      {{.status = 301, .headers = {{"Location", "http://elsewhere.example.com/"}}}, Outcome::kFail, "301"},
      {gcs_error(403, "quotaExceeded"), Outcome::kFull, "quotaExceeded"}};
  kind.page = gcs_page;
  kind.bad_pages = {{.body = R"({"items":{}})"},
                    {.body = R"({"items":[{"name":"zoo/a"}]})"},
                    {.body = R"({"items":[{"name":"zoo/a","size":1}]})"},
                    gcs_error(200, "backendError")};
  kind.says_other_bytes = [](HttpReply& reply) {
    nlohmann::json resource = nlohmann::json::parse(reply.body);
    resource["md5Hash"] = remote::content_md5("others");
    reply.body = resource.dump();
  };
  return kind;
}

}  // namespace arkive::test

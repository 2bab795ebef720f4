/// What the suites over all stores behind a network (tests/stores/remote) want to know of a bucket of Google.
#pragma once

#include "tests/stores/gcs/scripted_google_bucket.h"
#include "tests/stores/remote/scripted_kind.h"

namespace arkive::test {

inline HttpReply gcs_page(const std::vector<std::string>& keys, const std::optional<std::string>& next) {
  nlohmann::json page = {{"items", nlohmann::json::array()}};
  for (const std::string& key : keys) page["items"].push_back({{"name", key}, {"size", "1"}});
  if (next) page["nextPageToken"] = *next;
  return {.body = page.dump()};
}

/// The resource that an upload is answered with says another checksum.
inline void gcs_says_other_bytes(HttpReply& reply) {
  auto resource = nlohmann::json::parse(reply.body, nullptr, false);
  if (!resource.is_object() || !resource.contains("md5Hash")) return;
  resource["md5Hash"] = remote::content_md5("others");
  reply.body = resource.dump();
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
  kind.is_part = [](const HttpRequest& request) {
    return request.method == "PUT" && !request.header("content-range").starts_with("bytes *");
  };
  kind.unavailable = gcs_error(503, "backendError");
  kind.too_many = {gcs_error(429, "rateLimitExceeded"), {.status = 429, .headers = {{"Retry-After", "0"}}}};
  kind.denied = gcs_error(403, "forbidden");
  kind.passing = {gcs_error(503, "backendError"),
                  {.status = 503},
                  gcs_error(500, "internalError"),
                  {.status = 502, .body = "<html>Bad gateway</html>"},
                  {.status = 504},
                  gcs_error(408, "uploadBrokenConnection"),
                  {.cut_after = 0},
                  {.body = "half", .cut_after = 20},
                  {.headers = {{"Content-Length", "100"}}, .body = "short", .cut_after = 60}};
  kind.refusals = {
      {gcs_error(403, "forbidden", "no right"), Outcome::kDenied, "no right"},
      {gcs_error(403, "insufficientPermissions"), Outcome::kDenied, "insufficientPermissions"},
      {gcs_error(403, "retentionPolicyNotMet"), Outcome::kDenied, "retentionPolicyNotMet"},
      {gcs_error(403, "objectUnderActiveHold"), Outcome::kDenied, "objectUnderActiveHold"},
      {{.status = 401}, Outcome::kDenied, "401"},
      {gcs_error(401, "authError", "Invalid Credentials"), Outcome::kDenied, "Invalid Credentials"},
      {gcs_error(400, "invalid", "no such class"), Outcome::kFail, "no such class"},
      {gcs_error(404, "notFound", "The specified bucket does not exist."), Outcome::kUsage,
       "no bucket 'bucket'"},
      {{.status = 301, .headers = {{"Location", "http://elsewhere.example.com/"}}}, Outcome::kFail, "301"},
      {{.status = 308}, Outcome::kFail, "308"},
      {{.body = "<html>hello</html>"}, Outcome::kCorrupt, "JSON"},
      {gcs_error(403, "quotaExceeded"), Outcome::kFull, "quotaExceeded"}};
  kind.page = gcs_page;
  kind.bad_pages = {{.body = "[]"},
                    {.body = R"({"items":[{"name":"zoo/a"}]})"},
                    {.body = R"({"items":[{"name":"zoo/a","size":"1"}],"nextPageToken":7})"}};
  kind.says_other_bytes = gcs_says_other_bytes;
  return kind;
}

}  // namespace arkive::test

/// What the suites over all stores behind a network (tests/stores/remote) want to know of a bucket.
#pragma once

#include "tests/stores/remote/scripted_kind.h"
#include "tests/stores/s3/scripted_bucket.h"

namespace arkive::test {

inline HttpReply s3_page(const std::vector<std::string>& keys, const std::optional<std::string>& next) {
  std::string xml = "<ListBucketResult>";
  for (const std::string& key : keys)
    xml += "<Contents><Key>" + http::percent_encoded(key) + "</Key><Size>1</Size></Contents>";
  xml += next ? "<IsTruncated>true</IsTruncated><NextContinuationToken>" + *next + "</NextContinuationToken>"
              : "<IsTruncated>false</IsTruncated>";
  return {.body = xml + "</ListBucketResult>"};
}

/// Of X-Amz-Date: 20130524T000000Z.
inline UnixMilliseconds s3_moment(const std::string& text) {
  return value_of(parse_time(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 5) + ":" +
                             text.substr(11, 2) + ":" + text.substr(13)));
}

inline ScriptedKind s3_kind() {
  ScriptedKind kind{.name = "s3", .address = "s3://bucket/zoo/", .secret = "canary-secret-key"};
  kind.part_bytes = ScriptedBucket::kPartBytes;
  kind.serve = [] { return std::make_unique<ScriptedBucket>(); };
  kind.open = [](const std::string& url, const ScriptedOpening& opening) -> Result<std::unique_ptr<Store>> {
    s3::Settings settings = ScriptedBucket::settings_at(url);
    settings.lease = opening.lease;
    settings.parts_in_all = opening.parts_in_all;
    settings.retries = opening.retries;
    return S3Store::open(std::move(settings), ScriptedBucket::credentials());
  };
  kind.is_part = [](const HttpRequest& request) {
    return request.method == "PUT" && request.asks("uploadId");
  };
  kind.unavailable = s3_error(503, "ServiceUnavailable");
  kind.too_many = {s3_error(503, "SlowDown"), {.status = 429, .headers = {{"Retry-After", "0"}}}};
  kind.denied = s3_error(403, "AccessDenied");
  kind.passing = {s3_error(503, "ServiceUnavailable"),
                  {.status = 503},
                  s3_error(500, "InternalError"),
                  {.status = 502, .body = "<html>Bad gateway</html>"},
                  {.status = 504},
                  {.status = 408},
                  s3_error(409, "OperationAborted"),
                  s3_error(307, "TemporaryRedirect"),
                  {.cut_after = 0},
                  {.body = "half", .cut_after = 20},
                  {.headers = {{"Content-Length", "100"}}, .body = "short", .cut_after = 60}};
  kind.refusals = {
      {s3_error(403, "AccessDenied", "no right"), Outcome::kDenied, "no right"},
      {s3_error(403, "SignatureDoesNotMatch"), Outcome::kDenied, "SignatureDoesNotMatch"},
      {s3_error(403, "InvalidAccessKeyId"), Outcome::kDenied, "InvalidAccessKeyId"},
      {{.status = 401}, Outcome::kDenied, "401"},
      {s3_error(400, "EntityTooLarge"), Outcome::kFail, "EntityTooLarge"},
      {s3_error(400, "AuthorizationHeaderMalformed"), Outcome::kUsage, "AuthorizationHeaderMalformed"},
      {{.status = 301, .headers = {{"x-amz-bucket-region", "eu-west-1"}}}, Outcome::kUsage, "301"},
      {s3_error(404, "NoSuchBucket"), Outcome::kUsage, "no bucket 'bucket'"},
      {s3_error(507, "XMinioStorageFull"), Outcome::kFull, "507"}};
  kind.page = s3_page;
  kind.bad_pages = {
      {.body = "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"},
      {.body = "<ListBucketResult><Contents><Key>zoo%2Fa</Key><Size>1</Size></Contents></ListBucketResult>"}};
  kind.says_other_bytes = [](HttpReply& reply) {
    reply.set_header("x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  };
  kind.moment_of = [](const HttpRequest& request) { return s3_moment(request.header("x-amz-date")); };
  kind.too_skewed = s3_error(403, "RequestTimeTooSkewed");
  return kind;
}

}  // namespace arkive::test

/// What the suites over all stores behind a network (tests/stores/remote) want to know of a bucket of Google
/// for who has an access key: that of S3, in other words.
#pragma once

#include "stores/gcs/access_key_store.h"
#include "tests/stores/s3/s3_kind.h"

namespace arkive::test {

inline ScriptedKind gcs_access_key_kind() {
  ScriptedKind kind = s3_kind();
  kind.name = "gcs_access_key";
  kind.address = "gs://bucket/zoo/";
  kind.serve = [] { return std::make_unique<ScriptedBucket>(s3::Family::kGoogle); };
  kind.open = [](const std::string& url, const ScriptedOpening& opening) -> Result<std::unique_ptr<Store>> {
    const gcs::Settings settings{.location = value_of(gcs::Location::parse("bucket/zoo")),
                                 .endpoint = value_of(http::Url::parse(url)),
                                 .part_bytes = ScriptedBucket::kPartBytes,
                                 .parts_in_all = opening.parts_in_all,
                                 .lease = opening.lease,
                                 .retries = opening.retries};
    return gcs::open_with_access_key(settings,
                                     {.access_key = "GOOGEXAMPLE", .secret_key = "canary-secret-key"});
  };
  kind.says_other_bytes = [](HttpReply& reply) {
    reply.set_header("x-goog-hash", "md5=" + remote::content_md5("others"));
  };
  kind.moment_of = [](const HttpRequest& request) { return s3_moment(request.header("x-goog-date")); };
  return kind;
}

}  // namespace arkive::test

// What a bucket alone does that it should not (test 11 of docs/reliability.md); what all stores behind a
// network have to bear is in tests/stores/remote.
#include <atomic>

#include "tests/stores/s3/scripted_bucket.h"

namespace arkive::test {
namespace {

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

Status put(Store& store, std::string_view key, Bytes data) {
  return store.put(key, data, PutMode::kCreateOnly, soon());
}

TEST(Misbehaving, TheRegionOfTheBucketIsNamedInTheHint) {
  ScriptedBucket bucket;
  bucket.before = [](const HttpRequest&, std::size_t) {
    return std::optional(HttpReply{.status = 301, .headers = {{"x-amz-bucket-region", "eu-west-1"}}});
  };
  const Status done = put(*bucket.open(), "k", "bytes");
  EXPECT_EQ(done.error().hint, "set AWS_REGION=eu-west-1");
}

TEST(Misbehaving, AnErrorInsideA200IsAnErrorOrTriedAgain) {
  const std::string piece(11U << 20, 'p');
  for (const bool passing : {true, false}) {
    ScriptedBucket bucket;
    std::atomic<int> told{0};
    bucket.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
      if (request.method != "POST" || !request.asks("uploadId") || told++ > 0) return std::nullopt;
      HttpReply reply = s3_error(200, passing ? "InternalError" : "InvalidPart");
      return reply;
    };
    const auto store = bucket.open();
    auto writer = value_of(store->begin("long", soon()));
    EXPECT_TRUE(succeeded(writer->write(piece)));
    const Status finished = writer->finish();
    EXPECT_EQ(finished.has_value(), passing);
    EXPECT_EQ(bucket.objects().count("zoo/long"), passing ? 1U : 0U);
    writer.reset();
    EXPECT_EQ(bucket.uploads(), 0U);
  }
}

TEST(Misbehaving, AnUploadThatSomebodyElseRemovedIsNoSuccess) {
  ScriptedBucket bucket;
  bucket.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method == "POST" && request.asks("uploadId")) return s3_error(404, "NoSuchUpload");
    return std::nullopt;
  };
  bucket.set("zoo/long", "an older one");
  const auto store = bucket.open();
  auto writer = value_of(store->begin("long", soon()));
  EXPECT_TRUE(succeeded(writer->write(std::string(11U << 20, 'p'))));
  EXPECT_FALSE(writer->finish());
  EXPECT_EQ(bucket.objects().at("zoo/long"), "an older one");
}

/// Credentials that are new each time they are asked for.
class Renewed final : public s3::CredentialProvider {
 public:
  std::string name() const override { return "a renewing test"; }
  Result<s3::Credentials> ask(Deadline) override {
    return s3::Credentials{"key-" + std::to_string(++asked_), "secret", "token",
                           wall_clock_now() + 3'600'000};
  }

 private:
  int asked_ = 0;
};

TEST(Misbehaving, AnExpiredTokenIsReplacedByANewOne) {
  ScriptedBucket bucket;
  bucket.before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.header("authorization").find("key-1") == std::string::npos) return std::nullopt;
    return s3_error(400, "ExpiredToken");
  };
  const auto store = value_of(S3Store::open(bucket.settings(), std::make_unique<Renewed>()));
  EXPECT_TRUE(succeeded(put(*store, "k", "x")));
  EXPECT_EQ(bucket.server().request_count(), 2U);
  // One that cannot be replaced is told, once.
  ScriptedBucket other;
  other.before = [](const HttpRequest&, std::size_t) { return std::optional(s3_error(400, "ExpiredToken")); };
  EXPECT_TRUE(failed_with(Outcome::kDenied, put(*other.open(), "k", "x")));
  EXPECT_EQ(other.server().request_count(), 1U);
}

TEST(Misbehaving, AServerThatLeavesEncryptionOutIsToldOf) {
  ScriptedBucket bucket;
  s3::Settings settings = bucket.settings();
  settings.encryption = "AES256";
  const auto store = bucket.open(settings);
  EXPECT_TRUE(succeeded(put(*store, "k", "x")));
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t) {
    std::erase_if(reply.headers,
                  [](const auto& header) { return header.first == "x-amz-server-side-encryption"; });
  };
  EXPECT_TRUE(failed_with(Outcome::kFail, put(*store, "other", "x")));
}

TEST(Misbehaving, AServerThatKeptOtherBytesOfAPartIsToldOf) {
  ScriptedBucket bucket;
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t) {
    reply.set_header("x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  };
  const auto store = bucket.open();
  auto writer = value_of(store->begin("long", soon()));
  Status written = writer->write(std::string(6U << 20, 'x'));
  if (written) written = writer->finish();
  ASSERT_TRUE(failed_with(Outcome::kFail, written));
  EXPECT_NE(written.error().what.find("put part 1 of"), std::string::npos) << written.error().what;
  EXPECT_EQ(bucket.objects().count("zoo/long"), 0U);
}

}  // namespace
}  // namespace arkive::test

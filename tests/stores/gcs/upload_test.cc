// Uploads in pieces ("Resumable uploads"): what was kept is asked for and gone on from, nothing is written
// twice, and what is not what was sent does not stay.
#include <atomic>

#include "tests/stores/gcs/gcs_kind.h"

namespace arkive::test {
namespace {

constexpr std::size_t kUnit = ScriptedGoogleBucket::kUnit;
constexpr std::size_t kPart = 4 * kUnit;

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

class GcsUpload : public testing::Test {
 protected:
  std::unique_ptr<GcsStore> open() const {
    gcs::Settings settings = ScriptedGoogleBucket::settings_at(bucket_.url());
    settings.part_bytes = kPart;
    return value_of(GcsStore::open(settings, ScriptedGoogleBucket::credentials()));
  }
  Status upload(Bytes data) const {
    const auto store = open();
    ARKIVE_ASSIGN(const auto writer, store->begin("long", soon()));
    ARKIVE_TRY(writer->write(data));
    return writer->finish();
  }
  static bool is_piece(const HttpRequest& request) {
    return request.method == "PUT" && !request.body.empty();
  }
  static bool is_question(const HttpRequest& request) {
    return request.method == "PUT" && request.body.empty();
  }
  /// What was said of pieces and asked about them, in their order: "bytes 0-9/*".
  std::vector<std::string> ranges() const {
    std::vector<std::string> all;
    for (const HttpRequest& request : bucket_.server().requests()) {
      if (request.method == "PUT") all.push_back(request.header("content-range"));
    }
    return all;
  }
  static std::string range(std::size_t first, std::size_t end, const std::string& total) {
    return "bytes " + std::to_string(first) + "-" + std::to_string(end - 1) + "/" + total;
  }
  std::optional<std::string> object() const { return bucket_.object("zoo/long"); }
  /// After the `which`-th piece was taken (from 1) its answer becomes this one.
  void answer_piece(std::size_t which, const std::function<void(HttpReply&)>& change) {
    bucket_.after = [this, which, change](const HttpRequest& request, HttpReply& reply, std::size_t) {
      if (is_piece(request) && ++pieces_ == which) change(reply);
    };
  }
  /// Behind its first line: one of which less comes libcurl asks for again by itself, where it used the
  /// connection before.
  static constexpr std::size_t kCut = 30;
  static void lose(HttpReply& reply) { reply.cut_after = kCut; }

  ScriptedGoogleBucket bucket_;
  std::atomic<std::size_t> pieces_{0};
};

TEST_F(GcsUpload, GoesInPiecesOneAfterTheOtherAndTheLastSaysTheWhole) {
  const std::string bytes = made_of(2 * kPart + 5);
  EXPECT_TRUE(succeeded(upload(bytes)));
  EXPECT_TRUE(object() == bytes);
  EXPECT_EQ(ranges(),
            (std::vector<std::string>{range(0, kPart, "*"), range(kPart, 2 * kPart, "*"),
                                      range(2 * kPart, bytes.size(), std::to_string(bytes.size()))}));
}

TEST_F(GcsUpload, ALastPieceThatIsTakenAndDoesNotEndItIsAskedAbout) {
  answer_piece(2, [](HttpReply& reply) {
    reply.status = 308;
    reply.headers.emplace_back("Range", "bytes=0-" + std::to_string(kPart + 4));
  });
  const std::string bytes = made_of(kPart + 5);
  EXPECT_TRUE(succeeded(upload(bytes)));
  EXPECT_TRUE(object() == bytes);
  EXPECT_EQ(ranges().back(), "bytes */" + std::to_string(bytes.size()));
}

TEST_F(GcsUpload, OfWholePiecesIsFinishedByAQuestion) {
  for (const std::size_t size : {kPart, 2 * kPart, kPart + kUnit}) {
    bucket_.clear();
    const std::string bytes = made_of(size);
    EXPECT_TRUE(succeeded(upload(bytes)));
    EXPECT_TRUE(object() == bytes) << size;
    EXPECT_EQ(ranges().back(), "bytes */" + std::to_string(size));
  }
}

TEST_F(GcsUpload, AnAnswerThatIsLostAfterAPieceWasKeptIsAskedForAndNothingIsSentTwice) {
  const std::string bytes = made_of(3 * kPart + 5);
  answer_piece(2, lose);
  EXPECT_TRUE(succeeded(upload(bytes)));
  EXPECT_TRUE(object() == bytes);
  EXPECT_EQ(ranges(),
            (std::vector<std::string>{range(0, kPart, "*"), range(kPart, 2 * kPart, "*"), "bytes */*",
                                      range(2 * kPart, 3 * kPart, "*"),
                                      range(3 * kPart, bytes.size(), std::to_string(bytes.size()))}));
}

TEST_F(GcsUpload, WhereverAnAnswerIsCutTheObjectIsWhole) {
  const std::string bytes = made_of(2 * kPart + 5);
  for (const std::size_t cut : std::vector<std::size_t>{0, 1, 12, 25, 40, 60}) {
    for (std::size_t piece = 1; piece <= 3; ++piece) {
      bucket_.clear();
      pieces_ = 0;
      answer_piece(piece, [cut](HttpReply& reply) { reply.cut_after = cut; });
      EXPECT_TRUE(succeeded(upload(bytes))) << cut << " of " << piece;
      EXPECT_TRUE(object() == bytes) << cut << " of " << piece;
    }
  }
}

TEST_F(GcsUpload, AnAnswerThatIsLostAfterTheLastPieceIsASuccess) {
  const std::string bytes = made_of(kPart + 5);
  answer_piece(2, lose);
  EXPECT_TRUE(succeeded(upload(bytes)));
  EXPECT_TRUE(object() == bytes);
  EXPECT_EQ(ranges().back(), "bytes */" + std::to_string(bytes.size()));
  EXPECT_EQ(pieces_, 2U);
}

TEST_F(GcsUpload, AnAnswerThatIsLostAfterItWasFinishedIsASuccess) {
  const std::string bytes = made_of(2 * kPart);
  std::atomic<int> questions{0};
  bucket_.after = [&](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (is_question(request) && ++questions == 1) lose(reply);
  };
  EXPECT_TRUE(succeeded(upload(bytes)));
  EXPECT_TRUE(object() == bytes);
  EXPECT_EQ(questions, 2);
}

TEST_F(GcsUpload, OfAPieceThatWasTakenInPartTheRestIsSent) {
  bucket_.keeps_at_most = kUnit;
  for (const std::size_t size : {2 * kPart + 5, 2 * kPart, 2 * kPart + kUnit + 5}) {
    bucket_.clear();
    const std::string bytes = made_of(size);
    EXPECT_TRUE(succeeded(upload(bytes)));
    EXPECT_TRUE(object() == bytes) << size;
  }
  const std::vector<std::string> all = ranges();
  const std::vector<std::string> first(all.begin(), all.begin() + 4);
  EXPECT_EQ(first, (std::vector<std::string>{range(0, kPart, "*"), "bytes */*", range(kUnit, kPart, "*"),
                                             "bytes */*"}));
}

TEST_F(GcsUpload, APieceThatIsCutOnItsWayIsSentAgainFromWhatWasKept) {
  const std::string bytes = made_of(2 * kPart + 5);
  std::atomic<int> questions{0};
  bucket_.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (is_piece(request) && ++pieces_ == 2) return HttpReply{.cut_after = kCut};  // nothing of it was kept
    if (is_question(request) && ++questions == 1) return gcs_error(503, "backendError");
    return std::nullopt;
  };
  EXPECT_TRUE(succeeded(upload(bytes)));
  EXPECT_TRUE(object() == bytes);
  EXPECT_EQ(questions, 2);
  EXPECT_EQ(pieces_, 4U);
}

TEST_F(GcsUpload, ProgressThatGoesBackOrBeyondWhatWasSentIsRefused) {
  for (const char* progress : {"", "bytes=0-9", "bytes=0-99999999", "bytes=5-1048575", "bytes=0-",
                               "bytes=0-1048575x", "bytes=0-18446744073709551615", "0-1048575"}) {
    SCOPED_TRACE(progress);
    bucket_.clear();
    pieces_ = 0;
    answer_piece(2, [&](HttpReply& reply) {
      reply.headers.clear();
      if (*progress != 0) reply.headers.emplace_back("Range", progress);
    });
    const Status done = upload(made_of(3 * kPart));
    ASSERT_TRUE(failed_with(Outcome::kFail, done));
    EXPECT_NE(done.error().what.find("gs://bucket/zoo/long"), std::string::npos) << done.error().what;
    EXPECT_EQ(object(), std::nullopt);
    EXPECT_EQ(bucket_.uploads(), 0U) << "it is given up";
  }
}

TEST_F(GcsUpload, AnUploadThatVanishesIsAnErrorThatSaysWhatToDo) {
  for (const int status : {404, 410, 499}) {
    for (const bool is_last : {false, true}) {
      SCOPED_TRACE(std::to_string(status) + (is_last ? " at the end" : ""));
      bucket_.clear();
      bucket_.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
        const bool at_its_end = !request.header("content-range").ends_with("/*");
        if (request.method == "PUT" && (!is_last || at_its_end)) return HttpReply{.status = status};
        return std::nullopt;
      };
      const Status done = upload(made_of(2 * kPart + 5));
      ASSERT_TRUE(failed_with(Outcome::kFail, done));
      EXPECT_NE(done.error().what.find(std::to_string(status)), std::string::npos) << done.error().what;
      EXPECT_NE(done.error().hint.find("run the command again"), std::string::npos) << done.error().hint;
      EXPECT_EQ(object(), std::nullopt);
    }
  }
}

TEST_F(GcsUpload, AnUploadsAddressOfAnotherServerIsNeverAsked) {
  const HttpServer elsewhere([](const HttpRequest&) { return HttpReply{.status = 308}; });
  const std::string address = bucket_.url();
  for (const std::string& location :
       {elsewhere.url() + "/upload?upload_id=canary", std::string("//elsewhere.example.com/canary"),
        std::string("/upload/canary"), address, address + "@elsewhere.example.com/canary",
        address + "0/canary", std::string("https") + address.substr(4) + "/canary", std::string()}) {
    SCOPED_TRACE(location);
    const std::size_t before = bucket_.server().request_count();
    bucket_.after = [&](const HttpRequest&, HttpReply& reply, std::size_t) {
      reply.headers.clear();
      if (!location.empty()) reply.headers.emplace_back("Location", location);
    };
    const Status done = upload(made_of(kPart + 5));
    ASSERT_TRUE(failed_with(Outcome::kFail, done));
    EXPECT_EQ((done.error().what + done.error().hint).find("canary"), std::string::npos) << done.error().what;
    EXPECT_EQ(bucket_.server().request_count(), before + 1);
  }
  EXPECT_EQ(elsewhere.request_count(), 0U);
}

TEST_F(GcsUpload, TheAddressOfAnUploadIsInNoError) {
  bucket_.before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method != "POST") return gcs_error(500, "backendError", "no");
    return std::nullopt;
  };
  const Status done = upload(made_of(kPart + 5));
  ASSERT_TRUE(failed_with(Outcome::kRetry, done));
  EXPECT_EQ((done.error().what + done.error().hint).find("session-"), std::string::npos) << done.error().what;
}

TEST_F(GcsUpload, WhatTheServerKeepsOtherwiseThanItWasSentIsRemovedAndAnError) {
  for (const std::size_t size : {kPart + 5, 2 * kPart}) {
    bucket_.clear();
    bucket_.after = [](const HttpRequest&, HttpReply& reply, std::size_t) { gcs_says_other_bytes(reply); };
    const Status done = upload(made_of(size));
    ASSERT_TRUE(failed_with(Outcome::kFail, done));
    EXPECT_NE(done.error().what.find("other bytes"), std::string::npos) << done.error().what;
    EXPECT_EQ(object(), std::nullopt);
    const HttpRequest last = bucket_.server().requests().back();
    EXPECT_EQ(last.method, "DELETE");
    EXPECT_EQ(last.path, "/storage/v1/b/bucket/o/zoo/long");
    EXPECT_TRUE(last.asks("ifGenerationMatch"));
  }
}

TEST_F(GcsUpload, WhatSomebodyElsePutInItsPlaceMeanwhileIsNotRemoved) {
  bucket_.after = [this](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (is_piece(request) && reply.status == 200) bucket_.set("zoo/long", "somebody else's");
    gcs_says_other_bytes(reply);
  };
  EXPECT_TRUE(failed_with(Outcome::kFail, upload(made_of(kPart + 5))));
  EXPECT_EQ(object(), "somebody else's");
}

TEST_F(GcsUpload, AnAnswerOfAnotherFormIsNoSuccess) {
  for (const char* body : {"", "{}", "<html>hello</html>", R"({"generation":"1"})"}) {
    bucket_.clear();
    pieces_ = 0;
    answer_piece(2, [&](HttpReply& reply) { reply.body = body; });
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, upload(made_of(kPart + 5)))) << body;
  }
}

TEST_F(GcsUpload, GivenUpIsGivenUpAtTheServerToo) {
  const auto store = open();
  {
    const auto writer = value_of(store->begin("long", soon()));
    EXPECT_TRUE(succeeded(writer->write(made_of(2 * kPart + 5))));
  }
  EXPECT_EQ(bucket_.server().requests().back().method, "DELETE");
  EXPECT_EQ(bucket_.uploads(), 0U);
  EXPECT_TRUE(bucket_.objects().empty());
}

}  // namespace
}  // namespace arkive::test

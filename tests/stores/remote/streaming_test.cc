// Many bytes of an object one after the other, of every store behind a network: answers that break off.
#include <atomic>
#include <cstring>
#include <random>

#include "tests/stores/remote/scripted_kinds.h"

namespace arkive::test {
namespace {

constexpr std::size_t kMebibyte = 1 << 20;
constexpr std::size_t kMostHeaders = 1000;  // bytes

class Streaming : public ScriptedTest {
 protected:
  Status stream(const Store& store, std::uint64_t offset, std::uint64_t size) {
    came_.clear();
    const auto take = [&](Bytes piece) {
      came_.append(piece);
      return ok();
    };
    return store.stream("k", offset, size, take, soon());
  }
  void cut_answers_after(std::size_t bytes) {
    server().after = [bytes](const HttpRequest&, HttpReply& reply, std::size_t) { reply.cut_after = bytes; };
  }
  std::string came_;
};

TEST_P(Streaming, IsOneRequest) {
  const std::string bytes = made_of(20 * kMebibyte);
  server().set("zoo/k", bytes);
  EXPECT_TRUE(succeeded(stream(*open(), 1, bytes.size() - 2)));
  EXPECT_TRUE(came_ == bytes.substr(1, bytes.size() - 2));
  EXPECT_EQ(asked(), 1U);
}

TEST_P(Streaming, GoesOnBehindWhatCameWhereverAnAnswerBreaksOff) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::string bytes = made_of(300'000);
  for (int round = 0; round < 20; ++round) {
    begin_anew();
    server().set("zoo/k", bytes);
    std::atomic<std::size_t> cuts{0};
    // Eight, as often as a request is tried again: each anywhere, in the headers too.
    std::vector<std::size_t> places;
    for (int cut = 0; cut < 8; ++cut) places.push_back(random() % (bytes.size() / 8));
    server().after = [&](const HttpRequest&, HttpReply& reply, std::size_t number) {
      if (number > places.size()) return;
      reply.cut_after = places[number - 1];
      ++cuts;
    };
    EXPECT_TRUE(succeeded(stream(*open(), 0, bytes.size()))) << round;
    EXPECT_TRUE(came_ == bytes) << round;
    EXPECT_EQ(cuts, places.size());
    std::vector<std::size_t> begins;
    for (const HttpRequest& request : server().server().requests())
      begins.push_back(std::stoul(std::string(request.header("range")).substr(std::strlen("bytes="))));
    ASSERT_EQ(begins.size(), places.size() + 1);
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::size_t came = begins[i + 1] - begins[i];
      EXPECT_LE(came, places[i]) << round;
      EXPECT_GE(came + kMostHeaders, places[i]) << round;
    }
  }
}

TEST_P(Streaming, OfALinkThatCutsEveryAnswerComesToItsEnd) {
  const std::string bytes = made_of(5 * kMebibyte);
  server().set("zoo/k", bytes);
  cut_answers_after(100 << 10);
  EXPECT_TRUE(succeeded(stream(*open(), 0, bytes.size())));
  EXPECT_TRUE(came_ == bytes);
}

TEST_P(Streaming, JoinsNoBytesOfTwoObjects) {
  server().set("zoo/k", made_of(1000));
  server().after = [&](const HttpRequest&, HttpReply& reply, std::size_t number) {
    if (number == 1) reply.cut_after = 900;
    for (auto& [name, value] : reply.headers) {
      if (name == "ETag" && number > 1) value = "\"another\"";
    }
  };
  const Status joined = stream(*open(), 0, 1000);
  ASSERT_TRUE(failed_with(Outcome::kRetry, joined));
  EXPECT_NE(joined.error().what.find("another object in its place"), std::string::npos);
  EXPECT_LT(came_.size(), 900U);
}

TEST_P(Streaming, BytesEnoughForARequestOfTheirOwnAreOne) {
  const std::string bytes = made_of(25 * kMebibyte);
  server().set("zoo/k", bytes);
  const auto store = open({.retries = {.most_tries = 1}});
  cut_answers_after(9 * kMebibyte);
  EXPECT_TRUE(succeeded(stream(*store, 0, bytes.size())));
  EXPECT_TRUE(came_ == bytes);
  EXPECT_EQ(asked(), 3U);
  cut_answers_after(32 << 10);
  const Status cut = stream(*store, 0, bytes.size());
  ASSERT_TRUE(failed_with(Outcome::kRetry, cut));
  EXPECT_NE(cut.error().what.find(GetParam().address + "k"), std::string::npos) << cut.error().what;
  EXPECT_TRUE(bytes.starts_with(came_));
}

TEST_P(Streaming, AnAnswerOfAnotherPlaceOrLengthOrKindIsRefused) {
  server().set("zoo/k", "0123456789");
  const auto store = open();
  const auto expect_refused = [&](Outcome outcome, std::string_view came) {
    EXPECT_TRUE(failed_with(outcome, stream(*store, 2, 4)));
    EXPECT_EQ(came_, came);
  };
  server().after = [](const HttpRequest&, HttpReply& reply, std::size_t) {
    for (auto& [name, value] : reply.headers) {
      if (name == "Content-Range") value = "bytes 0-3/10";
    }
  };
  expect_refused(Outcome::kCorrupt, "");
  // It ends, and says that there is no more.
  server().after = [](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (request.header("range") == "bytes=2-5") reply.body.resize(3);
    if (request.header("range") == "bytes=5-5") reply = {.status = 416};
  };
  expect_refused(Outcome::kCorrupt, "234");
  server().after = [](const HttpRequest&, HttpReply& reply, std::size_t) { reply.body.resize(0); };
  expect_refused(Outcome::kCorrupt, "");
  server().after = [](const HttpRequest&, HttpReply& reply, std::size_t) { reply.body += "6"; };
  expect_refused(Outcome::kCorrupt, "");
  // The whole object in place of a part.
  server().after = [](const HttpRequest&, HttpReply& reply, std::size_t) { reply.status = 200; };
  expect_refused(Outcome::kFail, "");
}

TEST_P(Streaming, ARefusalOnTheWayIsTriedAgainOrTold) {
  const std::string bytes = made_of(1000);
  server().set("zoo/k", bytes);
  const auto store = open();
  server().before = [](const HttpRequest&, std::size_t number) -> std::optional<HttpReply> {
    if (number == 2) return GetParam().unavailable;
    return std::nullopt;
  };
  server().after = [](const HttpRequest&, HttpReply& reply, std::size_t number) {
    if (number == 1) reply.cut_after = 600;
  };
  EXPECT_TRUE(succeeded(stream(*store, 0, bytes.size())));
  EXPECT_TRUE(came_ == bytes);
  server().before = [](const HttpRequest&, std::size_t) { return std::optional(GetParam().denied); };
  EXPECT_TRUE(failed_with(Outcome::kDenied, stream(*store, 0, bytes.size())));
  EXPECT_EQ(came_, "");
}

INSTANTIATE_TEST_SUITE_P(Remote, Streaming, testing::ValuesIn(scripted_kinds()), scripted_kind_name);

}  // namespace
}  // namespace arkive::test

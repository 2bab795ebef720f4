// The contract of Store; the kinds are in store_kinds_test.cc and buckets/.
#include "tests/contract/store_contract.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

TEST_P(StoreContract, GivesBackWhatWasPut) {
  const auto store = open();
  const std::string binary("\0\xff\n\r", 4);
  EXPECT_TRUE(succeeded(put(*store, "a/b/c", binary)));
  EXPECT_TRUE(succeeded(put(*store, "empty", "")));
  EXPECT_EQ(value_of(get(*store, "a/b/c")), binary);
  EXPECT_EQ(value_of(get(*store, "empty")), "");
  EXPECT_EQ(value_of(get(*open(), "a/b/c")), binary);
  const Store::Object object = value_of(store->head("a/b/c", Deadline::never()));
  EXPECT_EQ(object.key, "a/b/c");
  EXPECT_EQ(object.size, 4U);
}

TEST_P(StoreContract, CreateOnlyNeverReplacesOtherBytes) {
  const auto store = open();
  EXPECT_TRUE(succeeded(put(*store, "k", "first")));
  EXPECT_TRUE(succeeded(put(*store, "k", "first")));
  EXPECT_TRUE(failed_with(Outcome::kConflict, put(*store, "k", "second")));
  EXPECT_TRUE(failed_with(Outcome::kConflict, put(*store, "k", "")));
  EXPECT_EQ(value_of(get(*store, "k")), "first");
  EXPECT_EQ(keys(*store), std::vector<std::string>{"k"});
}

TEST_P(StoreContract, ReplacePutsNewBytesInThePlaceOfOld) {
  const auto store = open();
  EXPECT_TRUE(succeeded(put(*store, "k", "first", PutMode::kReplace)));
  EXPECT_TRUE(succeeded(put(*store, "k", "second", PutMode::kReplace)));
  EXPECT_EQ(value_of(get(*store, "k")), "second");
  EXPECT_EQ(keys(*store), std::vector<std::string>{"k"});
}

TEST_P(StoreContract, AnObjectWrittenPieceByPieceIsThereOnceItIsFinished) {
  const auto store = open();
  auto writer = value_of(store->begin("a/b/long", Deadline::never()));
  const std::string piece(3 << 20, 'x');
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(succeeded(writer->write(piece)));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, store->head("a/b/long", Deadline::never())));
  EXPECT_TRUE(keys(*store).empty());
  EXPECT_TRUE(succeeded(writer->finish()));
  EXPECT_TRUE(succeeded(store->settle(Deadline::never())));
  EXPECT_EQ(value_of(store->head("a/b/long", Deadline::never())).size, 5 * piece.size());
  auto again = value_of(store->begin("a/b/long", Deadline::never()));
  EXPECT_TRUE(succeeded(again->write("short")));
  EXPECT_EQ(value_of(store->head("a/b/long", Deadline::never())).size, 5 * piece.size());
  EXPECT_TRUE(succeeded(again->finish()));
  EXPECT_EQ(value_of(get(*store, "a/b/long")), "short");
}

TEST_P(StoreContract, AnObjectGivenUpLeavesWhatWasThere) {
  const auto store = open();
  EXPECT_TRUE(succeeded(put(*store, "k", "old")));
  {
    const auto writer = value_of(store->begin("k", Deadline::never()));
    EXPECT_TRUE(succeeded(writer->write("new")));
  }
  EXPECT_EQ(value_of(get(*store, "k")), "old");
  EXPECT_EQ(keys(*store), std::vector<std::string>{"k"});
}

TEST_P(StoreContract, OneAtATimeHoldsALock) {
  const auto store = open();
  const auto other = open();
  {
    const auto held = value_of(store->lock("topics/prod", Deadline::never()));
    EXPECT_TRUE(failed_with(Outcome::kConflict, other->lock("topics/prod", Deadline::after({}))));
    value_of(other->lock("topics/test", Deadline::after({})));
  }
  value_of(other->lock("topics/prod", Deadline::after({})));
}

TEST_P(StoreContract, ReadsRangesAndCallsAShortObjectCorrupt) {
  const auto store = open();
  EXPECT_TRUE(succeeded(put(*store, "k", "0123456789")));
  EXPECT_EQ(value_of(get(*store, "k", 0, 4)), "0123");
  EXPECT_EQ(value_of(get(*store, "k", 3, 4)), "3456");
  EXPECT_EQ(value_of(get(*store, "k", 7, 0)), "789");
  EXPECT_EQ(value_of(get(*store, "k", 10, 0)), "");
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, get(*store, "k", 7, 4)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, get(*store, "k", 11, 0)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, get(*store, "k", UINT64_MAX, UINT64_MAX)));
}

TEST_P(StoreContract, StreamsWhatARangeHolds) {
  const auto store = open();
  std::string whole((5 << 19) + 7, '\0');
  for (std::size_t i = 0; i < whole.size(); ++i) whole[i] = static_cast<char>(i * 2654435761U >> 13);
  EXPECT_TRUE(succeeded(put(*store, "k", whole)));
  const std::uint64_t size = whole.size();
  std::string bytes;
  for (const auto& [from, count] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, size},
                                                                                        {0, 1},
                                                                                        {1, size - 1},
                                                                                        {65535, 2},
                                                                                        {65536, 1 << 20},
                                                                                        {1 << 20, 1 << 20},
                                                                                        {size - 1, 1}}) {
    EXPECT_TRUE(succeeded(stream(*store, "k", from, count, bytes))) << from;
    EXPECT_TRUE(bytes == whole.substr(from, count)) << from << " " << count;
  }
  for (const auto& [from, count] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {0, size + 1}, {size - 1, 2}, {size, 1}, {size + 1, 1}, {UINT64_MAX, UINT64_MAX}}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, stream(*store, "k", from, count, bytes))) << from;
    EXPECT_TRUE(whole.substr(std::min(from, size)).starts_with(bytes)) << from;
  }
}

TEST_P(StoreContract, AStreamEndsWithWhatItsTakerSays) {
  const auto store = open();
  EXPECT_TRUE(succeeded(put(*store, "k", std::string(3 << 20, 'x'))));
  int pieces = 0;
  const auto take = [&](Bytes) -> Status {
    ++pieces;
    return fail(Outcome::kRetry, "write 'elsewhere': later");
  };
  const Status ended = store->stream("k", 0, 3 << 20, take, Deadline::never());
  ASSERT_TRUE(failed_with(Outcome::kRetry, ended));
  EXPECT_EQ(ended.error().what, "write 'elsewhere': later");
  EXPECT_EQ(pieces, 1);
}

TEST_P(StoreContract, WhatIsNotThereIsNotFound) {
  const auto store = open();
  std::string none;
  EXPECT_TRUE(succeeded(put(*store, "a/b", "x")));
  for (const char* key : {"c", "a", "a/c", "a/b/c", "d/e"}) {
    EXPECT_TRUE(failed_with(Outcome::kNotFound, get(*store, key))) << key;
    EXPECT_TRUE(failed_with(Outcome::kNotFound, stream(*store, key, 0, 1, none))) << key;
    EXPECT_TRUE(failed_with(Outcome::kNotFound, store->head(key, Deadline::never()))) << key;
  }
}

TEST_P(StoreContract, ListsByPrefixInTheOrderOfKeys) {
  const auto store = open();
  std::vector<std::string> sorted = {"a-b", "a/b/c", "a/b!c", "a0", "ab", "b/c/d", "b/c/e", "~"};
  std::sort(sorted.begin(), sorted.end());
  for (auto key = sorted.rbegin(); key != sorted.rend(); ++key)
    EXPECT_TRUE(succeeded(put(*store, *key, "x")));
  EXPECT_EQ(keys(*store), sorted);
  EXPECT_EQ(keys(*store, "a/"), (std::vector<std::string>{"a/b!c", "a/b/c"}));
  EXPECT_EQ(keys(*store, "a"), (std::vector<std::string>{"a-b", "a/b!c", "a/b/c", "a0", "ab"}));
  EXPECT_EQ(keys(*store, "b/c/e"), std::vector<std::string>{"b/c/e"});
  EXPECT_EQ(keys(*store, "b/c/"), (std::vector<std::string>{"b/c/d", "b/c/e"}));
  EXPECT_EQ(keys(*store, "none"), std::vector<std::string>{});
  EXPECT_EQ(keys(*store, "b/c/e/f"), std::vector<std::string>{});
}

TEST_P(StoreContract, StopsAListWithTheErrorOfItsCaller) {
  const auto store = open();
  EXPECT_TRUE(succeeded(put(*store, "a", "x")));
  EXPECT_TRUE(succeeded(put(*store, "b", "x")));
  int seen = 0;
  const auto each = [&](const Store::Object&) -> Status {
    ++seen;
    return fail(Outcome::kInterrupted, "enough");
  };
  EXPECT_TRUE(failed_with(Outcome::kInterrupted, store->list("", each, Deadline::never())));
  EXPECT_EQ(seen, 1);
}

TEST_P(StoreContract, RemovesAnObjectAndNothingElse) {
  const auto store = open();
  EXPECT_TRUE(succeeded(put(*store, "a/b", "x")));
  EXPECT_TRUE(succeeded(put(*store, "a/c", "y")));
  EXPECT_TRUE(succeeded(store->remove("a/b", Deadline::never())));
  EXPECT_TRUE(succeeded(store->remove("a/b", Deadline::never())));
  EXPECT_TRUE(succeeded(store->remove("no/such", Deadline::never())));
  EXPECT_EQ(keys(*store), std::vector<std::string>{"a/c"});
  EXPECT_TRUE(succeeded(put(*store, "a/b", "again")));
}

/// Those of the suite have no such setting; what a bucket with one does is in tests/stores/s3 and buckets/.
TEST_P(StoreContract, KeepsNothingForAWhileUnlessItIsSetUpToAndSaysSo) {
  const auto store = open();
  EXPECT_TRUE(succeeded(put(*store, "a", "x")));
  const auto keeping = store->kept_until("a", Deadline::never());
  if (keeping) {
    EXPECT_FALSE(keeping->keeps());
  } else {
    EXPECT_TRUE(failed_with(Outcome::kUsage, keeping)) << "it is not asked for it";
  }
  EXPECT_TRUE(succeeded(may_remove(*store, "a", Deadline::never())));
  const UnixMilliseconds tomorrow = wall_clock_now() + 86'400'000;
  const auto kept = store->keep_until("a", tomorrow, Deadline::never());
  ASSERT_TRUE(failed_with(Outcome::kUsage, kept));
  EXPECT_NE(kept.error().hint, "");
  EXPECT_TRUE(failed_with(Outcome::kUsage, store->may_keep_until("a", tomorrow, Deadline::never())));
  EXPECT_TRUE(failed_with(Outcome::kUsage, store->keeps_for()));
  EXPECT_TRUE(failed_with(Outcome::kUsage, store->kept_until("../a", Deadline::never())));
  EXPECT_TRUE(failed_with(Outcome::kUsage, store->keep_until("../a", tomorrow, Deadline::never())));
  EXPECT_TRUE(failed_with(Outcome::kUsage, store->may_keep_until("../a", tomorrow, Deadline::never())));
  EXPECT_TRUE(succeeded(store->remove("a", Deadline::never())));
}

TEST_P(StoreContract, RefusesWhatIsNoKey) {
  const auto store = open();
  for (const std::string& key :
       std::vector<std::string>{"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "a\nb",
                                "\xc3\xa9", std::string("a\0b", 3), std::string(513, 'k')}) {
    EXPECT_TRUE(failed_with(Outcome::kUsage, put(*store, key, "x"))) << key;
    EXPECT_TRUE(failed_with(Outcome::kUsage, get(*store, key))) << key;
    EXPECT_TRUE(failed_with(Outcome::kUsage, store->head(key, Deadline::never()))) << key;
    EXPECT_TRUE(failed_with(Outcome::kUsage, store->remove(key, Deadline::never()))) << key;
  }
  EXPECT_TRUE(keys(*store).empty());
  EXPECT_TRUE(succeeded(put(*store, "-rf", "x")));
  EXPECT_TRUE(succeeded(put(*store, "a b/~`$(id)'\"\\*?", "x")));
  EXPECT_TRUE(succeeded(put(*store, std::string(250, 'k') + "/" + std::string(250, 'k'), "x")));
}

TEST_P(StoreContract, OfProcessesThatRaceForOneKeyOneWins) {
  const int races = full_form() ? 10'000 : 100;
  int wrong = 0;
  for (int race = 0; race < races; ++race) {
    const std::string key = "race/" + std::to_string(race);
    std::vector<pid_t> children;
    for (const char* bytes : {"left", "right"}) {
      const pid_t child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        const auto store = open();
        const Status done = put(*store, key, bytes);
        const bool mine = done && value_of(get(*store, key)) == bytes;
        ::_exit(mine ? 0 : !done && done.error().outcome == Outcome::kConflict ? 3 : 9);
      }
      children.push_back(child);
    }
    std::vector<int> statuses;
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      statuses.push_back(WIFEXITED(status) ? WEXITSTATUS(status) : 128);
    }
    std::sort(statuses.begin(), statuses.end());
    if (statuses != std::vector<int>{0, 3}) ++wrong;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(keys(*open()).size(), static_cast<std::size_t>(races));
}

}  // namespace
}  // namespace arkive::test

#include "stores/many_objects.h"

#include <atomic>
#include <set>
#include <thread>

#include "stores/directory/directory_store.h"
#include "tests/support/forwarding_store.h"
#include "tests/support/keeping_store.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

/// A directory that answers slowly, and counts how many ask at once.
class SlowStore final : public ForwardingStore {
 public:
  explicit SlowStore(std::unique_ptr<Store> below) : ForwardingStore(std::move(below)) {}
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override {
    const int now = ++asking_;
    int most = most_asking;
    while (now > most && !most_asking.compare_exchange_weak(most, now)) {
    }
    ++asked;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    auto bytes = below_->get(key, offset, size, deadline);
    --asking_;
    return bytes;
  }

  mutable std::atomic<int> most_asking{0};
  mutable std::atomic<int> asked{0};

 private:
  mutable std::atomic<int> asking_{0};
};

class ManyObjects : public ScratchTest {
 protected:
  void SetUp() override {
    for (int i = 0; i < 200; ++i) {
      char key[16];
      std::snprintf(key, sizeof key, "runs/%03d", i);
      keys_.emplace_back(key);
      value_of(store_.put(key, "bytes of " + keys_.back(), PutMode::kCreateOnly, Deadline::never()));
    }
  }
  SlowStore store_{value_of(DirectoryStore::open(scratch()))};
  std::vector<std::string> keys_;
};

TEST_F(ManyObjects, HandsOverEveryObjectInOrderReadByManyAtOnce) {
  std::vector<std::string> taken;
  const auto thread = std::this_thread::get_id();
  const auto take = [&](const std::string& key, const Result<std::string>& bytes) -> Status {
    EXPECT_EQ(value_of(bytes), "bytes of " + key);
    EXPECT_EQ(std::this_thread::get_id(), thread);
    taken.push_back(key);
    return ok();
  };
  EXPECT_TRUE(succeeded(get_each(store_, keys_, take, Deadline::never())));
  EXPECT_EQ(taken, keys_);
  EXPECT_GT(store_.most_asking, 8);
  EXPECT_LE(store_.most_asking, 16);
}

TEST_F(ManyObjects, WhatCannotBeReadIsHandedOverAsItsError) {
  const std::vector<std::string> keys = {keys_[0], "runs/none", keys_[1]};
  std::vector<bool> read;
  EXPECT_TRUE(succeeded(get_each(
      store_, keys,
      [&](const std::string&, const Result<std::string>& bytes) -> Status {
        read.push_back(bytes.has_value());
        EXPECT_TRUE(bytes || bytes.error().outcome == Outcome::kNotFound);
        return ok();
      },
      Deadline::never())));
  EXPECT_EQ(read, (std::vector<bool>{true, false, true}));
}

TEST_F(ManyObjects, AnErrorOfTheTakerEndsItBeforeAllIsRead) {
  int taken = 0;
  EXPECT_TRUE(failed_with(Outcome::kInterrupted,
                          get_each(
                              store_, keys_,
                              [&](const std::string&, const Result<std::string>&) -> Status {
                                return ++taken == 3 ? Status(fail(Outcome::kInterrupted, "enough")) : ok();
                              },
                              Deadline::never())));
  EXPECT_EQ(taken, 3);
  EXPECT_LT(store_.asked, 120);
}

TEST_F(ManyObjects, RemovesWhatItIsToldManyAtOnceAndTellsOfEach) {
  std::vector<std::string> going(keys_.begin(), keys_.begin() + 150);
  going.insert(going.begin() + 10, "not/a//key");
  std::vector<std::string> gone;
  std::vector<std::string> refused;
  const auto take = [&](const std::string& key, const Status& removed) -> Status {
    (removed ? gone : refused).push_back(key);
    return ok();
  };
  EXPECT_TRUE(succeeded(remove_each(store_, going, take, Deadline::never())));
  EXPECT_EQ(refused, std::vector<std::string>{"not/a//key"});
  going.erase(going.begin() + 10);
  EXPECT_EQ(gone, going);
  std::vector<std::string> left;
  EXPECT_TRUE(succeeded(store_.list(
      "",
      [&](const Store::Object& object) -> Status {
        left.push_back(object.key);
        return ok();
      },
      Deadline::never())));
  EXPECT_EQ(left, std::vector<std::string>(keys_.begin() + 150, keys_.end()));
}

TEST_F(ManyObjects, ReadsNothingButWhatIsWanted) {
  std::set<std::string> taken;
  EXPECT_TRUE(succeeded(get_each_below(
      store_, "runs/1", [](const std::string& key) { return key.ends_with("7"); },
      [&](const std::string& key, const Result<std::string>&) -> Status {
        taken.insert(key);
        return ok();
      },
      Deadline::never())));
  EXPECT_EQ(taken.size(), 10U);
  EXPECT_EQ(store_.asked, 10);
  EXPECT_TRUE(succeeded(get_each(store_, {}, nullptr, Deadline::never())));
}

TEST_F(ManyObjects, AskingWhetherTheyWouldGoRemovesNothingAndTellsOfEachInOrder) {
  KeepingStore store(value_of(DirectoryStore::open(scratch())));
  const UnixMilliseconds soon = wall_clock_now() + 3'600'000;
  store.keep(keys_[3], soon);
  std::vector<std::string> taken;
  EXPECT_TRUE(succeeded(ask_removal_of_each(
      store, keys_,
      [&](const std::string& key, const Status& removed) -> Status {
        taken.push_back(key);
        EXPECT_EQ(removed.has_value(), key != keys_[3]) << key;
        return ok();
      },
      Deadline::never())));
  EXPECT_EQ(taken, keys_);
  for (const std::string& key : keys_) EXPECT_TRUE(succeeded(store.head(key, Deadline::never())));
}

TEST_F(ManyObjects, KeepsEachUntilThenAndTellsWhichWereKeptSoLongAlready) {
  KeepingStore store(value_of(DirectoryStore::open(scratch())));
  const UnixMilliseconds until = wall_clock_now() + 3'600'000;
  store.keep(keys_[3], until + 1);
  std::vector<std::string> taken;
  const auto take = [&](const std::string& key, const Result<bool>& extended) -> Status {
    taken.push_back(key);
    EXPECT_EQ(value_of(extended), key != keys_[3]) << key;
    return ok();
  };
  EXPECT_TRUE(succeeded(ask_keeping_of_each(store, keys_, until, take, Deadline::never())));
  EXPECT_EQ(taken, keys_);
  taken.clear();
  for (const std::string& key : keys_) EXPECT_EQ(store.until(key), key == keys_[3] ? until + 1 : 0);
  EXPECT_TRUE(succeeded(keep_each_until(store, keys_, until, take, Deadline::never())));
  EXPECT_EQ(taken, keys_);
  for (const std::string& key : keys_) EXPECT_EQ(store.until(key), key == keys_[3] ? until + 1 : until);
}

}  // namespace
}  // namespace arkive::test

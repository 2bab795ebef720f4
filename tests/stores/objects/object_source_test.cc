// An object as a stream, of a store whose reads can be made to fail.
#include "stores/objects/object_source.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "stores/directory/directory_store.h"
#include "tests/support/forwarding_store.h"
#include "tests/support/results.h"
#include "tests/support/scripted_object_server.h"

namespace arkive::objects {
namespace {

using test::failed_with;
using test::succeeded;
using test::value_of;

/// Its reads of bytes from `fails_at` on fail.
class FailingReads final : public test::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override {
    ++asked;
    if (offset >= fails_at) return fail(Outcome::kRetry, "read '" + std::string(key) + "': cut off");
    return ForwardingStore::get(key, offset, size, deadline);
  }
  std::uint64_t fails_at = UINT64_MAX;
  mutable std::atomic<std::size_t> asked{0};
};

class ObjectSourceTest : public testing::Test {
 protected:
  ObjectSourceTest() {
    EXPECT_TRUE(succeeded(store_->put("k", bytes_, PutMode::kCreateOnly, Deadline::never())));
  }
  /// What it gives until its end or an error, in reads of `most` bytes.
  static std::pair<std::string, Status> read_all(ObjectSource& source, std::size_t most) {
    std::string all;
    std::string room(most, '\0');
    while (true) {
      const auto count = source.read(room.data(), most);
      if (!count) return {all, fail(count.error())};
      if (*count == 0) return {all, ok()};
      all.append(room, 0, *count);
    }
  }

  TemporaryDirectory directory_ = value_of(TemporaryDirectory::create("source"));
  const std::shared_ptr<FailingReads> store_ =
      std::make_shared<FailingReads>(value_of(DirectoryStore::open(directory_.path())));
  const std::string bytes_ = test::made_of((20 << 20) + 3);
};

TEST_F(ObjectSourceTest, GivesAllBytesInTheirOrderHoweverTheyAreRead) {
  for (const std::size_t most : {std::size_t{1} << 12, std::size_t{(1 << 18) + 1}, std::size_t{64} << 20}) {
    const auto source = value_of(ObjectSource::open(store_, "k"));
    const auto [all, ended] = read_all(*source, most);
    EXPECT_TRUE(succeeded(ended));
    EXPECT_TRUE(all == bytes_) << most;
    char more = 0;
    EXPECT_EQ(value_of(source->read(&more, 1)), 0U);
  }
}

TEST_F(ObjectSourceTest, GivesAPartHoweverSmall) {
  for (const auto& [begin, end] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {0, 0}, {5, 5}, {0, 1}, {1, 1 << 20}, {7, (1 << 20) + 8}, {3, (9 << 20) + 3}}) {
    ObjectSource source(store_, "k", begin, end);
    const auto [all, ended] = read_all(source, 1 << 16);
    EXPECT_TRUE(succeeded(ended));
    EXPECT_TRUE(all == bytes_.substr(begin, end - begin)) << begin << " " << end;
  }
}

TEST_F(ObjectSourceTest, GivesWhatCameBeforeAnErrorAndThenTheError) {
  store_->fails_at = 5 << 20;
  ObjectSource source(store_, "k", 0, bytes_.size());
  const auto [all, ended] = read_all(source, 1 << 16);
  EXPECT_TRUE(failed_with(Outcome::kRetry, ended));
  EXPECT_TRUE(all == bytes_.substr(0, 5 << 20)) << all.size();
}

TEST_F(ObjectSourceTest, OfAnObjectThatIsMissingIsDamage) {
  ObjectSource source(store_, "none", 0, bytes_.size());
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_all(source, 1 << 16).second));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, ObjectSource::open(store_, "none")));
}

TEST_F(ObjectSourceTest, ReadsNoFurtherAheadThanEightMebibytesAndEndsWithItsReader) {
  {
    ObjectSource source(store_, "k", 0, bytes_.size());
    char first = 0;
    EXPECT_EQ(value_of(source.read(&first, 1)), 1U);
    EXPECT_EQ(first, bytes_[0]);
    // A mebibyte each: those ahead, the one that is being handed on, the one that was read.
    const Deadline deadline = Deadline::after(std::chrono::seconds(20));
    while (store_->asked < 9 && !deadline.passed()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_GE(store_->asked, 9U);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_LE(store_->asked, 10U);
  }
}

}  // namespace
}  // namespace arkive::objects

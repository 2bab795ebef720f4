// What an attacker or a bad disk can do to sealed objects: each is refused, with its cause.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "stores/core/hash.h"
#include "stores/encrypted/object_format.h"
#include "tests/stores/encrypted/encrypted_support.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

using encrypted::kHeaderSize;
using encrypted::kTagSize;
using testing::HasSubstr;

constexpr std::size_t kChunk = encrypted::kDefaultChunk;
constexpr std::size_t kStoredChunk = kChunk + kTagSize;

std::string patterned(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 131 + i / kChunk);
  return text;
}

class Misuse : public EncryptedTest {
 protected:
  void SetUp() override {
    store_ = open();
    ASSERT_TRUE(succeeded(put(*store_, "a/three", plain_)));
    sealed_ = stored("a/three");
    ASSERT_EQ(sealed_.size(), encrypted::stored_size(plain_.size(), kChunk));
  }
  std::string chunk(std::size_t number) const {
    return sealed_.substr(kHeaderSize + number * kStoredChunk, kStoredChunk);
  }
  std::string header() const { return sealed_.substr(0, kHeaderSize); }
  /// Refused whole and range by range, wherever the damage lies, and never a byte that is not the
  /// plaintext's.
  void expect_refused(const std::string& bytes, const std::string& cause,
                      const std::string& key = "a/three") {
    set_stored(key, bytes);
    const auto fresh = open();
    const auto whole = get(*fresh, key);
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, whole)) << cause;
    EXPECT_THAT(whole.error().what, HasSubstr(cause));
    EXPECT_THAT(whole.error().what, HasSubstr(key));
    for (std::size_t i = 0; i * kChunk < plain_.size(); ++i) {
      const std::size_t size = std::min<std::size_t>(kChunk, plain_.size() - i * kChunk);
      const auto range = get(*fresh, key, i * kChunk, size);
      if (range) {
        EXPECT_EQ(*range, plain_.substr(i * kChunk, size)) << cause;
      }
    }
  }

  const std::string plain_ = patterned(2 * kChunk + 1000);
  std::string sealed_;
  std::unique_ptr<EncryptedStore> store_;
};

TEST_F(Misuse, AChunkDroppedIsRefused) {
  expect_refused(header() + chunk(1) + chunk(2), "chunk 0 of 2");
  expect_refused(header() + chunk(0) + chunk(2), "chunk 1 of 2");
  expect_refused(header() + chunk(0) + chunk(1), "chunk 1 of 2");  // the last flag is cut
  expect_refused(header() + chunk(0), "chunk 0 of 1");
}

TEST_F(Misuse, AChunkRepeatedOrReorderedIsRefused) {
  expect_refused(header() + chunk(0) + chunk(0) + chunk(1) + chunk(2), "chunk 1 of 4");
  expect_refused(header() + chunk(0) + chunk(1) + chunk(1) + chunk(2), "chunk 2 of 4");
  expect_refused(header() + chunk(1) + chunk(0) + chunk(2), "chunk 0 of 3");
  expect_refused(header() + chunk(0) + chunk(0) + chunk(2), "chunk 1 of 3");
}

TEST_F(Misuse, AChunkOfAnotherObjectIsRefused) {
  ASSERT_TRUE(succeeded(put(*store_, "b", plain_)));
  const std::string other = stored("b");
  std::string mixed = sealed_;
  mixed.replace(kHeaderSize + kStoredChunk, kStoredChunk, other, kHeaderSize + kStoredChunk, kStoredChunk);
  expect_refused(mixed, "chunk 1 of 3");
  expect_refused(other.substr(0, kHeaderSize) + sealed_.substr(kHeaderSize), "moved here from another place");
}

TEST_F(Misuse, AHeaderOfAnotherWritingOfTheSameObjectIsRefused) {
  ASSERT_TRUE(succeeded(put(*store_, "a/three", plain_)));
  expect_refused(header() + stored("a/three").substr(kHeaderSize), "chunk 0 of 3");
}

TEST_F(Misuse, AnObjectMovedFromAnotherKeyOrStoreIsRefused) {
  expect_refused(sealed_, "moved here from another place", "b/other");
  // Of a store that has the very same data key.
  const std::string foreign = encrypted::seal_object(store_key(false, "00000000000000000000000000000000"),
                                                     "a/three", plain_, random_bytes(32));
  expect_refused(foreign, "moved here from another place or another store");
  const encrypted::StoreKey other_key(kStoreId, encrypted::Secret(std::string(32, 'x')), kChunk, false);
  expect_refused(encrypted::seal_object(other_key, "a/three", plain_, random_bytes(32)),
                 "sealed with another key");
}

TEST_F(Misuse, AnObjectCutShortOrExtendedIsRefused) {
  for (const std::size_t size :
       {sealed_.size() - 1, sealed_.size() - kTagSize, sealed_.size() - 1000,
        kHeaderSize + 2 * kStoredChunk + 1, kHeaderSize + 2 * kStoredChunk + kTagSize, kHeaderSize + kTagSize,
        kHeaderSize + kStoredChunk - kTagSize}) {
    set_stored("a/three", sealed_.substr(0, size));
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, get(*open(), "a/three"))) << size;
  }
  expect_refused(sealed_.substr(0, kHeaderSize), "cut short");
  expect_refused(sealed_.substr(0, kHeaderSize - 1), "cut short");
  expect_refused("", "cut short");
  expect_refused("in the clear", "does not begin as a sealed object does");
  expect_refused(sealed_ + std::string(1, '\0'), "chunk 2 of 3");
  expect_refused(sealed_ + std::string(kTagSize, '\0'), "chunk 2 of 3");
}

TEST_F(Misuse, EveryBitOfASmallObjectCounts) {
  const std::string plain = "a small secret";
  ASSERT_TRUE(succeeded(put(*store_, "small", plain)));
  const std::string good = stored("small");
  std::uint64_t refused = 0;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    std::string opened = bad;
    const Status status = encrypted::open_object(store_key(), "small", "small", opened);
    refused += failed_with(Outcome::kCorrupt, status) ? 1 : 0;
    EXPECT_EQ(opened.find("secret"), std::string::npos)
        << bit;  // nothing of it is left where it was decrypted
  }
  scoreboard("encrypted.flipped_bits", 0, good.size() * 8, refused, good.size() * 8 - refused);
  EXPECT_EQ(refused, good.size() * 8);
}

TEST_F(Misuse, AFlippedByteOfALargeObjectIsRefusedWhereItLiesAndOnlyThere) {
  std::string bad = sealed_;
  bad[kHeaderSize + kStoredChunk + 7] ^= 1;
  set_stored("a/three", bad);
  const auto fresh = open();
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, get(*fresh, "a/three")));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, get(*fresh, "a/three", kChunk + 100, 1)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, get(*fresh, "a/three", kChunk - 1, 2)));
  EXPECT_EQ(value_of(get(*fresh, "a/three", 0, kChunk)), plain_.substr(0, kChunk));
  EXPECT_EQ(value_of(get(*fresh, "a/three", 2 * kChunk, 0)), plain_.substr(2 * kChunk));
}

TEST_F(Misuse, NoPairOfKeyAndNonceComesTwice) {
  std::set<std::string> salts;
  const int objects = full_form() ? 100'000 : 200;
  for (int i = 0; i < objects; ++i) {
    ASSERT_TRUE(succeeded(put(*store_, "again", "the same bytes")));
    salts.insert(stored("again").substr(32, 32));
  }
  // By put and by begin; within an object each chunk has its own number.
  for (int i = 0; i < 100; ++i) {
    const auto writer = value_of(store_->begin("again", Deadline::never()));
    ASSERT_TRUE(succeeded(writer->write("the same bytes")));
    ASSERT_TRUE(succeeded(writer->finish()));
    salts.insert(stored("again").substr(32, 32));
  }
  EXPECT_EQ(salts.size(), static_cast<std::size_t>(objects) + 100);
  const std::string zeros(5 * kChunk, '\0');
  ASSERT_TRUE(succeeded(put(*store_, "zeros", zeros)));
  const std::string all = stored("zeros");
  std::set<std::string> streams;
  for (std::size_t i = 0; i < 5; ++i) streams.insert(all.substr(kHeaderSize + i * kStoredChunk, 64));
  EXPECT_EQ(streams.size(), 5U);
}

}  // namespace
}  // namespace arkive::test

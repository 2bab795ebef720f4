// Bytes of an object that are read in order and out of it, of a store that calls itself remote.
#include "stores/object_bytes.h"

#include <gtest/gtest.h>

#include <random>

#include "stores/directory/directory_store.h"
#include "tests/support/far_store.h"
#include "tests/support/results.h"
#include "tests/support/scripted_object_server.h"

namespace arkive::test {
namespace {

constexpr std::size_t kMebibyte = 1 << 20;

class ObjectBytesTest : public testing::Test {
 protected:
  ObjectBytesTest() {
    EXPECT_TRUE(succeeded(store_.put("k", bytes_, PutMode::kCreateOnly, Deadline::never())));
  }
  ObjectBytes open() const { return ObjectBytes(store_, "k", bytes_.size(), Deadline::never()); }
  Bytes expected(std::uint64_t offset, std::size_t size) const { return Bytes(bytes_).substr(offset, size); }

  TemporaryDirectory directory_ = value_of(TemporaryDirectory::create("bytes"));
  FarStore store_{value_of(DirectoryStore::open(directory_.path()))};
  const std::string bytes_ = made_of(10 * kMebibyte + 3);
};

TEST_F(ObjectBytesTest, WhoWalksOverAnObjectIsReadAheadForByOneStream) {
  ObjectBytes object = open();
  for (std::uint64_t at = 0; at < bytes_.size();) {
    const std::size_t size = std::min<std::size_t>(kMebibyte, bytes_.size() - at);
    EXPECT_TRUE(value_of(object.read(at, size)) == expected(at, size)) << at;
    at += at + size == bytes_.size() ? size : size - 1000;  // the last entry is cut, and read again
  }
  EXPECT_EQ(store_.streams, 1);
  EXPECT_EQ(store_.gets, 0);
}

TEST_F(ObjectBytesTest, WhoLooksHereAndThereGetsWhatHeAsksForAndNoMore) {
  ObjectBytes object = open();
  for (const std::uint64_t at : {9 * kMebibyte, 5 * kMebibyte, 7 * kMebibyte, kMebibyte})
    EXPECT_TRUE(value_of(object.read(at, 100)) == expected(at, 100)) << at;
  EXPECT_EQ(store_.streams, 0);
  EXPECT_EQ(store_.gets, 4);
  // From there on it is a walk.
  EXPECT_TRUE(value_of(object.read(kMebibyte + 100, 100)) == expected(kMebibyte + 100, 100));
  EXPECT_EQ(store_.streams, 1);
}

TEST_F(ObjectBytesTest, OfADirectoryNothingIsReadAhead) {
  store_.is_far = false;
  ObjectBytes object = open();
  EXPECT_TRUE(value_of(object.read(0, kMebibyte)) == expected(0, kMebibyte));
  EXPECT_TRUE(value_of(object.take(kMebibyte, kMebibyte)) == expected(kMebibyte, kMebibyte));
  EXPECT_EQ(store_.streams, 0);
  EXPECT_EQ(store_.gets, 2);
}

TEST_F(ObjectBytesTest, AreThoseOfTheObjectHoweverTheyAreAskedFor) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20; ++round) {
    ObjectBytes object = open();
    std::uint64_t at = 0;
    for (int i = 0; i < 30; ++i) {
      const std::size_t size = 1 + random() % (random() % 4 == 0 ? 3 * kMebibyte : 5000);
      if (at + size > bytes_.size() || random() % 8 == 0) at = random() % (bytes_.size() - size);
      const bool is_taken = random() % 2 == 0;
      if (is_taken) {
        EXPECT_TRUE(value_of(object.take(at, size)) == expected(at, size)) << at << " " << size;
      } else {
        EXPECT_TRUE(value_of(object.read(at, size)) == expected(at, size)) << at << " " << size;
      }
      at += size - random() % size;
    }
  }
}

TEST_F(ObjectBytesTest, AnErrorOnTheWayIsToldOfTheBytesBehindItAndMayPass) {
  store_.fails_at = 5 * kMebibyte;
  ObjectBytes object = open();
  for (std::uint64_t at = 0; at < store_.fails_at; at += kMebibyte)
    EXPECT_TRUE(value_of(object.read(at, kMebibyte)) == expected(at, kMebibyte)) << at;
  EXPECT_TRUE(failed_with(Outcome::kRetry, object.read(5 * kMebibyte, kMebibyte)));
  store_.fails_at = UINT64_MAX;
  EXPECT_TRUE(value_of(object.read(5 * kMebibyte, kMebibyte)) == expected(5 * kMebibyte, kMebibyte));
}

TEST_F(ObjectBytesTest, OneWhoGoesBackALittleAndOnAgainLosesNothingOfWhatWasReadAhead) {
  ObjectBytes object = open();
  for (std::uint64_t at = 0; at + kMebibyte <= bytes_.size(); at += kMebibyte) {
    EXPECT_TRUE(value_of(object.read(at, kMebibyte)) == expected(at, kMebibyte)) << at;
    if (at == 0) continue;
    EXPECT_TRUE(value_of(object.read(at - 5000, kMebibyte)) == expected(at - 5000, kMebibyte)) << at;
    EXPECT_TRUE(value_of(object.read(at, kMebibyte)) == expected(at, kMebibyte)) << at;
  }
  EXPECT_EQ(store_.streams, 1);
}

TEST_F(ObjectBytesTest, DamageBehindSoundBytesTakesNoneOfThem) {
  // As a sealed store, whose streams give many chunks or none.
  store_.fails_at = 5 * kMebibyte;
  store_.fails_with = Outcome::kCorrupt;
  ObjectBytes object = open();
  for (std::uint64_t at = 0; at + kMebibyte <= bytes_.size(); at += kMebibyte)
    EXPECT_TRUE(value_of(object.read(at, kMebibyte)) == expected(at, kMebibyte)) << at;
}

TEST_F(ObjectBytesTest, WhatIsThrownOnTheWayReachesTheReader) {
  store_.throws = true;
  ObjectBytes object = open();
  EXPECT_THROW((void)object.read(0, kMebibyte), std::bad_alloc);
}

TEST_F(ObjectBytesTest, BeyondItsEndThereAreNone) {
  ObjectBytes object = open();
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, object.read(bytes_.size() - 1, 2)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, object.read(0, bytes_.size() + 1)));
  EXPECT_TRUE(value_of(object.read(bytes_.size() - 1, 1)) == expected(bytes_.size() - 1, 1));
  // An object that is shorter than was said.
  ObjectBytes longer(store_, "k", bytes_.size() + kMebibyte, Deadline::never());
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, longer.read(0, bytes_.size() + 1)));
  ObjectBytes none(store_, "none", bytes_.size(), Deadline::never());
  EXPECT_TRUE(failed_with(Outcome::kNotFound, none.read(0, kMebibyte)));
}

}  // namespace
}  // namespace arkive::test

#include "kafka/log/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/kafka/log/encoder/log_encoder.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using test::compress;
using test::CompressStyle;
using testing::HasSubstr;

/// Text that compresses, with some that does not.
std::string sample(std::size_t size) {
  std::mt19937_64 random(size);
  std::string text;
  while (text.size() < size) {
    text += "{\"customer\":" + std::to_string(random() % 1000) + ",\"state\":\"shipped\"}";
    if (random() % 4 == 0) text += static_cast<char>(random());
  }
  text.resize(size);
  return text;
}

struct Style {
  const char* name;
  Codec codec;
  CompressStyle style;
};

void PrintTo(const Style& style, std::ostream* to) {
  *to << style.name;
}

class EveryCodec : public testing::TestWithParam<Style> {};

TEST_P(EveryCodec, GivesBackWhatWasCompressed) {
  Decompressor decompressor;
  for (const std::size_t size : {1U, 10U, 1000U, 64U << 10, (64U << 10) + 1, 300'000U, 2'000'000U, 5U}) {
    const std::string text = sample(size);
    const std::string compressed = compress(GetParam().codec, text, GetParam().style);
    EXPECT_EQ(value_of(decompressor.decompress(GetParam().codec, compressed)), text) << size;
  }
}

TEST_P(EveryCodec, RefusesMoreThanIsAllowed) {
  Decompressor decompressor;
  const std::string compressed = compress(GetParam().codec, std::string(1'000'000, 'x'), GetParam().style);
  EXPECT_EQ(value_of(decompressor.decompress(GetParam().codec, compressed, 1'000'000)).size(), 1'000'000U);
  EXPECT_TRUE(failed_with(Outcome::kFull, decompressor.decompress(GetParam().codec, compressed, 999'999)));
  EXPECT_TRUE(failed_with(Outcome::kFull, decompressor.decompress(GetParam().codec, compressed, 0)));
}

TEST_P(EveryCodec, CutShortIsCorruptWhereverItIsCut) {
  Decompressor decompressor;
  const std::string compressed = compress(GetParam().codec, sample(5000), GetParam().style);
  for (std::size_t size = 0; size < compressed.size(); ++size) {
    const auto result = decompressor.decompress(GetParam().codec, Bytes(compressed).substr(0, size));
    // A framed snappy stream has no end of its own: between two blocks it is whole.
    if (result && GetParam().codec == Codec::kSnappy) continue;
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, result)) << size;
  }
  EXPECT_TRUE(succeeded(decompressor.decompress(GetParam().codec, compressed)));
}

TEST_P(EveryCodec, DamageDoesNoHarm) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  Decompressor decompressor;
  const std::string compressed = compress(GetParam().codec, sample(20'000), GetParam().style);
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = compressed;
    for (std::uint64_t count = random() % 4 + 1; count > 0; --count) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    const auto result = decompressor.decompress(GetParam().codec, damaged, 1 << 20);
    if (result) {
      EXPECT_LE(result->size(), 1U << 20);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryCodec,
                         testing::Values(Style{"gzip", Codec::kGzip, {}},
                                         Style{"snappy_framed", Codec::kSnappy, {}},
                                         Style{"snappy_small_blocks", Codec::kSnappy, {.block = 700}},
                                         Style{"snappy_raw", Codec::kSnappy, {.xerial = false}},
                                         Style{"lz4", Codec::kLz4, {}},
                                         Style{"lz4_old_header", Codec::kLz4, {.broken_lz4_header = true}},
                                         Style{"lz4_linked_blocks", Codec::kLz4, {.lz4_linked = true}},
                                         Style{"lz4_checksums", Codec::kLz4, {.lz4_checksums = true}},
                                         Style{"zstd", Codec::kZstd, {}},
                                         Style{"zstd_with_size", Codec::kZstd, {.zstd_content_size = true}}),
                         [](const testing::TestParamInfo<Style>& one) { return one.param.name; });

TEST(Decompressor, TakesNoneAsItIs) {
  const std::string text = "text";
  Decompressor decompressor;
  EXPECT_EQ(value_of(decompressor.decompress(Codec::kNone, text)).data(), text.data());
}

TEST(Decompressor, RefusesCodecsThatNobodyKnows) {
  Decompressor decompressor;
  const auto result = decompressor.decompress(static_cast<Codec>(6), "text");
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, result));
  EXPECT_THAT(result.error().what, HasSubstr("decompress codec-6 of 4 B: no such codec is known"));
}

TEST(Decompressor, TakesSeveralFramesOneBehindAnother) {
  Decompressor decompressor;
  for (const Codec codec : {Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    const std::string twice = compress(codec, "one") + compress(codec, "two");
    EXPECT_EQ(value_of(decompressor.decompress(codec, twice)), "onetwo") << codec_name(codec);
    EXPECT_TRUE(
        failed_with(Outcome::kCorrupt, decompressor.decompress(codec, compress(codec, "one") + "rest!!!")))
        << codec_name(codec);
  }
}

TEST(Decompressor, BelievesNoLengthThatCannotBe) {
  Decompressor decompressor;
  // A raw snappy block of 3 bytes that says it becomes 2 GiB.
  const auto snappy = decompressor.decompress(Codec::kSnappy, "\xff\xff\xff\xff\x07\x04xy");
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, snappy));
  EXPECT_THAT(snappy.error().what, HasSubstr("more than it can hold"));
  // A zstd frame that wants a window of 2 GiB.
  const auto zstd = decompressor.decompress(Codec::kZstd, Bytes("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, zstd));
}

}  // namespace
}  // namespace arkive::kafka

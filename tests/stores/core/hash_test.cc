#include "stores/core/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace arkive {
namespace {

using namespace std::string_literals;

TEST(Hash, AgreesWithThePublishedExamples) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(sha1(std::string(1'000'000, 'a'))), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Hash, OfHeaderAndDataIsGitsBlobId) {
  EXPECT_EQ(hex(sha1("blob 6\0"s, "hello\n")), "ce013625030ba8dba906f756967f9e9ca394464a");
  EXPECT_EQ(sha1("ab", "c"), sha1("abc"));
}

TEST(Hash, StreamedInPiecesEqualsTheWhole) {
  const std::string data(100'000, 'x');
  Sha1Stream short_stream;
  short_stream.update("a");
  Sha1Stream moved_too = std::move(short_stream);
  moved_too.update("bc");
  EXPECT_EQ(moved_too.finish(), sha1("abc"));
  Sha256Stream stream;
  for (std::size_t at = 0; at < data.size(); at += 777) stream.update(Bytes(data).substr(at, 777));
  Sha256Stream moved = std::move(stream);
  EXPECT_EQ(moved.finish(), sha256(data));
}

TEST(Hash, HmacAgreesWithRfc4231) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(hex(hmac_sha256("", "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Base64, AgreesWithRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST(Base64, PadsOnlyTheEndOfLongData) {
  for (const std::size_t size : {3071U, 3072U, 3073U, 6144U, 10'000U}) {
    const std::string text = base64(std::string(size, '\0'));
    EXPECT_EQ(text.size(), (size + 2) / 3 * 4);
    EXPECT_EQ(text.find_first_not_of('A'), size % 3 == 0 ? std::string::npos : text.size() - (3 - size % 3));
  }
}

TEST(RandomBytes, AreAsManyAsAskedForAndDiffer) {
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(1000).size(), 1000U);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_bytes(16));
  EXPECT_EQ(seen.size(), 1000U);
}

}  // namespace
}  // namespace arkive

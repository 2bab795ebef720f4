// docs/format-encryption.md is what the code does: its examples and vectors are read from the page.
#include <gmock/gmock.h>

#include <map>
#include <sstream>

#include "stores/core/hash.h"
#include "stores/encrypted/key_files.h"
#include "tests/stores/encrypted/encrypted_support.h"
#include "tests/support/page_block.h"

namespace arkive::test {
namespace {

using namespace encrypted;  // NOLINT(google-build-using-namespace): what is tested

std::string block_of_page(const std::string& mark) {
  return page_block(FORMAT_ENCRYPTION_PAGE, mark);
}

/// By name; values over several lines are joined.
std::map<std::string, std::string> vectors() {
  std::map<std::string, std::string> all;
  std::istringstream lines(block_of_page("<!-- vectors -->"));
  std::string name;
  for (std::string line; std::getline(lines, line);) {
    if (line[0] != ' ') name = line.substr(0, line.find("  "));
    all[name] += line.substr(line.rfind(' ') + 1);
  }
  return all;
}

std::string bytes_of(const std::string& hex_text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex_text.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex_text.substr(i, 2), nullptr, 16)));
  return bytes;
}

EncryptionFile page_encryption() {
  EncryptionFile file;
  file.id = "0f0e0d0c0b0a09080706050403020100";
  file.store = kStoreId;
  file.hide_names = true;
  return file;
}

std::string salt() {
  std::string text;
  for (int i = 0; i < 32; ++i) text.push_back(static_cast<char>(0xa0 + i));
  return text;
}

const std::string kKey = "topics/prod/orders@kBjE2EKdQfKjHbdcHDVvuA/0/g0/00000000000000000000.log";

TEST(EncryptionPage, TheExampleOfEncryptionJsonIsWhatIsWrittenAndRead) {
  EXPECT_EQ(page_encryption().to_json(), block_of_page("<!-- example: encryption -->"));
  const auto read = value_of(EncryptionFile::from_json(block_of_page("<!-- example: encryption -->")));
  EXPECT_EQ(read.to_json(), page_encryption().to_json());
}

TEST(EncryptionPage, TheExampleOfAWrappingOpensWithItsPassphrase) {
  const std::string text = block_of_page("<!-- example: wrapping -->");
  const Wrapping wrapping = value_of(Wrapping::from_json(text));
  EXPECT_EQ(wrapping.to_json(), text);
  EXPECT_EQ(wrapping.encryption, hex(sha256(block_of_page("<!-- example: encryption -->"))));
  EXPECT_EQ(value_of(unwrap(wrapping, "correct horse battery staple")).bytes(), vector_key().bytes());
  EXPECT_TRUE(failed_with(Outcome::kDenied, unwrap(wrapping, "correct horse battery stable")));
}

TEST(EncryptionPage, ItsVectorsAreWhatTheCodeMakes) {
  const auto wanted = vectors();
  const StoreKey key = store_key(true);
  const NameCodec names(key);
  std::map<std::string, std::string> got = {
      {"data key", to_hex(key.data_key.bytes())},
      {"store id", kStoreId},
      {"key id", to_hex(key.key_id)},
      {"object key", kKey},
      {"salt", to_hex(salt())},
      {"object of 5 bytes \"plain\"", to_hex(seal_object(key, kKey, "plain", salt()))},
      {"object of no bytes", to_hex(seal_object(key, kKey, "", salt()))},
      {"sha-256 of the object of 65537 bytes 00",
       hex(sha256(seal_object(key, kKey, std::string(65'537, '\0'), salt())))},
      {"name orders below topics/prod", names.encode("topics/prod", "orders").text},
      {"name prod below topics", names.encode("topics", "prod").text},
      {"name of 113 bytes x at the top", names.encode("", std::string(113, 'x')).text},
  };
  for (const auto& [name, value] : got) {
    ASSERT_TRUE(wanted.contains(name)) << name << "  " << value;
    EXPECT_EQ(wanted.at(name), value) << name;
  }
  EXPECT_EQ(wanted.size(), got.size());
  std::string sealed = bytes_of(wanted.at("object of 5 bytes \"plain\""));
  EXPECT_TRUE(succeeded(open_object(key, kKey, "it", sealed)));
  EXPECT_EQ(sealed, "plain");
}

// RFC 5869, test case 1; RFC 7914, section 12; RFC 5297, A.1 is of AES-128, so that of AES-256 stands in the
// page.
TEST(EncryptionPage, HkdfAndScryptAreThoseOfTheirRfcs) {
  EXPECT_EQ(to_hex(hkdf(std::string(22, '\x0b'), bytes_of("000102030405060708090a0b0c"),
                        bytes_of("f0f1f2f3f4f5f6f7f8f9"), 42)
                       .bytes()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(hkdf(std::string(22, '\x0b'), {}, {}, 42).bytes()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  EXPECT_EQ(to_hex(value_of(scrypt("password", "NaCl", 1024, 8, 16)).bytes()),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162");
}

}  // namespace
}  // namespace arkive::test

// Keys: RFC 8032's vectors, the page's, PEM files of all kinds.
#include <sys/stat.h>

#include <sstream>

#include "stores/core/process.h"
#include "stores/manifest/statement.h"
#include "stores/proof/run_proof.h"
#include "tests/stores/proof/proof_support.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

using namespace proof;  // NOLINT(google-build-using-namespace): what is tested
using testing::HasSubstr;

std::string bytes_of(const std::string& hex_text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex_text.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex_text.substr(i, 2), nullptr, 16)));
  return bytes;
}

/// By the name before two spaces.
std::map<std::string, std::string> vectors() {
  std::map<std::string, std::string> all;
  std::istringstream lines(block_of_page("<!-- vectors -->"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t end = line.find("  ");
    all[line.substr(0, end)] = line.substr(line.find_first_not_of(' ', end));
  }
  return all;
}

struct Rfc8032 {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
};

// Section 7.1, tests 1, 2, 3 and SHA(abc).
constexpr Rfc8032 kVectors[] = {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                                 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                                 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a"
                                 "33bacc61e39701cf9b46bd25bf5f0"
                                 "595bbe24655141438e7a100b"},
                                {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                                 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                                 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e1"
                                 "5996e458f3613d0f11d8c387b2eae"
                                 "b4302aeeb00d291612bb0c00"},
                                {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                                 "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                                 "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d1"
                                 "6f290ae67f760984dc6594a7c15e9"
                                 "716ed28dc027beceea1ec40a"},
                                {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
                                 "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                                 "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274"
                                 "fc1a836ba3c23a3feebbd454d4423"
                                 "643ce80e2a9ac94fa54ca49f",
                                 "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac9"
                                 "0b3ecfdfbc7c66431e0303dca179c"
                                 "138ac17ad9bef1177331a704"}};

std::string pem_of_seed(const std::string& seed) {
  const std::string info("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", 16);
  return "-----BEGIN PRIVATE KEY-----\n" + base64(info + seed) + "\n-----END PRIVATE KEY-----\n";
}

TEST(ProofKeys, SignAndCheckWhatRfc8032Says) {
  for (const Rfc8032& vector : kVectors) {
    const auto key = value_of(SigningKey::from_pem(pem_of_seed(bytes_of(vector.seed)), "vector"));
    const std::string message = bytes_of(vector.message);
    EXPECT_EQ(to_hex(key->sign(message)), vector.signature);
    PublicKey::Raw raw = {};
    const std::string bytes = bytes_of(vector.public_key);
    std::copy(bytes.begin(), bytes.end(), raw.begin());
    EXPECT_EQ(PublicKey(raw).id(), key->public_key().id());
    EXPECT_TRUE(PublicKey(raw).verifies(message, bytes_of(vector.signature)));
    EXPECT_FALSE(PublicKey(raw).verifies(message + "x", bytes_of(vector.signature)));
  }
}

TEST(ProofKeys, NoFlippedBitOfASignatureFits) {
  const auto key = page_key();
  const std::string signature = key->sign("message");
  FaultCount count;
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string flipped = signature;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    EXPECT_TRUE(count.fault(!key->public_key().verifies("message", flipped))) << bit;
  }
  count.write("signature_bit_flips");
  EXPECT_FALSE(key->public_key().verifies("message", signature.substr(1)));
  EXPECT_FALSE(key->public_key().verifies("message", signature + "x"));
  EXPECT_FALSE(key->public_key().verifies("message", ""));
}

TEST(ProofKeys, ASignatureInBase64IsTakenInOneSpellingOnly) {
  const std::string signature(kSignatureSize, 's');
  const std::string text = base64(signature);
  EXPECT_EQ(signature_in(text), signature);
  std::string other = text;
  other[85] = static_cast<char>(other[85] + 1);  // bits that the padding drops
  for (const std::string& wrong : {other, text.substr(0, 84), text + "\n", std::string(88, '='),
                                   std::string(86, '!') + "==", std::string(), " " + text})
    EXPECT_EQ(signature_in(wrong), "") << wrong;
}

TEST(ProofPage, TheKeysAreTheseAndTheExamplesAreSignedByThem) {
  const auto key = page_key();
  const auto keys = value_of(PublicKeys::from_pem(block_of_page("<!-- vectors: public key -->"), "the page"));
  const auto all = vectors();
  EXPECT_EQ(key->public_key().id(), all.at("key id"));
  EXPECT_EQ(key->public_key().pem(), block_of_page("<!-- vectors: public key -->"));
  ASSERT_NE(keys.find(all.at("key id")), nullptr);

  const std::string text = block_of_page("<!-- example: signed manifest -->");
  const Manifest run = value_of(Manifest::from_json(text));
  EXPECT_EQ(run.statement_sha256, all.at("statement of the manifest"));
  EXPECT_EQ(signed_line("run", run.statement_sha256), all.at("signed for the manifest") + "\n");
  EXPECT_TRUE(succeeded(check_run(run, keys)));
  EXPECT_EQ(run.to_json(), text);
  Manifest again = run;
  again.proof = {};
  sign_run(again, {run.proof.number - 1, run.proof.previous}, *key);
  EXPECT_EQ(again.to_json(), text);

  const std::string record_text = block_of_page("<!-- example: record -->");
  const Record record = value_of(Record::from_json(record_text));
  EXPECT_EQ(record.statement_sha256, all.at("statement of the record"));
  EXPECT_EQ(record.sha256, all.at("sha-256 of the record"));
  EXPECT_TRUE(is_signed_by(record, keys));
  EXPECT_EQ(record.to_json(), record_text);
}

/// A script that knows the page only.
TEST(ProofPage, APythonScriptChecksTheExamples) {
  if (!run_process({{"/usr/bin/python3", "-c", "import cryptography"}, {}, {}, {}}, Deadline::never())
           ->succeeded())
    GTEST_SKIP() << "needs python3-cryptography";
  const auto ran = value_of(run_process(
      {{"/usr/bin/python3", CHECK_STORE, "--page", FORMAT_PROOF_PAGE}, {}, {}, {}}, Deadline::never()));
  EXPECT_EQ(ran.status, 0) << ran.output << ran.error_output;
}

class ProofKeyFiles : public ScratchTest {
 protected:
  void write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(succeeded(write_file_durably(scratch(name), text, IfExists::kReplace)));
  }
};

TEST_F(ProofKeyFiles, AMadeKeySignsAndItsPublicHalfChecks) {
  const std::string id = value_of(make_signing_key(scratch("key")));
  const auto key = value_of(SigningKey::read(scratch("key")));
  const auto keys = value_of(PublicKeys::read(scratch("key.pub")));
  ASSERT_NE(keys.find(id), nullptr);
  EXPECT_TRUE(keys.find(id)->verifies("message", key->sign("message")));
  EXPECT_NE(value_of(make_signing_key(scratch("other"))), id);
}

TEST_F(ProofKeyFiles, AMadeKeyReplacesNothing) {
  write("key", "mine");
  EXPECT_TRUE(failed_with(Outcome::kConflict, make_signing_key(scratch("key"))));
  EXPECT_EQ(value_of(read_file(scratch("key"))), "mine");
  EXPECT_FALSE(path_exists(scratch("key.pub")));
  write("new.pub", "mine");
  EXPECT_TRUE(failed_with(Outcome::kConflict, make_signing_key(scratch("new"))));
  EXPECT_FALSE(path_exists(scratch("new")));
}

TEST_F(ProofKeyFiles, OpensslReadsAndChecksWhatIsWritten) {
  value_of(make_signing_key(scratch("key")));
  const auto key = value_of(SigningKey::read(scratch("key")));
  write("message", "arkive run 00\n");
  write("signature", key->sign("arkive run 00\n"));
  const auto openssl = [&](const std::string& message) {
    return run_process({{"openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", scratch("key.pub"),
                         "-in", message, "-sigfile", scratch("signature")},
                        {},
                        {},
                        {}},
                       Deadline::never());
  };
  const auto ran = openssl(scratch("message"));
  if (!ran) GTEST_SKIP() << "needs openssl";
  EXPECT_TRUE(ran->succeeded()) << ran->output << ran->error_output;
  write("other", "arkive run 01\n");
  EXPECT_FALSE(value_of(openssl(scratch("other"))).succeeded());
}

TEST_F(ProofKeyFiles, ASigningKeyThatOthersMayReadIsRefused) {
  value_of(make_signing_key(scratch("key")));
  ASSERT_EQ(::chmod(scratch("key").c_str(), 0640), 0);
  EXPECT_TRUE(failed_with(Outcome::kDenied, SigningKey::read(scratch("key"))));
}

TEST_F(ProofKeyFiles, SeveralPublicKeysStandBehindEachOther) {
  const auto a = key_of("a");
  const auto b = key_of("b");
  write("keys", "backup host, until 2026\n" + a->public_key().pem() + "\nnow\n" + b->public_key().pem());
  const auto keys = value_of(PublicKeys::read(scratch("keys")));
  EXPECT_NE(keys.find(a->public_key().id()), nullptr);
  EXPECT_NE(keys.find(b->public_key().id()), nullptr);
  EXPECT_EQ(keys.find(key_of("c")->public_key().id()), nullptr);
}

TEST_F(ProofKeyFiles, WhatIsNoKeyIsRefusedAndSaysWhatItIs) {
  const std::string p256 =
      "-----BEGIN PUBLIC KEY-----\n"
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/"
      "m47n60p8D54WK84z"
      "V2sxXs7LtkBoN79R9Q==\n-----END PUBLIC KEY-----\n";
  const std::string secret = pem_of_seed(std::string(32, 's'));
  const std::pair<std::string, std::string> wrong[] = {
      {"", "holds no public key"},
      {"text\n", "holds no public key"},
      {p256, "no Ed25519 key"},
      {secret, "holds a private key"},
      {"-----BEGIN PUBLIC KEY-----\nAAAA\n", "damaged"},
      {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no Ed25519 key"}};
  for (const auto& [text, why] : wrong) {
    const auto read = PublicKeys::from_pem(text, "read it");
    EXPECT_TRUE(failed_with(Outcome::kUsage, read)) << text;
    EXPECT_THAT(read ? std::string() : read.error().what, HasSubstr(why)) << text;
  }
  for (const std::string& text : {std::string(), p256, std::string("-----BEGIN PRIVATE KEY-----\nAAAA\n")}) {
    const auto read = SigningKey::from_pem(text, "read it");
    EXPECT_TRUE(failed_with(Outcome::kUsage, read)) << text;
  }
}

TEST_F(ProofKeyFiles, NoErrorHoldsAnythingOfTheKey) {
  const std::string text = pem_of_seed(std::string(32, 's'));
  const std::string body = text.substr(28, 40);
  FaultCount count;
  for (std::size_t cut = 0; cut < text.size(); cut += 7) {
    const auto read = SigningKey::from_pem(text.substr(0, cut), "read it");
    if (read) continue;
    const std::string said = read.error().what + read.error().hint;
    EXPECT_TRUE(count.fault(said.find(body) == std::string::npos)) << said;
  }
  count.write("signing_key_in_errors");
}

}  // namespace
}  // namespace arkive::test

// Who opens a store: keys of files, commands and passphrases, given, exchanged and taken away.
#include "stores/encrypted/keyring.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <map>

#include "stores/core/hash.h"
#include "stores/directory/store_file.h"
#include "tests/stores/encrypted/encrypted_support.h"

namespace arkive::test {
namespace {

using encrypted::KeyReader;
using encrypted::KeySource;
using encrypted::Wrapping;
using testing::HasSubstr;
using testing::Not;

const std::string kCanary = "CanaryCanaryCanaryCanaryCanary32";

class Keyring : public ScratchTest {
 protected:
  void SetUp() override {
    write("right", std::string(32, 'r'));
    write("wrong", kCanary);
    write("words", "correct horse battery staple\nsecond line\n");
  }
  std::string write(const std::string& name, const std::string& bytes, mode_t mode = 0600) const {
    EXPECT_TRUE(succeeded(write_file_durably(scratch(name), bytes, IfExists::kReplace)));
    EXPECT_EQ(::chmod(scratch(name).c_str(), mode), 0);
    return scratch(name);
  }
  KeySource file(const std::string& name) const { return {KeySource::Kind::kFile, scratch(name)}; }
  KeySource passphrase(const std::string& name) const {
    return {KeySource::Kind::kPassphraseFile, scratch(name)};
  }
  static KeySource command(const std::string& text) { return {KeySource::Kind::kCommand, text}; }
  std::unique_ptr<Store> below() const {
    return std::make_unique<DirectoryStore>(value_of(directory::open_store(scratch("store"), true)));
  }
  Result<std::unique_ptr<Store>> open(const std::optional<KeySource>& source, bool create = false,
                                      bool hide = false) const {
    KeyReader keys;
    return encrypted::open_encrypted(below(), source, {create, hide}, keys, Deadline::never());
  }
  Status put(Store& store, const std::string& key, Bytes data) const {
    return store.put(key, data, PutMode::kCreateOnly, Deadline::never());
  }
  std::map<std::string, std::string> all_stored() const {
    std::map<std::string, std::string> all;
    const auto store = below();
    EXPECT_TRUE(succeeded(store->list(
        "",
        [&](const Store::Object& object) -> Status {
          all[object.key] = value_of(store->get(object.key, 0, 0, Deadline::never()));
          return ok();
        },
        Deadline::never())));
    return all;
  }
  /// Whatever arkive.json is like.
  Status below_put(const std::string& key, const std::string& bytes) const {
    return value_of(DirectoryStore::open(scratch("store")))
        ->put(key, bytes, PutMode::kReplace, Deadline::never());
  }
  Result<std::string> add(const KeySource& opening, const KeySource& added) const {
    KeyReader keys;
    return encrypted::add_wrapping(*below(), opening, added, "label", keys, Deadline::never());
  }
};

TEST_F(Keyring, AStoreThatHoldsNothingBecomesEncryptedAndStaysSo) {
  ASSERT_TRUE(succeeded(put(*value_of(open(file("right"), true)), "runs/a", "plain text")));
  EXPECT_EQ(value_of(value_of(open(file("right")))->get("runs/a", 0, 0, Deadline::never())), "plain text");
  const auto plain = open(std::nullopt, true);
  ASSERT_TRUE(failed_with(Outcome::kUsage, plain));
  EXPECT_THAT(plain.error().what, HasSubstr("it is encrypted"));
  EXPECT_THAT(plain.error().hint, HasSubstr("--key-file"));
  for (const auto& [key, bytes] : all_stored()) EXPECT_EQ(bytes.find("plain text"), std::string::npos) << key;
}

TEST_F(Keyring, APlainStoreIsRefusedWithAKey) {
  EXPECT_TRUE(
      failed_with(Outcome::kUsage, open(file("right"), false)));  // holds nothing, but is not made here
  ASSERT_TRUE(succeeded(put(*value_of(open(std::nullopt, true)), "runs/a", "plain text")));
  const auto opened = open(file("right"), true);
  ASSERT_TRUE(failed_with(Outcome::kUsage, opened));
  EXPECT_THAT(opened.error().what, HasSubstr("it is not encrypted"));
  EXPECT_FALSE(value_of(encrypted::is_encrypted(*below(), Deadline::never())));
}

TEST_F(Keyring, WhatOpeningWouldRefuseIsFoundWithNothingWritten) {
  const auto check = [&](const std::optional<KeySource>& source, bool hide = false) {
    KeyReader keys;
    return encrypted::check_openable(*below(), source, {.create = true, .hide_names = hide}, keys,
                                     Deadline::never());
  };
  EXPECT_TRUE(succeeded(check(file("right"))));
  write("short", "short\n");
  EXPECT_TRUE(failed_with(Outcome::kUsage, check(passphrase("short"))));
  EXPECT_EQ(all_stored().size(), 1U);
  EXPECT_FALSE(value_of(encrypted::is_encrypted(*below(), Deadline::never())));
  value_of(open(file("right"), true));
  const auto before = all_stored();
  EXPECT_TRUE(succeeded(check(file("right"))));
  EXPECT_TRUE(failed_with(Outcome::kDenied, check(file("wrong"))));
  EXPECT_TRUE(failed_with(Outcome::kUsage, check(std::nullopt)));
  EXPECT_TRUE(failed_with(Outcome::kUsage, check(file("right"), /*hide=*/true)));
  EXPECT_EQ(all_stored(), before);
}

TEST_F(Keyring, AWrongKeyOpensNothingAndIsNotShown) {
  value_of(open(file("right"), true));
  for (const KeySource& wrong :
       {file("wrong"), passphrase("wrong"), command("cat '" + scratch("wrong") + "'")}) {
    const auto opened = open(wrong, true);
    ASSERT_TRUE(failed_with(Outcome::kDenied, opened));
    EXPECT_THAT(opened.error().what, HasSubstr("is wrong: it opens none of its"));
    EXPECT_THAT(opened.error().what + opened.error().hint, Not(HasSubstr("Canary")));
  }
}

TEST_F(Keyring, AKeyIsTakenAsBytesHexOrBase64) {
  const std::string key(32, '\xfb');
  value_of(open(KeySource{KeySource::Kind::kFile, write("key", key)}, true));
  for (const std::string& form : {to_hex(key), to_hex(key) + "\n", base64(key), base64(key) + "\n", key}) {
    value_of(open(KeySource{KeySource::Kind::kFile, write("form", form)}));
    value_of(open(command("cat '" + scratch("form") + "'")));
  }
  for (const std::string& form : {std::string(), key + "\n", key.substr(1), to_hex(key) + "\n\n",
                                  to_hex(key).substr(1), std::string(64, 'g'), kCanary + kCanary + "="}) {
    for (const KeySource& source :
         {KeySource{KeySource::Kind::kFile, write("form", form)}, command("cat '" + scratch("form") + "'")}) {
      const auto opened = open(source);
      ASSERT_TRUE(failed_with(Outcome::kUsage, opened)) << form;
      EXPECT_THAT(opened.error().what + opened.error().hint, Not(HasSubstr("Canary")));
    }
  }
}

TEST_F(Keyring, AFileThatOthersMayReadIsRefused) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0644U, 0602U}) {
    write("right", std::string(32, 'r'), mode);
    write("words", "correct horse battery staple\n", mode);
    EXPECT_TRUE(failed_with(Outcome::kDenied, open(file("right"), true))) << mode;
    EXPECT_TRUE(failed_with(Outcome::kDenied, open(passphrase("words"), true))) << mode;
  }
  EXPECT_EQ(all_stored().count("keys/encryption.json"), 0U);
}

TEST_F(Keyring, ACommandThatFailsTellsItsStatusAndNoneOfItsWords) {
  value_of(open(file("right"), true));
  const auto opened = open(command("echo " + kCanary + "; echo " + kCanary + " >&2; exit 7"));
  ASSERT_TRUE(failed_with(Outcome::kDenied, opened));
  EXPECT_THAT(opened.error().what, HasSubstr("it ended with status 7"));
  EXPECT_THAT(opened.error().what + opened.error().hint, Not(HasSubstr("Canary")));
}

TEST_F(Keyring, KeysComeAndGoWithoutAnyOtherObjectTouched) {
  ASSERT_TRUE(succeeded(put(*value_of(open(file("right"), true)), "runs/a", "plain text")));
  const auto before = all_stored();
  const std::string by_words = value_of(add(file("right"), passphrase("words")));
  value_of(add(passphrase("words"), file("wrong")));
  for (const KeySource& source : {file("right"), passphrase("words"), file("wrong")})
    EXPECT_EQ(value_of(value_of(open(source))->get("runs/a", 0, 0, Deadline::never())), "plain text");
  const auto listed = value_of(
      encrypted::list_wrappings(*below(), std::string(32, 'r'), Wrapping::Method::kKey, Deadline::never()));
  ASSERT_EQ(listed.size(), 3U);
  for (const auto& one : listed) {
    EXPECT_EQ(one.damage, "");
    if (!one.opens) continue;
    EXPECT_TRUE(succeeded(encrypted::remove_wrapping(*below(), one.id, Deadline::never())));
  }
  EXPECT_TRUE(failed_with(Outcome::kDenied, open(file("right"))));
  EXPECT_TRUE(succeeded(open(file("wrong"))));
  EXPECT_TRUE(succeeded(encrypted::remove_wrapping(*below(), by_words, Deadline::never())));
  const auto left =
      value_of(encrypted::list_wrappings(*below(), {}, Wrapping::Method::kKey, Deadline::never()));
  ASSERT_EQ(left.size(), 1U);
  EXPECT_TRUE(failed_with(Outcome::kConflict,
                          encrypted::remove_wrapping(*below(), left[0].id, Deadline::never())));  // the last
  EXPECT_TRUE(
      failed_with(Outcome::kNotFound, encrypted::remove_wrapping(*below(), by_words, Deadline::never())));
  const auto after = all_stored();
  EXPECT_EQ(after.at("runs/a"), before.at("runs/a"));
  EXPECT_EQ(after.at("keys/encryption.json"), before.at("keys/encryption.json"));
  EXPECT_EQ(after.at("arkive.json"), before.at("arkive.json"));
}

TEST_F(Keyring, AShortPassphraseMakesNoWrapping) {
  write("words", "too short\n");
  EXPECT_TRUE(failed_with(Outcome::kUsage, open(passphrase("words"), true)));
  value_of(open(file("right"), true));
  EXPECT_TRUE(failed_with(Outcome::kUsage, add(file("right"), passphrase("words"))));
}

TEST_F(Keyring, WhatLiesInKeysAndWasChangedIsNamed) {
  value_of(open(file("right"), true));
  const auto good = all_stored();
  ASSERT_EQ(good.size(), 3U);
  for (const auto& [key, bytes] : good) {
    if (key.starts_with("locks/")) continue;
    std::string bad = bytes;
    bad.replace(bad.find("\"format\""), 8, "\"former\"");
    ASSERT_TRUE(succeeded(below_put(key, bad)));
    KeyReader keys;
    const auto opened = encrypted::open_encrypted(value_of(DirectoryStore::open(scratch("store"))),
                                                  file("right"), {}, keys, Deadline::never());
    if (key != "arkive.json") {
      ASSERT_FALSE(opened.has_value()) << key;
      EXPECT_THAT(opened.error().what, HasSubstr(key));
    }
    ASSERT_TRUE(succeeded(below_put(key, bytes)));
  }
}

TEST_F(Keyring, EncryptionOfAnotherStoreIsRefused) {
  value_of(open(file("right"), true));
  const auto mine = all_stored();
  EXPECT_TRUE(succeeded(remove_tree(scratch("store"))));
  (void)below();  // another id
  for (const auto& [key, bytes] : mine) {
    if (key.starts_with("keys/")) {
      EXPECT_TRUE(succeeded(below_put(key, bytes)));
    }
  }
  const auto opened = open(file("right"));
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, opened));
  EXPECT_THAT(opened.error().what, HasSubstr("is of store"));
}

TEST_F(Keyring, NamesAreHiddenFromTheBeginningOrNever) {
  value_of(open(file("right"), true));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open(file("right"), true, true)));
  EXPECT_TRUE(succeeded(remove_tree(scratch("store"))));
  const auto store = value_of(open(file("right"), true, true));
  ASSERT_TRUE(succeeded(put(*store, "topics/prod/" + kCanary + "/0/0.log", "x")));
  for (const auto& [key, bytes] : all_stored()) {
    EXPECT_THAT(key, Not(HasSubstr("Canary")));
    EXPECT_THAT(key, Not(HasSubstr("prod")));
    EXPECT_THAT(bytes, Not(HasSubstr("Canary")));
  }
  EXPECT_TRUE(succeeded(
      value_of(open(file("right")))->head("topics/prod/" + kCanary + "/0/0.log", Deadline::never())));
}

}  // namespace
}  // namespace arkive::test

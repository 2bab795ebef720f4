// What the store below sees of an encrypted one: which bytes are asked for, what is written, what names look
// like.
#include <gmock/gmock.h>

#include <set>

#include "stores/core/process.h"
#include "stores/directory/store_file.h"
#include "stores/encrypted/keyring.h"
#include "tests/stores/encrypted/encrypted_support.h"
#include "tests/support/forwarding_store.h"
#include "tests/support/keeping_store.h"

namespace arkive::test {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kChunk = encrypted::kDefaultChunk;

/// Counts what is read.
class CountingStore final : public ForwardingStore {
 public:
  struct Counts {
    std::uint64_t gets = 0;
    std::uint64_t heads = 0;
    std::uint64_t bytes = 0;
    std::uint64_t largest_write = 0;
  };
  CountingStore(std::unique_ptr<Store> below, Counts& counts)
      : ForwardingStore(std::move(below)), counts_(counts) {}
  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view key, Deadline deadline) override {
    struct Counting final : ObjectWriter {
      Counting(std::unique_ptr<ObjectWriter> to, Counts& written) : below(std::move(to)), counts(written) {}
      Status write(Bytes data) override {
        counts.largest_write = std::max<std::uint64_t>(counts.largest_write, data.size());
        return below->write(data);
      }
      Status finish() override { return below->finish(); }
      std::unique_ptr<ObjectWriter> below;
      Counts& counts;
    };
    ARKIVE_ASSIGN(auto writer, below_->begin(key, deadline));
    return std::make_unique<Counting>(std::move(writer), counts_);
  }
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override {
    auto data = below_->get(key, offset, size, deadline);
    ++counts_.gets;
    if (data) counts_.bytes += data->size();
    return data;
  }
  Result<Object> head(std::string_view key, Deadline deadline) const override {
    ++counts_.heads;
    return below_->head(key, deadline);
  }

 private:
  Counts& counts_;
};

class Encrypted : public EncryptedTest {
 protected:
  std::unique_ptr<EncryptedStore> counting(bool hide_names = false) {
    return std::make_unique<EncryptedStore>(
        std::make_unique<CountingStore>(value_of(DirectoryStore::open(scratch())), counts_),
        store_key(hide_names));
  }
  CountingStore::Counts counts_;
};

std::string patterned(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 131 + i / 4096);
  return text;
}

TEST_F(Encrypted, ARangeCostsItsChunksAndTheFirstOneTheHeader) {
  const auto store = counting();
  const std::string plain = patterned(40 * kChunk + 17);
  ASSERT_TRUE(succeeded(put(*store, "k", plain)));
  EXPECT_EQ(value_of(get(*store, "k", 10 * kChunk + 5, 100)), plain.substr(10 * kChunk + 5, 100));
  EXPECT_EQ(counts_.heads, 1U);
  EXPECT_EQ(counts_.gets, 2U);
  EXPECT_EQ(counts_.bytes, 96 + kChunk + 16);
  counts_ = {};
  EXPECT_EQ(value_of(get(*store, "k", 20 * kChunk - 1, 2)), plain.substr(20 * kChunk - 1, 2));
  EXPECT_EQ(value_of(get(*store, "k", 40 * kChunk, 0)), plain.substr(40 * kChunk));
  EXPECT_EQ(counts_.heads, 0U);
  EXPECT_EQ(counts_.gets, 2U);
  EXPECT_EQ(counts_.bytes, 2 * (kChunk + 16) + 17 + 16);
}

TEST_F(Encrypted, EverySizeAroundAChunkComesBackAndIsTold) {
  const auto store = open();
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{1}, kChunk - 1, kChunk, kChunk + 1, 2 * kChunk - 1, 2 * kChunk,
        2 * kChunk + 1, 17 * kChunk, 33 * kChunk + 1}) {
    const std::string plain = patterned(size);
    ASSERT_TRUE(succeeded(put(*store, "put", plain)));
    const auto writer = value_of(store->begin("written", Deadline::never()));
    for (std::size_t at = 0; at < plain.size();) {  // in pieces of every kind
      const std::size_t piece = at % 3 == 0 ? 1 : at % 3 == 1 ? kChunk : 3 * kChunk + 5;
      ASSERT_TRUE(succeeded(writer->write(Bytes(plain).substr(at, piece))));
      at += piece;
    }
    ASSERT_TRUE(succeeded(writer->finish()));
    for (const char* key : {"put", "written"}) {
      EXPECT_EQ(stored(key).size(), encrypted::stored_size(size, kChunk));
      EXPECT_EQ(value_of(store->head(key, Deadline::never())).size, size);
      EXPECT_TRUE(value_of(get(*store, key)) == plain) << size;
      EXPECT_TRUE(failed_with(Outcome::kCorrupt, get(*store, key, size, 1)));
    }
  }
}

TEST_F(Encrypted, NoStoredSizeIsThatOfTwoPlainSizes) {
  std::uint64_t last = 0;
  for (std::uint64_t plain = 0; plain < 3 * kChunk + 10; ++plain) {
    const std::uint64_t size = encrypted::stored_size(plain, kChunk);
    EXPECT_GT(size, last);
    EXPECT_EQ(encrypted::plain_size(size, kChunk), plain);
    for (std::uint64_t between = last + 1; plain > 0 && between < size; ++between)
      EXPECT_EQ(encrypted::plain_size(between, kChunk), std::nullopt);
    last = size;
  }
  for (std::uint64_t size = 0; size < 112; ++size)
    EXPECT_EQ(encrypted::plain_size(size, kChunk), std::nullopt);
}

TEST_F(Encrypted, AWriterHandsOnSmallPiecesOfALargeObject) {
  const auto store = counting();
  const auto writer = value_of(store->begin("large", Deadline::never()));
  ASSERT_TRUE(succeeded(writer->write(std::string(64 << 20, 'x'))));
  ASSERT_TRUE(succeeded(writer->finish()));
  EXPECT_LE(counts_.largest_write, (1U << 20) + 2 * (kChunk + 16));
}

TEST_F(Encrypted, APutThatFindsItsOwnPlaintextLeavesTheObjectAsItIs) {
  const auto store = open();
  ASSERT_TRUE(succeeded(put(*store, "k", "same", PutMode::kCreateOnly)));
  const std::string before = stored("k");
  ASSERT_TRUE(succeeded(put(*open(), "k", "same", PutMode::kCreateOnly)));
  EXPECT_EQ(stored("k"), before);
  EXPECT_TRUE(failed_with(Outcome::kConflict, put(*store, "k", "also", PutMode::kCreateOnly)));
  EXPECT_EQ(stored("k"), before);
}

TEST_F(Encrypted, ARangeOfAnObjectPutAnewMeanwhileIsTheNewOne) {
  const auto reader = open();
  ASSERT_TRUE(succeeded(put(*reader, "k", "the old one")));
  EXPECT_EQ(value_of(get(*reader, "k", 4, 3)), "old");
  ASSERT_TRUE(succeeded(put(*open(), "k", "the newer one")));
  EXPECT_EQ(value_of(get(*reader, "k", 4, 5)), "newer");
}

TEST_F(Encrypted, HiddenNamesLookDifferentBelowEachParentAndListAsTheyWere) {
  const auto store = open(true);
  const std::string long_part(200, 'L');
  const std::vector<std::string> names = {"runs/prod/1.json",
                                          "topics/prod/orders@x/0/g1/0.log",
                                          "topics/prod/orders@x/1/g1/0.log",
                                          "topics/test/" + long_part + "/0/g1/0.log",
                                          "other",
                                          "keys/encryption.json"};
  for (const std::string& name : names) ASSERT_TRUE(succeeded(put(*store, name, name)));
  std::set<std::string> parts;
  std::size_t count = 0;
  ASSERT_TRUE(succeeded(below()->list(
      "topics/",
      [&](const Store::Object& object) -> Status {
        parts.insert(object.key.substr(object.key.rfind('/')));
        ++count;
        return ok();
      },
      Deadline::never())));
  EXPECT_EQ(count, 3U);
  EXPECT_EQ(parts.size(), 3U);
  const auto listed = [&](const std::string& prefix) {
    std::vector<std::string> keys;
    EXPECT_TRUE(succeeded(open(true)->list(
        prefix,
        [&](const Store::Object& object) -> Status {
          EXPECT_EQ(object.size, object.key.size());
          keys.push_back(object.key);
          return ok();
        },
        Deadline::never())));
    return keys;
  };
  for (const char* const prefix : {"k", "keys", "keys/", "keys/enc"})
    EXPECT_EQ(listed(prefix), std::vector<std::string>{names[5]}) << prefix;
  EXPECT_EQ(listed(""),
            (std::vector<std::string>{names[5], names[4], names[0], names[1], names[2], names[3]}));
  EXPECT_EQ(listed("topics/prod/ord"), (std::vector<std::string>{names[1], names[2]}));
  EXPECT_EQ(listed("topics/test/" + long_part + "/"), std::vector<std::string>{names[3]});
  EXPECT_EQ(listed("topics/pro/"), std::vector<std::string>{});
}

TEST_F(Encrypted, AHiddenObjectMovedToAnotherDirectoryIsNamed) {
  const auto store = open(true);
  ASSERT_TRUE(succeeded(put(*store, "topics/a/x", "1")));
  ASSERT_TRUE(succeeded(put(*store, "topics/b/y", "2")));
  std::vector<std::string> stored_keys;
  ASSERT_TRUE(succeeded(below()->list(
      "topics/",
      [&](const Store::Object& object) -> Status {
        stored_keys.push_back(object.key);
        return ok();
      },
      Deadline::never())));
  ASSERT_EQ(stored_keys.size(), 2U);
  const std::string moved =
      stored_keys[0].substr(0, stored_keys[0].rfind('/')) + stored_keys[1].substr(stored_keys[1].rfind('/'));
  set_stored(moved, stored(stored_keys[1]));
  const Status listed = open(true)->list(
      "", [](const Store::Object&) -> Status { return ok(); }, Deadline::never());
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, listed));
  EXPECT_THAT(listed.error().what, HasSubstr(moved));
}

TEST_F(Encrypted, AForeignFileIsListedAsItStands) {
  const auto store = open(true);
  ASSERT_TRUE(succeeded(put(*store, "runs/a", "1")));
  set_stored("letter", "a file of somebody's");
  set_stored("runs/nota", "another");
  std::vector<std::string> keys;
  ASSERT_TRUE(succeeded(store->list(
      "",
      [&](const Store::Object& object) -> Status {
        keys.push_back(object.key);
        return ok();
      },
      Deadline::never())));
  EXPECT_EQ(keys, (std::vector<std::string>{"letter", "runs/a", "runs/nota"}));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, get(*store, "letter")));
}

TEST_F(Encrypted, KeysOfArkiveFitWithHiddenNames) {
  const auto store = open(true);
  const std::string cluster(100, 'c');
  for (const std::string& key :
       {"topics/" + cluster + "/" + std::string(200, 't') +
            "@0123456789012345678901/2147483647/g2147483647/" + "00000000000000000000.log.zst",
        "topics/" + cluster + "/" + std::string(89, 't') + "@0123456789012345678901/2147483647/g2147483647/" +
            "00000000000000000000.timeindex",
        "runs/" + cluster + "/20261120T233000Z-8f3a2c.json",
        "trees/" + cluster + "/20261120T233000Z-8f3a2c/files.sha256.zst",
        "lists/" + std::string(64, 'f') + ".json"}) {
    EXPECT_TRUE(succeeded(put(*store, key, "x"))) << key;
    EXPECT_EQ(value_of(get(*store, key)), "x");
  }
  std::string deep = "a";
  while (deep.size() < 500) deep += "/a";
  EXPECT_TRUE(failed_with(Outcome::kUsage, put(*store, deep, "x")));
}

/// Every object, by a program that knows only the page.
TEST_F(Encrypted, APythonScriptReadsAStoreByThePage) {
  if (!run_process({{"/usr/bin/python3", "-c", "import cryptography"}, {}, {}, {}}, Deadline::never())
           ->succeeded())
    GTEST_SKIP() << "needs python3-cryptography";
  for (const bool hide : {false, true}) {
    const std::string place = scratch(hide ? "hidden" : "clear");
    ASSERT_TRUE(succeeded(write_file_durably(scratch("key"), std::string(32, 'k'), IfExists::kReplace)));
    ASSERT_TRUE(succeeded(
        write_file_durably(scratch("words"), "correct horse battery staple\n", IfExists::kReplace)));
    const encrypted::KeySource key{encrypted::KeySource::Kind::kFile, scratch("key")};
    const encrypted::KeySource words{encrypted::KeySource::Kind::kPassphraseFile, scratch("words")};
    encrypted::KeyReader keys;
    const auto root = [&] {
      return std::make_unique<DirectoryStore>(value_of(directory::open_store(place, true)));
    };
    const auto store =
        value_of(encrypted::open_encrypted(root(), key, {true, hide}, keys, Deadline::never()));
    value_of(encrypted::add_wrapping(*root(), key, words, "", keys, Deadline::never()));
    std::map<std::string, std::string> objects;
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{5}, kChunk, 3 * kChunk + 1}) {
      objects["topics/prod/" + std::to_string(size) + "@x/0.log"] = patterned(size);
      objects["lists/" + std::string(120, 'n') + std::to_string(size)] = patterned(size);
    }
    for (const auto& [name, bytes] : objects) ASSERT_TRUE(succeeded(put(*store, name, bytes)));
    for (const std::string& with : {scratch("key"), "passphrase:" + scratch("words")}) {
      const std::string out = scratch("out");
      const auto ran = value_of(run_process(
          {{"/usr/bin/python3", DECRYPT_STORE, place, with, out}, {}, {}, {}}, Deadline::never()));
      ASSERT_EQ(ran.status, 0) << ran.error_output;
      for (const auto& [name, bytes] : objects)
        EXPECT_TRUE(value_of(read_file(out + "/" + name)) == bytes) << name;
      ASSERT_TRUE(succeeded(remove_tree(out)));
    }
    const auto wrong = value_of(run_process(
        {{"/usr/bin/python3", DECRYPT_STORE, place, "passphrase:" + scratch("key"), scratch("out")},
         {},
         {},
         {}},
        Deadline::never()));
    EXPECT_NE(wrong.status, 0);
  }
}

TEST_F(Encrypted, WhatIsKeptForAWhileIsTheStoredObjectAndWhatTellsItsLongName) {
  auto below = std::make_unique<KeepingStore>(value_of(DirectoryStore::open(scratch())));
  KeepingStore& keeping = *below;
  EncryptedStore store(std::move(below), store_key(true));
  const std::string key = "topics/" + std::string(200, 'L') + "/0.log";
  ASSERT_TRUE(succeeded(put(store, key, "x")));
  ASSERT_TRUE(succeeded(put(store, "topics/other", "x")));
  const UnixMilliseconds until = wall_clock_now() + 3'600'000;
  EXPECT_TRUE(value_of(store.may_keep_until(key, until, Deadline::never())));
  EXPECT_TRUE(value_of(store.keep_until(key, until, Deadline::never())));
  EXPECT_FALSE(value_of(store.may_keep_until(key, until, Deadline::never())));
  EXPECT_FALSE(value_of(store.keep_until(key, until, Deadline::never())));
  EXPECT_EQ(value_of(store.kept_until(key, Deadline::never())).until, until);
  EXPECT_FALSE(value_of(store.kept_until("topics/other", Deadline::never())).keeps());
  EXPECT_EQ(value_of(store.keeps_for()), keeping.span);
  EXPECT_TRUE(failed_with(Outcome::kDenied, store.remove(key, Deadline::never())));
  EXPECT_TRUE(succeeded(store.remove("topics/other", Deadline::never())));
  std::vector<std::string> kept;
  value_of(keeping.list(
      "",
      [&](const Store::Object& object) -> Status {
        if (keeping.until(object.key) != 0) kept.push_back(object.key);
        return ok();
      },
      Deadline::never()));
  EXPECT_EQ(kept.size(), 2U) << "the object, and its long name";
}

}  // namespace
}  // namespace arkive::test

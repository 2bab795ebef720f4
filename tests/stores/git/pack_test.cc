#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "stores/git/object_store.h"
#include "stores/git/pack_writer.h"
#include "stores/git/zlib_internal.h"  // house: its limits show only from inside
#include "tests/stores/git/git_support.h"

namespace arkive::git {
namespace {

using test::failed_with;
using test::succeeded;
using test::value_of;

class Packs : public test::GitTest {
 protected:
  void SetUp() override {
    open();
    objects_ = value_of(ObjectStore::open(path()));
  }

  static std::string noise(std::size_t size) {
    static std::mt19937_64 random(3);
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(random());
    return text;
  }

  ObjectId add(PackWriter& pack, const std::string& content) {
    const ObjectId id = hash_object(ObjectType::kBlob, content);
    EXPECT_TRUE(succeeded(pack.add(ObjectType::kBlob, content, id)));
    return id;
  }

  std::string finish(PackWriter& pack) {
    EXPECT_TRUE(succeeded(pack.seal()));
    EXPECT_TRUE(succeeded(pack.publish()));
    pack.release();
    EXPECT_TRUE(succeeded(objects_->refresh()));
    return path() + "/objects/pack/" + pack.name();
  }

  std::string read(const ObjectId& id) { return value_of(objects_->read(id, ObjectType::kBlob)); }

  std::unique_ptr<ObjectStore> objects_;
};

TEST_F(Packs, AreWhatGitItselfWouldIndex) {
  auto pack = value_of(PackWriter::create(path(), *objects_, nullptr));
  std::vector<std::string> contents = {
      "",         "a",           std::string(16, 'x'),      noise(511),    noise(512),
      noise(513), noise(70'000), std::string(3 << 20, 'z'), noise(1 << 20)};
  for (int i = 0; i < 3000; ++i) contents.push_back("content " + std::to_string(i));
  std::vector<ObjectId> ids;
  for (const std::string& content : contents) ids.push_back(add(*pack, content));
  const std::string stem = finish(*pack);
  const std::string other = scratch("again.idx");
  test::git(path(), {"index-pack", "--strict", "-o", other, stem + ".pack"});
  EXPECT_EQ(value_of(read_file(other)), value_of(read_file(stem + ".idx"))) << "byte for byte";
  EXPECT_TRUE(test::sound(path()));
  for (std::size_t i = 0; i < contents.size(); ++i) EXPECT_EQ(read(ids[i]), contents[i]) << i;
  EXPECT_EQ(test::git(path(), {"cat-file", "blob", hex(ids[1])}), "a");
}

TEST_F(Packs, HoldEachObjectOnce) {
  auto pack = value_of(PackWriter::create(path(), *objects_, nullptr));
  for (int i = 0; i < 100; ++i) add(*pack, "same");
  add(*pack, "other");
  EXPECT_EQ(pack->added(), 2U);
  finish(*pack);
  EXPECT_EQ(test::git(path(), {"cat-file", "--batch-all-objects", "--batch-check=%(objectname)"}).size(),
            81U);
}

TEST_F(Packs, ThatAreGivenUpLeaveNothing) {
  {
    auto pack = value_of(PackWriter::create(path(), *objects_, nullptr));
    add(*pack, noise(1 << 20));
    EXPECT_TRUE(succeeded(pack->seal()));
  }
  EXPECT_TRUE(value_of(list_directory(path() + "/objects/pack")).empty());
}

TEST_F(Packs, StoreOnlyTheDifferenceOfAVersionOfWhatTheyCarryOn) {
  std::string content = noise(40'000);
  auto pack = value_of(PackWriter::create(path(), *objects_, nullptr));
  ObjectId before = add(*pack, content);
  std::string stem = finish(*pack);
  std::vector<std::pair<ObjectId, std::string>> versions = {{before, content}};
  for (int version = 0; version < 450; ++version) {
    content.replace(80 * static_cast<std::size_t>(version), 20, noise(20));
    const ObjectId id = hash_object(ObjectType::kBlob, content);
    pack = value_of(PackWriter::create(path(), *objects_, value_of(PackFile::open(stem))));
    EXPECT_TRUE(succeeded(pack->add_version(ObjectType::kBlob, content, id, before)));
    stem = finish(*pack);
    pack->drop_carried();
    before = id;
    versions.emplace_back(id, content);
  }
  EXPECT_EQ(test::packs_in(path()).size(), 1U);
  EXPECT_LT(value_of(PackFile::open(stem))->bytes().size(), 4 * 40'000U) << "450 versions of 40 kB";
  EXPECT_TRUE(test::sound(path()));
  EXPECT_TRUE(succeeded(objects_->refresh()));
  for (const auto& [id, wanted] : versions) EXPECT_EQ(read(id), wanted);
  const std::string chains = test::git(path(), {"verify-pack", "-v", stem + ".pack"});
  EXPECT_EQ(chains.find("chain length = 402"), std::string::npos) << "reading must stay fast: " << chains;
}

TEST_F(Packs, ThatGitMadeWithDeltasAreRead) {
  std::mt19937_64 random(9);
  std::string content = noise(9'000);
  std::vector<std::pair<std::string, std::string>> wanted;
  for (int i = 0; i < 60; ++i) {
    content.replace(random() % 8'000, 30, noise(30));
    const std::string file = scratch("file");
    std::ofstream(file, std::ios::binary) << content;
    wanted.emplace_back(test::git(path(), {"hash-object", "-w", file}), content);
  }
  for (const auto& [id, bytes] : wanted) EXPECT_EQ(read(value_of(parse_object_id(id))), bytes) << "loose";
  std::string list;
  for (const auto& [id, bytes] : wanted) list += id + "\n";
  for (const char* kind : {"--delta-base-offset", "--no-reuse-delta"}) {
    Command command;
    command.arguments = {"git", "-C", path(), "pack-objects", "-q", kind, path() + "/objects/pack/pack"};
    command.input = list;
    const Finished packed = value_of(run_process(command, Deadline::never()));
    ASSERT_TRUE(packed.succeeded()) << packed.error_output;
    test::git(path(), {"prune-packed", "-q"});
    auto fresh = value_of(ObjectStore::open(path()));
    for (const auto& [id, bytes] : wanted) {
      EXPECT_EQ(value_of(fresh->read(value_of(parse_object_id(id)), ObjectType::kBlob)), bytes) << kind;
    }
    for (const std::string& name : test::packs_in(path()))
      ::unlink((path() + "/objects/pack/" + name).c_str());
    for (const auto& [id, bytes] : wanted) {
      std::ofstream(scratch("file"), std::ios::binary) << bytes;
      test::git(path(), {"hash-object", "-w", scratch("file")});
    }
  }
}

TEST_F(Packs, ThatAreDamagedAnywhereGiveNoWrongByte) {
  auto pack = value_of(PackWriter::create(path(), *objects_, nullptr));
  const std::string first = noise(300);
  std::string second = first;
  second[100] = 'x';
  const ObjectId id = add(*pack, first);
  std::string stem = finish(*pack);
  const ObjectId version = hash_object(ObjectType::kBlob, second);
  pack = value_of(PackWriter::create(path(), *objects_, value_of(PackFile::open(stem))));
  EXPECT_TRUE(succeeded(pack->add_version(ObjectType::kBlob, second, version, id)));
  stem = finish(*pack);
  pack->drop_carried();
  int found = 0;
  int flips = 0;
  for (const char* extension : {".pack", ".idx"}) {
    const std::string whole = value_of(read_file(stem + extension));
    for (std::size_t at = 0; at < whole.size(); ++at) {
      // The counts of the index are many and alike.
      if (extension == std::string(".idx") && at > 40 && at < 1000 && at % 61 != 0) continue;
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
      ::chmod((stem + extension).c_str(), 0600);
      std::ofstream(stem + extension, std::ios::binary) << flipped;
      auto damaged = value_of(ObjectStore::open(path()));
      ++flips;
      bool noticed = false;
      for (const auto& [which, wanted] : {std::pair(id, first), std::pair(version, second)}) {
        const auto content = damaged->read(which, ObjectType::kBlob);
        if (content) {
          EXPECT_EQ(*content, wanted) << extension << " byte " << at;
        } else {
          noticed = true;
        }
      }
      const auto opened = PackFile::open(stem);
      noticed = noticed || !opened || !(*opened)->check_whole();
      found += noticed ? 1 : 0;
      EXPECT_TRUE(noticed) << extension << " byte " << at;
    }
    std::ofstream(stem + extension, std::ios::binary) << whole;
  }
  EXPECT_EQ(found, flips);
}

TEST_F(Packs, ThatAreCutAnywhereAreCorrupt) {
  auto pack = value_of(PackWriter::create(path(), *objects_, nullptr));
  const ObjectId id = add(*pack, noise(300));
  const std::string stem = finish(*pack);
  for (const char* extension : {".pack", ".idx"}) {
    const std::string whole = value_of(read_file(stem + extension));
    for (std::size_t size = 0; size < whole.size(); size += 7) {
      std::ofstream(stem + extension, std::ios::binary) << whole.substr(0, size);
      auto damaged = value_of(ObjectStore::open(path()));
      EXPECT_TRUE(failed_with(Outcome::kCorrupt, damaged->read(id, ObjectType::kBlob))) << extension << size;
    }
    std::ofstream(stem + extension, std::ios::binary) << whole;
  }
}

TEST(Inflater, RefusesStreamsOfAnotherSize) {
  Deflater deflater;
  std::string stream;
  deflater.deflate("0123456789", stream);
  Inflater inflater;
  std::string to;
  EXPECT_TRUE(succeeded(inflater.inflate(stream, 10, to)));
  EXPECT_EQ(to, "0123456789");
  for (const std::size_t size : {0U, 9U, 11U, 1000U}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, inflater.inflate(stream, size, to))) << size;
  }
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, inflater.inflate("", 10, to)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, inflater.inflate("no zlib stream", 10, to)));
  stream.clear();
  deflater.deflate("", stream);
  EXPECT_TRUE(succeeded(inflater.inflate(stream, 0, to)));
}

}  // namespace
}  // namespace arkive::git

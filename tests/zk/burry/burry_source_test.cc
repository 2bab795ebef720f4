#include "zk/burry/burry_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <minizip/zip.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "kafka/znodes/kafka_application.h"
#include "stores/core/files.h"
#include "stores/core/handle.h"

namespace arkive::zk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Entry {
  std::string name;
  std::string data;
  std::uint32_t mode = S_IFREG | 0644;
};

constexpr char kAbout[] =
    R"({"snapshot-date":"2026-11-20T23:30:00Z","svc":"zk","svc-endpoint":"zk1:2181","target":"local","target-endpoint":""})";

int close_zip(zipFile zip) {
  return ::zipClose(zip, nullptr);
}

class BurrySourceTest : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return scratch_->path() + "/" + name; }

  std::string zip_of(const std::vector<Entry>& entries) const {
    const Handle<void, close_zip> zip(::zipOpen(path("dump.zip").c_str(), APPEND_STATUS_CREATE));
    for (const Entry& entry : entries) {
      zip_fileinfo info = {};
      info.external_fa = static_cast<uLong>(entry.mode) << 16;
      ::zipOpenNewFileInZip4(zip.get(), entry.name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr,
                             Z_DEFLATED, 1, 0, -MAX_WBITS, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, nullptr, 0,
                             3 << 8, 0);
      ::zipWriteInFileInZip(zip.get(), entry.data.data(), static_cast<unsigned>(entry.data.size()));
      ::zipCloseFileInZip(zip.get());
    }
    return path("dump.zip");
  }

  std::string directory_of(const std::vector<Entry>& entries) const {
    for (const Entry& entry : entries) {
      const std::filesystem::path file = path("dump/" + entry.name);
      std::filesystem::create_directories(file.parent_path());
      std::ofstream(file) << entry.data;
    }
    return path("dump");
  }

  Result<Reading> read(const std::string& dump, BurryLimits limits = {}) {
    const Application* const applications[] = {kafka_.get()};
    BurrySource source(dump, applications, limits);
    auto reading = source.read({});
    facts_ = source.facts();
    return reading;
  }

  std::string error_of(const std::vector<Entry>& entries, BurryLimits limits = {}) {
    const auto reading = read(zip_of(entries), limits);
    return reading ? "no error" : reading.error().what;
  }

  Result<TemporaryDirectory> scratch_ = TemporaryDirectory::create("burry");
  const std::unique_ptr<Application> kafka_ = kafka::kafka_application();
  BurryFacts facts_;
};

std::string told(const Tree& tree) {
  std::string text;
  tree.walk(kRoot, [&](NodeIndex index, const std::string& at) {
    text += at + " " + (tree[index].is_null() ? "null" : "'" + std::string(tree[index].data()) + "'") + "\n";
    return true;
  });
  return text;
}

std::vector<Entry> a_kafka() {
  return {{"1/.burrymeta", kAbout},
          {"1/content", ""},
          {"1/brokers/content", ""},
          {"1/brokers/ids/content", ""},
          {"1/brokers/ids/1/content", "{\"host\":\"h\"}"},
          {"1/brokers/topics/content", ""},
          {"1/brokers/topics/orders/content", "{\"version\":3}"},
          {"1/cluster/content", ""},
          {"1/cluster/id/content", "{\"version\":\"1\",\"id\":\"x\"}"},
          {"1/controller/content", "{\"brokerid\":1}"},
          {"1/config/content", ""},
          {"1/config/topics/content", ""},
          {"1/zookeeper/content", ""},
          {"1/zookeeper/config/content", "server.1=x"},
          {"1/zookeeper/quota/content", ""},
          {"1/zookeeper/quota/app/content", ""},
          {"1/zookeeper/quota/app/zookeeper_limits/content", "count=5,bytes=-1"},
          {"1/zookeeper/quota/app/zookeeper_stats/content", "count=1,bytes=0"}};
}

TEST_F(BurrySourceTest, ReadsZipAndDirectoryAlike) {
  const auto zip = read(zip_of(a_kafka()));
  ASSERT_TRUE(zip) << zip.error().what;
  const auto directory = read(directory_of(a_kafka()));
  ASSERT_TRUE(directory) << directory.error().what;
  const auto itself = read(path("dump/1"));
  ASSERT_TRUE(itself) << itself.error().what;
  const std::string wanted =
      "/ null\n/brokers null\n/brokers/ids null\n/brokers/topics null\n/brokers/topics/orders "
      "'{\"version\":3}'\n"
      "/cluster null\n/cluster/id '{\"version\":\"1\",\"id\":\"x\"}'\n/config null\n/config/topics null\n"
      "/zookeeper null\n/zookeeper/quota null\n/zookeeper/quota/app null\n"
      "/zookeeper/quota/app/zookeeper_limits 'count=5,bytes=-1'\n";
  EXPECT_EQ(told(zip->tree), wanted);
  EXPECT_EQ(told(directory->tree), wanted);
  EXPECT_EQ(told(itself->tree), wanted);
  EXPECT_EQ(facts_.endpoint, "zk1:2181");
  EXPECT_EQ(zip->server, "zk1:2181 (by burry, 2026-11-20T23:30:00Z)");
}

TEST_F(BurrySourceTest, GuessesEphemeralsByThePathsThatKafkaUses) {
  const auto reading = read(zip_of(a_kafka()));
  ASSERT_TRUE(reading) << reading.error().what;
  ASSERT_EQ(reading->ephemerals.size(), 2U);
  EXPECT_EQ(reading->ephemerals[0].path, "/brokers/ids/1");
  EXPECT_EQ(reading->ephemerals[0].data, "{\"host\":\"h\"}");
  EXPECT_EQ(reading->ephemerals[0].stat.ephemeral_owner, 0);
  EXPECT_EQ(reading->ephemerals[1].path, "/controller");
}

TEST_F(BurrySourceTest, InventsNoAclAndNoNull) {
  const auto reading = read(zip_of({{"1/content", ""}, {"1/a/content", "x"}, {"1/a/b/content", ""}}));
  ASSERT_TRUE(reading) << reading.error().what;
  EXPECT_THAT(reading->masked_acls, ElementsAre("/", "/a", "/a/b"));
  EXPECT_THAT(reading->null_or_empty, ElementsAre("/", "/a/b"));
  EXPECT_FALSE(reading->whole());
  for (const char* const at : {"/", "/a", "/a/b"}) {
    EXPECT_TRUE(reading->tree.znode(reading->tree.find(at)).acl.empty()) << at;
  }
}

TEST_F(BurrySourceTest, UndoesTheEscapeOfColons) {
  const auto reading = read(zip_of(
      {{"1/content", ""}, {"1/aBURRY_ESC_COLONbBURRY_ESC_COLON/content", "x"}, {"1/z z/content", "y"}}));
  ASSERT_TRUE(reading) << reading.error().what;
  EXPECT_EQ(told(reading->tree), "/ null\n/a:b: 'x'\n/z z 'y'\n");
}

TEST_F(BurrySourceTest, NamesZnodesWithoutAValue) {
  const auto reading = read(zip_of({{"1/content", ""}, {"1/a/b/content", "x"}}));
  ASSERT_TRUE(reading) << reading.error().what;
  EXPECT_EQ(told(reading->tree), "/ null\n/a null\n/a/b 'x'\n");
  EXPECT_THAT(facts_.without_value, ElementsAre("/a"));
  EXPECT_THAT(reading->null_or_empty, ElementsAre("/"));
}

TEST_F(BurrySourceTest, OrdersSiblingsAsATreeDoes) {
  const auto reading = read(zip_of({{"1/b/content", "3"},
                                    {"1/a.b/content", "2"},
                                    {"1/a/c/content", "1"},
                                    {"1/content", ""},
                                    {"1/a/content", "0"}}));
  ASSERT_TRUE(reading) << reading.error().what;
  EXPECT_EQ(told(reading->tree), "/ null\n/a '0'\n/a/c '1'\n/a.b '2'\n/b '3'\n");
  EXPECT_NE(reading->tree.find("/a.b"), kNoNode);
}

TEST_F(BurrySourceTest, RefusesNamesThatLeadOutOfTheDump) {
  EXPECT_THAT(error_of({{"1/../../etc/content", "x"}}), HasSubstr("leads out of the dump"));
  EXPECT_THAT(error_of({{"../1/content", "x"}}), HasSubstr("leads out of the dump"));
  EXPECT_THAT(error_of({{"/etc/passwd/content", "x"}}), HasSubstr("begins with a slash"));
  EXPECT_THAT(error_of({{"1//a/content", "x"}}), HasSubstr("leads out of the dump"));
  EXPECT_THAT(error_of({{"1/./content", "x"}}), HasSubstr("leads out of the dump"));
  EXPECT_THAT(error_of({{"content", "x"}}), HasSubstr("is in no directory"));
  EXPECT_THAT(error_of({{"1/content", ""}, {"2/content", ""}}), HasSubstr("is not in the directory '1'"));
}

TEST_F(BurrySourceTest, RefusesLinksAndDevices) {
  EXPECT_THAT(error_of({{"1/content", ""}, {"1/a/content", "/etc/shadow", S_IFLNK | 0777}}),
              HasSubstr("is a link or a device"));
  EXPECT_THAT(error_of({{"1/a/content", "", S_IFCHR | 0666}}), HasSubstr("is a link or a device"));
  const std::string directory = directory_of({{"1/content", ""}});
  ASSERT_EQ(::symlink("/etc", path("dump/1/a").c_str()), 0);
  const auto reading = read(directory);
  ASSERT_FALSE(reading);
  EXPECT_THAT(reading.error().what, HasSubstr("is a link or a device"));
}

TEST_F(BurrySourceTest, RefusesAZnodeThatIsThereTwice) {
  EXPECT_THAT(error_of({{"1/content", ""}, {"1/a/content", "x"}, {"1/a/content", "y"}}),
              HasSubstr("is there twice"));
  EXPECT_THAT(error_of({{"1/a:b/content", "x"}, {"1/aBURRY_ESC_COLONb/content", "y"}}),
              HasSubstr("'/a:b' is there twice, under two names"));
}

TEST_F(BurrySourceTest, RefusesWhatIsTooLarge) {
  BurryLimits limits;
  limits.most_bytes_of_file = 1000;
  limits.most_bytes = 1500;
  limits.most_files = 3;
  EXPECT_THAT(error_of({{"1/content", std::string(1001, 'x')}}, limits), HasSubstr("is larger than"));
  EXPECT_EQ(error_of({{"1/content", std::string(1000, 'x')}}, limits), "no error");
  EXPECT_THAT(
      error_of({{"1/content", std::string(900, 'x')}, {"1/a/content", std::string(900, 'x')}}, limits),
      HasSubstr("it is larger than"));
  EXPECT_THAT(
      error_of({{"1/content", ""}, {"1/a/content", ""}, {"1/b/content", ""}, {"1/c/content", ""}}, limits),
      HasSubstr("more than 3 files"));
}

TEST_F(BurrySourceTest, RefusesWhatNoBurryWrites) {
  EXPECT_THAT(error_of({{"1/content", ""}, {"1/a/value", "x"}}), HasSubstr("is not the value of a znode"));
  EXPECT_THAT(error_of({{"1/.burrymeta", "{\"svc\":\"etcd\"}"}, {"1/content", ""}}),
              HasSubstr("a dump of 'etcd'"));
  EXPECT_THAT(error_of({{"1/.burrymeta", "no json"}, {"1/content", ""}}),
              HasSubstr("is not what burry writes"));
  EXPECT_THAT(error_of({{"1/.burrymeta", kAbout}}), HasSubstr("it holds no znode"));
  std::ofstream(path("text")) << "no zip at all";
  const auto reading = read(path("text"));
  ASSERT_FALSE(reading);
  EXPECT_THAT(reading.error().what, HasSubstr("it is no zip"));
  const auto absent = read(path("absent"));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().outcome, Outcome::kNotFound);
}

TEST_F(BurrySourceTest, FindsADamagedByte) {
  const std::string zip = zip_of({{"1/content", std::string(5000, 'a') + std::string(5000, 'b')}});
  std::fstream file(zip, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(45);
  file.put('\x7f');
  file.close();
  const auto reading = read(zip);
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().outcome, Outcome::kCorrupt);
}

}  // namespace
}  // namespace arkive::zk

// What docs/format-tree.md shows is what is written and read. These bytes are frozen: format 1 never changes.
#include <gtest/gtest.h>

#include <filesystem>

#include "stores/core/process.h"
#include "tests/zk/tree_format/format_page.h"
#include "tests/zk/tree_format/trees.h"

namespace arkive::zk {
namespace {

using test::MemoryFileTree;
using test::succeeded;
using test::value_of;

Stat stat_of(std::int64_t zxid, std::int32_t children) {
  Stat stat;
  stat.czxid = zxid;
  stat.mzxid = zxid + 1;
  stat.pzxid = zxid + 2;
  stat.ctime = 1795217400000;
  stat.mtime = 1795217400001;
  stat.version = 1;
  stat.cversion = 2 * children;
  stat.num_children = children;
  return stat;
}

Reading reading_of_page() {
  Reading reading;
  reading.tree = znodes_of_block(block_of_page("znodes"));
  reading.tree[kRoot].set_stat(stat_of(0, 3));
  reading.tree[reading.tree.find("/app")].set_stat(stat_of(4294967297, 9));
  reading.tree[reading.tree.find("/app/node")].set_stat(stat_of(4294967300, 0));
  EphemeralZnode live{"/app/live", stat_of(4294967310, 0), "{\"host\":\"a%b\"}\n"};
  live.stat.ephemeral_owner = 0x100000000000001;
  live.stat.data_length = static_cast<std::int32_t>(live.data->size());
  reading.ephemerals = {live};
  reading.unreadable = {{"/secret", "not authorised to read"}};
  reading.masked_acls = {"/app/a%b:c"};
  reading.still_moving = {"/app/node"};
  return reading;
}

TEST(FormatPage, ShowsTheFilesThatAreWrittenForItsZnodes) {
  const MemoryFileTree files = written(znodes_of_block(block_of_page("znodes")));
  EXPECT_EQ(block_of_files(files_of_block(block_of_page("files"))), block_of_files(files));
}

TEST(FormatPage, ShowsFilesThatReadBackAsItsZnodes) {
  const Tree tree = value_of(read_tree(files_of_block(block_of_page("files"))));
  EXPECT_EQ(describe(tree), describe(znodes_of_block(block_of_page("znodes"))));
}

TEST(FormatPage, ShowsTheRecordThatIsWritten) {
  EXPECT_EQ(block_of_page("record"), block_of_files(written_record(reading_of_page())));
}

TEST(FormatPage, ShowsARecordThatReadsBack) {
  const MemoryFileTree record = files_of_block(block_of_page("record"));
  const MemoryFileTree files = files_of_block(block_of_page("files"));
  const Reading reading = reading_of_page();
  EXPECT_EQ(describe(value_of(read_tree(files, &record))), describe(reading.tree));
  const std::vector<EphemeralZnode> ephemerals = value_of(read_ephemerals(record));
  ASSERT_EQ(ephemerals.size(), 1U);
  EXPECT_EQ(ephemerals[0].path, "/app/live");
  EXPECT_EQ(ephemerals[0].data, reading.ephemerals[0].data);
  EXPECT_EQ(ephemerals[0].stat, reading.ephemerals[0].stat);
  const std::vector<UnreadableZnode> unreadable = value_of(read_unreadable(record));
  ASSERT_EQ(unreadable.size(), 1U);
  EXPECT_EQ(unreadable[0].path, "/secret");
  EXPECT_EQ(unreadable[0].cause, "not authorised to read");
  EXPECT_EQ(value_of(read_masked_acls(record)), reading.masked_acls);
  EXPECT_EQ(value_of(read_still_moving(record)), reading.still_moving);
}

using FormatPageOnDisk = test::ScratchTest;

TEST_F(FormatPageOnDisk, GivesAHashThatItsOwnCommandGivesToo) {
  const MemoryFileTree files = files_of_block(block_of_page("files"));
  for (const auto& [path, content] : files.files) {
    std::filesystem::create_directories(std::filesystem::path(scratch(path)).parent_path());
    ASSERT_TRUE(succeeded(write_file_durably(scratch(path), content, IfExists::kConflict)));
  }
  const std::string page = format_page();
  const std::size_t begin = page.find("    find . -type f");
  ASSERT_NE(begin, std::string::npos);
  Command command;
  command.arguments = {"sh", "-c", page.substr(begin, page.find('\n', begin) - begin)};
  command.directory = scratch();
  const Finished finished = value_of(run_process(command, Deadline::after(std::chrono::seconds(20))));
  ASSERT_TRUE(finished.succeeded()) << finished.error_output;
  MemoryFileTree again;
  const TreeTotals totals = value_of(
      write_tree(znodes_of_block(block_of_page("znodes")), {.cluster = "prod", .applications = {}}, again));
  EXPECT_EQ(finished.output, totals.sha256 + "  -\n");
  EXPECT_NE(page.find('`' + totals.sha256 + '`'), std::string::npos) << totals.sha256;
}

}  // namespace
}  // namespace arkive::zk

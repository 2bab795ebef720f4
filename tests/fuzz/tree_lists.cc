// Lists, the values of their lines, and the files of a record.
#include "tests/fuzz/require.h"
#include "tests/support/memory_file_tree.h"
#include "zk/tree_format/layout.h"
#include "zk/tree_format/lists.h"
#include "zk/tree_format/stat_line.h"
#include "zk/tree_format/tree_reader.h"

using arkive::Bytes;
using arkive::ok;
using arkive::test::MemoryFileTree;
using arkive::test::require;
using namespace arkive::zk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes text(reinterpret_cast<const char*>(data), size);
  std::string last;
  (void)parse_list("acls/%list", text, [&](const ListLine& line) {
    require(!line.key.empty() && line.key != last, "keys are there and ascend");
    last = line.key;
    if (const auto acl = parse_acl(line.value))
      require(parse_acl(format_acl(*acl)) == *acl, "an ACL comes back");
    (void)parse_kind(line.value);
    (void)parse_stat(line.value);
    return ok();
  }).has_value();
  for (const ListStyle style : {kTreeLists, kStatsLists}) (void)first_child_of_list(text, style);
  for (const std::string_view file :
       {layout::kEphemerals, layout::kUnreadable, layout::kMaskedAcls, layout::kStillMoving}) {
    MemoryFileTree record;
    record.files[std::string(file)] = text;
    (void)read_ephemerals(record).has_value();
    (void)read_unreadable(record).has_value();
    (void)read_masked_acls(record).has_value();
    (void)read_still_moving(record).has_value();
  }
  return 0;
}

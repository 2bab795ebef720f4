#include "zk/tree_format/acl_reader.h"
#include "zk/tree_format/file_lookup.h"
#include "zk/tree_format/layout.h"
#include "zk/tree_format/lists.h"
#include "zk/tree_format/redactor.h"
#include "zk/tree_format/stat_line.h"
#include "zk/tree_format/tree_locator.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::zk {
namespace {

class EarlierRun : public KnownAcls {
 public:
  EarlierRun(const FileTreeReader& tree, const FileTreeReader& record) : tree_(tree), record_(record) {}

  Status apply(Tree& znodes) override {
    ARKIVE_TRY(check_format(tree_));
    ARKIVE_TRY(check_record_format(record_));
    const Status applied = apply_marked(znodes);
    for (NodeIndex i = 0; i < znodes.index_end(); ++i) {
      Node& node = znodes[i];
      // An error may have come before the ACL was read that is not the open one.
      if (node.mark == kSameAsThen && !applied) node.acl = kUnknownAcl;
      node.mark = 0;
    }
    return applied;
  }

 private:
  // The znode is the one of the earlier run, and its ACL has not been set since.
  static constexpr std::uint8_t kSameAsThen = 1;

  Status apply_marked(Tree& znodes) {
    ARKIVE_TRY(for_each_line(record_, layout::kStats, znodes, [&](NodeIndex index, std::string_view value) {
      const std::optional<Stat> then = parse_stat(value);
      if (!then) return false;
      Node& node = znodes[index];
      if (node.acl == kUnknownAcl && node.has_stat && node.czxid == then->czxid &&
          node.ctime == then->ctime && node.aversion == then->aversion) {
        node.acl = kOpenAcl;  // unless acls/ has a line about it
        node.mark = kSameAsThen;
      }
      return true;
    }));
    AclReader acls(znodes);
    return for_each_line(tree_, layout::kAcls, znodes, [&](NodeIndex index, std::string_view value) {
      Node& node = znodes[index];
      if (node.mark != kSameAsThen) return true;
      const Result<AclId> id = acls.id(value);
      if (!id) return false;
      // What the earlier run could not see, or did not write down, has to be read again.
      const bool is_known = !is_masked(znodes.acl(*id)) && !holds_redaction(znodes.acl(*id));
      node.acl = is_known ? *id : kUnknownAcl;
      return true;
    });
  }

  // Lines about znodes that are no longer there are passed over.
  static Status for_each_line(const FileTreeReader& files, std::string_view top, const Tree& znodes,
                              const std::function<bool(NodeIndex node, std::string_view value)>& take) {
    TreeLocator locator(znodes);
    return files.for_each(top, [&](std::string_view file, Bytes content) -> Status {
      const SplitPath split = split_path(file);
      ARKIVE_ASSIGN(
          const NodeIndex directory,
          locator.directory(split.directory.substr(std::min(split.directory.size(), top.size() + 1))));
      if (directory == kNoNode) return ok();
      return parse_list(file, content, [&](const ListLine& line) -> Status {
        NodeIndex node = kRoot;
        if (line.key != kRootKey) {
          ARKIVE_ASSIGN(node, locator.find(directory, line.key));
        }
        if (node == kNoNode || take(node, line.value)) return ok();
        return fail(Outcome::kCorrupt,
                    "read list '" + printable(file) + "': not a value about '" + printable(line.key) + "'");
      });
    });
  }

  const FileTreeReader& tree_;
  const FileTreeReader& record_;
};

}  // namespace

std::unique_ptr<KnownAcls> known_acls(const FileTreeReader& tree, const FileTreeReader& record) {
  return std::make_unique<EarlierRun>(tree, record);
}

}  // namespace arkive::zk

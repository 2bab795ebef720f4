/// Walk: fills a Reading pass by pass. The first pass reads everything; each further one reads every Stat
/// again, takes over what differs and counts it. Internal to zk/client.
///
/// Selected znodes come with data, Stat and ACL. A znode that is only a parent of selected ones is a shell:
/// null data, but its real Stat and ACL; a parent of Selection::path that may not be read is there without a
/// Stat and with the empty ACL, which no server accepts. Shells without anything below are left out.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "stores/core/result.h"
#include "zk/client/bulk_reader.h"
#include "zk/client/wanted.h"
#include "zk/source.h"

namespace arkive::zk {

/// Not thread-safe; not to be used after an error. Borrows everything it is given.
class Walk {
 public:
  Walk(BulkReader& reader, const ReadOptions& options, std::string chroot, Reading& reading);

  /// Data and children of all znodes. Errors: those of BulkReader; kNotFound for the chroot or
  /// Selection::path.
  Status read_tree();
  /// Znodes whose ACL is to be asked for.
  std::vector<NodeIndex> unknown_acls() const;
  /// Asks for the ACLs of `nodes`. Changes nothing of the tree but Node::acl.
  Status read_acls(const std::vector<NodeIndex>& nodes);
  /// Deals with what changed between reading its data and reading its ACL, so that both belong together.
  Status settle();
  /// Znodes that differed from the pass before.
  bool differed() const { return differed_; }
  /// Completes the lists of the Reading.
  void finish();

 private:
  Status read_level(const std::vector<NodeIndex>& level);
  Status take_data(NodeIndex index, std::int32_t error, const jute::Data& data);
  Status take_stat_of_known(NodeIndex index, const jute::Data& data);
  Status take_children(NodeIndex index, std::int32_t error, const Stat& stat, std::vector<Bytes>& names);
  Status take_missing(NodeIndex index);
  void take_unreadable(NodeIndex index, std::string cause);
  void take_ephemeral(NodeIndex index, const jute::Data& data);
  Status take_acl(NodeIndex index, std::int32_t error, Bytes acl, const Stat& stat);
  Status take_again(NodeIndex index, std::int32_t error, const jute::Data& data);
  Status choose(NodeIndex parent, std::vector<Bytes>& names, std::vector<std::uint8_t>& marks) const;
  void merge_children(NodeIndex parent, const std::vector<Bytes>& names,
                      const std::vector<std::uint8_t>& marks);
  void prune();
  void take_out();
  Result<AclId> intern(Bytes acl);
  void differ(NodeIndex index);
  void progress(std::uint64_t znodes);

  BulkReader& reader_;
  const ReadOptions& options_;
  Wanted wanted_;
  Reading& reading_;
  Tree& tree_;
  bool first_pass_ = true;
  bool differed_ = false;
  std::vector<NodeIndex> gone_;
  std::vector<NodeIndex> aside_;    // of this pass
  std::vector<NodeIndex> outside_;  // left out of the tree at the end of the last pass; looked at in the next
  std::vector<NodeIndex> unsettled_;
  std::vector<NodeIndex> late_gone_, late_unreadable_;
  std::unordered_map<std::string, AclId> acl_ids_;  // by jute bytes
  std::uint64_t progress_ = 0;
};

}  // namespace arkive::zk

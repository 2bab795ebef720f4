/// BulkReader: data, children and ACLs of many znodes of a Tree at once, pipelined over one or several
/// sessions. By multiRead on servers from 3.6 on; on older ones by single requests over the same connections
/// (and not by libzookeeper-mt, which hides the zxid of each answer, by which a reading is known to be quiet,
/// and is slower). Internal to zk/client.
///
/// At most ReadLimits::most_bytes_in_flight are expected to be under way over all sessions together (stricter
/// than per server). Only an answer that is larger by itself (a directory of a million children) goes beyond,
/// alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "zk/client/client_source.h"
#include "zk/client/size_estimate.h"
#include "zk/client/wire_session.h"
#include "zk/jute/multi_read.h"
#include "zk/jute/records.h"
#include "zk/tree.h"

namespace arkive::zk {

/// Not thread-safe. Every function returns when all its answers are in; callbacks come in any order, once per
/// znode, with kOk, kNoNode, kNoAuth or another code of the server. Their errors end the call. Errors
/// otherwise: as WireSession::turn.
class BulkReader {
 public:
  using OnData = std::function<Status(NodeIndex node, std::int32_t error, const jute::Data& data)>;
  using OnChildren =
      std::function<Status(NodeIndex node, std::int32_t error, const Stat& stat, std::vector<Bytes>& names)>;
  /// `acl` as it came: jute's vector<ACL>.
  using OnAcl = std::function<Status(NodeIndex node, std::int32_t error, Bytes acl, const Stat& stat)>;

  /// Opens `connections` sessions, spread over the servers, and finds out whether they know multiRead.
  /// Errors: as WireSession::open.
  static Result<std::unique_ptr<BulkReader>> open(const ConnectOptions& options, const ReadLimits& limits,
                                                  int connections, Deadline deadline);

  /// Begins a pass: every server first catches up with the leader (sync), and the zxids are counted anew.
  /// False when some server has still not reached `at_least`.
  Result<bool> begin_pass(std::int64_t at_least);
  /// Smallest and largest zxid of this pass: everything it read was true at the server that told it, at some
  /// moment between the two.
  std::int64_t zxid_low() const { return zxid_low_; }
  std::int64_t zxid_high() const { return zxid_high_; }

  /// For znodes read before, whose data_size is about right.
  Status get_known_data(const Tree& tree, std::span<const NodeIndex> nodes, const OnData& on_data);
  /// For znodes never read. Asks in random order, see SizeEstimate.
  Status get_new_data(const Tree& tree, std::vector<NodeIndex> nodes, const OnData& on_data);
  /// Names of the children with the Stat that goes with them: both were true at the same moment.
  Status get_children(const Tree& tree, std::span<const NodeIndex> nodes, const OnChildren& on_children);
  Status get_acls(const Tree& tree, std::span<const NodeIndex> nodes, const OnAcl& on_acl);

  /// The server of the first session: "127.0.0.1:2181".
  const ServerAddress& server() const { return sessions_.front()->server(); }
  bool uses_multi_read() const { return multi_read_; }

 private:
  struct Round;  // the state of one call of get_*

  BulkReader(std::string chroot, const ReadLimits& limits, Deadline deadline)
      : chroot_(std::move(chroot)), limits_(limits), deadline_(deadline) {}
  Status probe();
  Status run(Round& round);
  bool send_batch(Round& round);
  std::size_t choose_batch(const Round& round, std::span<const NodeIndex> from) const;
  void ask_together(Round& round, WireSession& session, std::vector<NodeIndex> nodes);
  void ask_singly(Round& round, WireSession& session, NodeIndex node);
  Status take_together(Round& round, const std::vector<NodeIndex>& nodes, const WireAnswer& answer);
  Status take_single(Round& round, NodeIndex node, const WireAnswer& answer);
  void write_path(const Tree& tree, NodeIndex node, std::string& request) const;
  WireSession& least_busy();
  void note(std::int64_t zxid);

  std::string chroot_;
  ReadLimits limits_;
  Deadline deadline_;
  std::vector<std::unique_ptr<WireSession>> sessions_;
  bool multi_read_ = true;
  std::int64_t zxid_low_ = 0;
  std::int64_t zxid_high_ = 0;
};

}  // namespace arkive::zk

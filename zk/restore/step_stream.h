/// StepStream: a plan's items as requests, parents before children, as many to a multi as its bytes allow.
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>

#include "zk/restore/step.h"

namespace arkive::zk {

/// Bounds of one multi.
struct BatchLimits {
  std::size_t bytes = 512 << 10;
  std::size_t creates = 1000;
};
/// Half a packet at most: the server's transaction is a little longer than the request, and followers of
/// ZooKeeper 3.4 take 1 KiB more than jute.maxbuffer.
BatchLimits batch_limits(std::uint32_t packet_limit);

/// Not thread-safe. Borrows the ledger, which it tells of items that cannot be created since their parents
/// could not.
class StepStream {
 public:
  /// `own_size`: bytes of what own_acl() becomes.
  StepStream(Ledger& ledger, BatchLimits limits, std::size_t own_size);
  /// Nothing: all items have been given out.
  std::optional<Request> next();
  bool ended() const { return groups_.empty() && next_item_ == ledger_.plan().items.size(); }

 private:
  // Steps that go in one request.
  struct Group {
    std::vector<Step> steps;
    std::size_t bytes = 0;
    bool alone = false;
  };
  void expand(std::uint32_t item);
  void expand_create(std::uint32_t item, const CounterRaise* raise);
  void add_counter(const CounterRaise& raise);
  void add(Group group) { groups_.push_back(std::move(group)); }

  Ledger& ledger_;
  BatchLimits limits_;
  std::size_t own_size_;
  std::uint32_t next_item_ = 0;
  std::size_t next_counter_ = 0;
  std::deque<Group> groups_;
  // Containers whose counter waits for their first child: an empty one that was used is removed by the
  // server.
  std::unordered_map<std::uint32_t, CounterRaise> containers_;
};

}  // namespace arkive::zk

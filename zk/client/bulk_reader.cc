#include "zk/client/bulk_reader.h"

#include <algorithm>
#include <limits>
#include <random>

#include "stores/core/retry.h"
#include "zk/client/bulk_round.h"

namespace arkive::zk {
namespace {

// Well below jute.maxbuffer, which bounds a request: a longer one makes the server hang up.
constexpr std::size_t kMostRequestBytes = 256 << 10;
constexpr int kMostSyncs = 20;
constexpr std::chrono::milliseconds kPauseBetweenSyncs{50};
// Single requests under way per session: beyond this the server gets no faster.
constexpr std::size_t kSingleWindow = 1024;

}  // namespace

Result<std::unique_ptr<BulkReader>> BulkReader::open(const ConnectOptions& options, const ReadLimits& limits,
                                                     int connections, Deadline deadline) {
  ConnectOptions spread = options;
  // So that a thousand cron jobs do not all read from the first server of the list.
  std::shuffle(spread.connect.servers.begin(), spread.connect.servers.end(),
               std::mt19937(std::random_device{}()));
  std::unique_ptr<BulkReader> reader(new BulkReader(options.connect.chroot, limits, deadline));
  for (int i = 0; i < std::max(connections, 1); ++i) {
    ARKIVE_ASSIGN(auto session, WireSession::open(spread, static_cast<std::size_t>(i)));
    reader->sessions_.push_back(std::move(session));
  }
  ARKIVE_TRY(reader->probe());
  return reader;
}

Status BulkReader::probe() {
  std::string request = jute::begin_request(jute::Operation::kMultiRead);
  jute::Writer to(request);
  jute::write_multi_read_end(to);
  bool answered = false;
  // Servers before 3.6 answer and hang up. Nothing else is under way, so nothing is lost, and the session
  // survives.
  sessions_.front()->ask(std::move(request), [&](const WireAnswer& answer) -> Status {
    answered = true;
    multi_read_ = answer.error == jute::kOk;
    return ok();
  });
  while (!answered) ARKIVE_TRY(WireSession::turn(sessions_, deadline_));
  return ok();
}

void BulkReader::note(std::int64_t zxid) {
  zxid_low_ = std::min(zxid_low_, zxid);
  zxid_high_ = std::max(zxid_high_, zxid);
}

Result<bool> BulkReader::begin_pass(std::int64_t at_least) {
  for (int tries = 1;; ++tries) {
    zxid_low_ = std::numeric_limits<std::int64_t>::max();
    zxid_high_ = 0;
    std::size_t answered = 0;
    for (const auto& session : sessions_) {
      std::string request = jute::begin_request(jute::Operation::kSync);
      jute::Writer(request).string(chroot_.empty() ? "/" : chroot_);
      session->ask(std::move(request), [&](const WireAnswer& answer) -> Status {
        ++answered;
        note(answer.zxid);
        return ok();
      });
    }
    while (answered < sessions_.size()) ARKIVE_TRY(WireSession::turn(sessions_, deadline_));
    if (zxid_low_ >= at_least) return true;
    if (tries == kMostSyncs) return false;
    if (!pause_for(kPauseBetweenSyncs, deadline_)) return fail(Outcome::kInterrupted, "sync: interrupted");
  }
}

Status BulkReader::get_known_data(const Tree& tree, std::span<const NodeIndex> nodes, const OnData& on_data) {
  Round round(Round::Kind::kKnownData, tree, nodes);
  round.on_data = &on_data;
  return run(round);
}

Status BulkReader::get_new_data(const Tree& tree, std::vector<NodeIndex> nodes, const OnData& on_data) {
  std::shuffle(nodes.begin(), nodes.end(), std::mt19937(std::random_device{}()));
  Round round(Round::Kind::kNewData, tree, nodes);
  round.on_data = &on_data;
  return run(round);
}

Status BulkReader::get_children(const Tree& tree, std::span<const NodeIndex> nodes,
                                const OnChildren& on_children) {
  Round round(Round::Kind::kChildren, tree, nodes);
  round.on_children = &on_children;
  return run(round);
}

Status BulkReader::get_acls(const Tree& tree, std::span<const NodeIndex> nodes, const OnAcl& on_acl) {
  Round round(Round::Kind::kAcls, tree, nodes);
  round.on_acl = &on_acl;
  return run(round);
}

Status BulkReader::run(Round& round) {
  while (true) {
    while (send_batch(round)) {
    }
    if (round.all_asked() && round.requests_under_way == 0) return ok();
    ARKIVE_TRY(WireSession::turn(sessions_, deadline_));
  }
}

WireSession& BulkReader::least_busy() {
  const auto least = std::min_element(sessions_.begin(), sessions_.end(), [](const auto& a, const auto& b) {
    return a->unanswered() < b->unanswered();
  });
  return **least;
}

// How many of the znodes that wait go into one request; 0: none now, wait for answers.
std::size_t BulkReader::choose_batch(const Round& round, std::span<const NodeIndex> waiting) const {
  const bool single = !multi_read_ || round.kind == Round::Kind::kAcls;
  std::size_t most = single ? 1 : std::min<std::size_t>(waiting.size(), limits_.largest_batch);
  std::uint64_t bytes = 0;
  if (round.kind == Round::Kind::kNewData) {
    if (!round.estimate.has_seen_any()) most = std::min<std::size_t>(most, limits_.first_batch);
    while (most > 1 && round.estimate.of(most) > limits_.most_bytes_per_answer) most = (most + 1) / 2;
    bytes = round.under_way_with(0, most);
  } else {
    std::size_t count = 0;
    std::uint64_t batch = 0;
    for (; count < most; ++count) {
      const std::uint64_t size = round.known_size(waiting[count]);
      if (count > 0 && batch + size > limits_.most_bytes_per_answer) break;
      batch += size;
    }
    most = count;
    bytes = round.under_way_with(batch, 0);
  }
  return bytes <= limits_.most_bytes_in_flight || round.requests_under_way == 0 ? most : 0;
}

bool BulkReader::send_batch(Round& round) {
  const std::span<const NodeIndex> waiting = round.waiting();
  if (waiting.empty()) return false;
  WireSession& session = least_busy();
  const bool single = !multi_read_ || round.kind == Round::Kind::kAcls;
  if (session.unanswered() >= (single ? kSingleWindow : limits_.most_requests_in_flight)) return false;
  std::size_t count = choose_batch(round, waiting);
  if (count == 0) return false;
  if (single) {
    const NodeIndex node = waiting.front();
    round.take(1);
    ask_singly(round, session, node);
    return true;
  }
  ask_together(round, session,
               std::vector<NodeIndex>(waiting.begin(), waiting.begin() + std::ptrdiff_t(count)));
  return true;
}

void BulkReader::write_path(const Tree& tree, NodeIndex node, std::string& request) const {
  std::size_t size = chroot_.size();
  for (NodeIndex i = node; i != kRoot; i = tree[i].parent) size += 1 + tree[i].name_size;
  if (size == 0) {
    jute::Writer(request).string("/");
    return;
  }
  jute::Writer(request).int32(static_cast<std::int32_t>(size));
  request.append(chroot_);
  request.resize(request.size() + size - chroot_.size(), '/');
  std::size_t end = request.size();
  for (NodeIndex i = node; i != kRoot; i = tree[i].parent) {
    const std::string_view name = tree[i].name();
    end -= name.size();
    std::copy(name.begin(), name.end(), request.begin() + static_cast<std::ptrdiff_t>(end));
    --end;
  }
}

void BulkReader::ask_together(Round& round, WireSession& session, std::vector<NodeIndex> nodes) {
  std::string request = jute::begin_request(jute::Operation::kMultiRead);
  jute::Writer to(request);
  const auto add = [&](jute::Operation operation, NodeIndex node) {
    jute::write_multi_read_header(to, operation);
    write_path(round.tree, node, request);
    to.boolean(false);
  };
  std::size_t count = 0;
  std::uint64_t bytes = 0;
  while (count < nodes.size() && (count == 0 || request.size() < kMostRequestBytes)) {
    const NodeIndex node = nodes[count];
    add(jute::Operation::kGetData, node);
    if (round.kind == Round::Kind::kChildren) add(jute::Operation::kGetChildren, node);
    bytes += round.known_size(node);
    ++count;
  }
  jute::write_multi_read_end(to);
  nodes.resize(count);
  round.take(count);
  const std::uint64_t unknown = round.kind == Round::Kind::kNewData ? count : 0;
  round.bytes_under_way += bytes;
  round.unknown_under_way += unknown;
  ++round.requests_under_way;
  session.ask(std::move(request),
              [this, &round, nodes = std::move(nodes), bytes, unknown](const WireAnswer& answer) -> Status {
                note(answer.zxid);
                round.bytes_under_way -= bytes;
                round.unknown_under_way -= unknown;
                --round.requests_under_way;
                return take_together(round, nodes, answer);
              });
}

void BulkReader::ask_singly(Round& round, WireSession& session, NodeIndex node) {
  const jute::Operation operation = round.kind == Round::Kind::kAcls       ? jute::Operation::kGetAcl
                                    : round.kind == Round::Kind::kChildren ? jute::Operation::kGetChildren2
                                                                           : jute::Operation::kGetData;
  const std::uint64_t bytes = round.known_size(node);
  const std::uint64_t unknown = round.kind == Round::Kind::kNewData ? 1 : 0;
  round.bytes_under_way += bytes;
  round.unknown_under_way += unknown;
  ++round.requests_under_way;
  std::string request = jute::begin_request(operation);
  write_path(round.tree, node, request);
  if (operation != jute::Operation::kGetAcl) jute::Writer(request).boolean(false);
  session.ask(std::move(request), [this, &round, node, bytes, unknown](const WireAnswer& answer) -> Status {
    note(answer.zxid);
    round.bytes_under_way -= bytes;
    round.unknown_under_way -= unknown;
    --round.requests_under_way;
    return take_single(round, node, answer);
  });
}

}  // namespace arkive::zk

// BulkReader's answers: taking them apart and handing them on.
#include <algorithm>

#include "zk/client/bulk_reader.h"
#include "zk/client/bulk_round.h"

namespace arkive::zk {
namespace {

// Beside the data: Stat, header and length.
constexpr std::uint64_t kAround = jute::kStatSize + jute::kMultiHeaderSize + 4;

std::uint64_t size_of(const jute::Data& data) {
  return kAround + (data.data ? data.data->size() : 0);
}

Error malformed(std::string_view operation) {
  return {Outcome::kCorrupt,
          "read from ZooKeeper: an answer to " + std::string(operation) + " that is not what it should be",
          {}};
}

void measure_names(const std::vector<Bytes>& names, double& bytes_per_name) {
  if (names.empty()) return;
  std::size_t bytes = 0;
  for (const Bytes name : names) bytes += 4 + name.size();
  bytes_per_name =
      std::max(bytes_per_name, 1.25 * static_cast<double>(bytes) / static_cast<double>(names.size()));
}

}  // namespace

Status BulkReader::take_together(Round& round, const std::vector<NodeIndex>& nodes,
                                 const WireAnswer& answer) {
  if (answer.error == jute::kUnimplemented) {
    // A server older than the one probed (an ensemble in mid-upgrade). It hangs up now; go on one by one.
    multi_read_ = false;
    round.again.insert(round.again.end(), nodes.begin(), nodes.end());
    return ok();
  }
  if (answer.error != jute::kOk) {
    return fail(Outcome::kFail,
                "read from ZooKeeper: multiRead was answered with error " + std::to_string(answer.error));
  }
  jute::Reader from(answer.body);
  jute::MultiReadResults results(from);
  for (const NodeIndex node : nodes) {
    jute::Data data;
    const auto error = results.next_data(data);
    if (!error) return fail(malformed("multiRead"));
    if (round.kind == Round::Kind::kChildren) {
      const auto names_error = results.next_names(round.names);
      if (!names_error) return fail(malformed("multiRead"));
      if (*names_error == jute::kOk) measure_names(round.names, round.bytes_per_name);
      const std::int32_t first_error = *error != jute::kOk ? *error : *names_error;
      ARKIVE_TRY((*round.on_children)(node, first_error, data.stat, round.names));
      continue;
    }
    if (round.kind == Round::Kind::kNewData) round.estimate.saw(size_of(data));
    ARKIVE_TRY((*round.on_data)(node, *error, data));
  }
  return results.at_end() ? ok() : fail(malformed("multiRead"));
}

Status BulkReader::take_single(Round& round, NodeIndex node, const WireAnswer& answer) {
  jute::Reader from(answer.body);
  const bool good = answer.error == jute::kOk;
  if (round.kind == Round::Kind::kAcls) {
    Bytes acl;
    Stat stat;
    if (good) {
      if (answer.body.size() < jute::kStatSize) return fail(malformed("getACL"));
      acl = answer.body.substr(0, answer.body.size() - jute::kStatSize);
      from.skip(acl.size());
      stat = jute::read_stat(from);
    }
    return (*round.on_acl)(node, answer.error, acl, stat);
  }
  if (round.kind == Round::Kind::kChildren) {
    Stat stat;
    round.names.clear();
    if (good) {
      jute::read_names(from, round.names);
      stat = jute::read_stat(from);
      if (!from.ok()) return fail(malformed("getChildren"));
      measure_names(round.names, round.bytes_per_name);
    }
    return (*round.on_children)(node, answer.error, stat, round.names);
  }
  jute::Data data;
  if (good) {
    data = jute::read_data(from);
    if (!from.ok()) return fail(malformed("getData"));
  }
  if (round.kind == Round::Kind::kNewData) round.estimate.saw(size_of(data));
  return (*round.on_data)(node, answer.error, data);
}

}  // namespace arkive::zk

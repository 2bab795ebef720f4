#include "kafka/wire/space_queries.h"

#include <set>
#include <utility>

#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/log_directories.h"
#include "stores/core/log.h"

namespace arkive::kafka::wire {
namespace {

Status ask_broker(Connection& connection, BrokerSpace& space, bool& told, Deadline answer_by) {
  const auto version = connection.versions().pick(Api::kDescribeLogDirs);
  if (!version) return ok();  // before 3.3
  ARKIVE_ASSIGN(const Bytes body, connection.call(describe_log_directories_request(*version), answer_by));
  ARKIVE_ASSIGN(const DescribeLogDirectories answer, read_describe_log_directories(body, *version));
  connection.rest(answer.throttle);
  if (answer.error != kNoError) {
    log_debug("ask broker " + std::to_string(space.broker) + " for its room: " + error_text(answer.error));
    return ok();
  }
  // Directories on one file system tell the same: it counts once.
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (const DescribedDirectory& one : answer.directories) {
    if (one.error != kNoError || one.total < 0 || one.usable < 0) continue;
    if (!seen.emplace(one.total, one.usable).second) continue;
    space.total += static_cast<std::uint64_t>(one.total);
    space.usable += static_cast<std::uint64_t>(one.usable);
    told = true;
  }
  return ok();
}

}  // namespace

Result<std::vector<BrokerSpace>> ask_free_space(Cluster& cluster, Deadline deadline) {
  ARKIVE_ASSIGN(const Metadata metadata, cluster.metadata(std::span<const std::string>(), deadline));
  std::vector<BrokerSpace> all;
  for (const BrokerFacts& broker : metadata.cluster.brokers) {
    BrokerSpace space;
    bool told = false;
    const auto ask = [&](Connection& connection, Deadline answer_by) {
      space = {broker.id, 0, 0};
      return ask_broker(connection, space, told, answer_by);
    };
    ARKIVE_TRY(cluster.with_broker(broker.id, ask, deadline));
    if (told) all.push_back(space);
  }
  return all;
}

}  // namespace arkive::kafka::wire

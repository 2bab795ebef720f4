/// What the fault sweeps archive: a cluster in its states 1, 2, ..., each with something new.
#pragma once

#include <string>

#include "kafka/archive/archive.h"
#include "tests/support/scripted_log_source.h"

namespace arkive::kafka::test {

inline void append_transaction(ScriptedPartition& log, std::int64_t producer, std::int16_t type) {
  BatchOptions options;
  options.transactional = true;
  options.producer_id = producer;
  options.producer_epoch = 0;
  log.append(3, options);
  log.append(1);
  log.end_transaction(producer, type);
}

/// Brings the cluster to state `k`.
inline void make_history(ScriptedCluster& cluster, int k) {
  cluster.make("orders", 2, 1);
  cluster.make("payments", 1, 2);
  cluster.make("quiet", 1, 3);
  cluster.at("quiet").append(5);
  for (int state = 1; state <= k; ++state) {
    for (int batch = 0; batch < 6; ++batch) cluster.at("orders", 0).append(5, {}, 150);
    cluster.at("orders", 1).append(state, {}, 3000);
    append_transaction(cluster.at("payments"), state, static_cast<std::int16_t>(state % 2));
  }
  if (k >= 2) cluster.make("orders-" + std::to_string(k), 1, 9).partitions[0].append(4);
  if (k >= 3) cluster.topics.erase("quiet");
}

/// How state `k` is archived: every second one compressed, beside what is not.
inline ArchiveRequest history_request(int k) {
  ArchiveRequest request;
  request.compress = k % 2 == 0;
  request.segment_bytes = 3000;
  request.fetch.workers = 1;  // the order of operations is the same in every run
  request.arkive_version = "0";
  return request;
}

}  // namespace arkive::kafka::test

// scripted_archive STORE NIGHT: archives a small cluster in memory as it is at night 1, 2 or 3 of the same
// history, for golden tests of the commands that read archives of topics back.
#include <cstdlib>
#include <iostream>

#include "kafka/archive/archive.h"
#include "stores/directory/directory_store.h"
#include "stores/directory/store_file.h"
#include "tests/support/scripted_log_source.h"

namespace {

using namespace arkive;
using namespace arkive::kafka;
using arkive::kafka::test::BatchOptions;
using arkive::kafka::test::encode_batch;
using arkive::kafka::test::ScriptedCluster;
using arkive::kafka::test::ScriptedPartition;
using arkive::kafka::test::SentRecord;

constexpr UnixMilliseconds kTime = 1'795'219'200'000;  // 2026-11-21T00:00:00Z

void send(ScriptedPartition& log, std::vector<SentRecord> records, BatchOptions options = {}) {
  options.first_offset = log.end();
  for (SentRecord& record : records) {
    record.offset += options.first_offset;
    record.timestamp += kTime;
  }
  const std::int64_t last = records.back().offset;
  log.entries.push_back({options.first_offset, last, encode_batch(options, records)});
  if (options.transactional) log.open.emplace(options.producer_id, options.first_offset);
}

BatchOptions transaction(std::int64_t producer) {
  BatchOptions options;
  options.transactional = true;
  options.producer_id = producer;
  options.producer_epoch = 0;
  options.base_sequence = 0;
  return options;
}

void first_night(ScriptedCluster& cluster) {
  auto& orders = cluster.make("orders", 2, 'o');
  orders.configs["retention.ms"] = "-1";
  ScriptedPartition& log = cluster.at("orders");
  send(log, {{0, 0, "order-1", "two books", {{"trace", "a1"}, {"note", std::nullopt}}},
             {1, 1000, "order-2", std::nullopt, {}},
             {2, 2000, std::nullopt, "", {}}});
  BatchOptions zstd;
  zstd.codec = Codec::kZstd;
  send(log,
       {{0, 3000, "order-3", "caf\xc3\xa9, \"tea\"", {}},
        {1, 4000, "order-4", std::string("\x00\xff", 2), {}}},
       zstd);
  send(log, {{0, 5000, "evil", "\x1b[2J\xe2\x80\xae", {}}});
  send(cluster.at("orders", 1), {{0, 500, "order-9", "a lamp", {}}});
  ScriptedPartition& payments = (cluster.make("payments", 1, 'p'), cluster.at("payments"));
  send(payments, {{0, 0, "p1", "10", {}}, {1, 0, "p2", "20", {}}}, transaction(7));
  payments.end_transaction(7, 0);
  send(payments, {{0, 60'000, "p1", "30", {}}}, transaction(7));
  payments.end_transaction(7, 1);
  GroupFacts& readers = cluster.groups.emplace_back();
  readers.name = "readers";
  readers.state = "Empty";
  readers.protocol = "consumer";
  readers.offsets = {{{"orders", 0}, 4, -1, {}}, {{"orders", 1}, 1, -1, {}}};
}

void second_night(ScriptedCluster& cluster) {
  send(cluster.at("orders"), {{0, 86'400'000, "order-5", "a chair", {}}});
  send(cluster.at("payments"), {{0, 86'400'000, "p3", "40", {}}}, transaction(8));
}

void third_night(ScriptedCluster& cluster) {
  cluster.make("orders", 1, 'n');  // deleted and made anew
  send(cluster.at("orders"), {{0, 172'800'000, "order-1", "a new beginning", {}}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: scripted_archive STORE NIGHT\n";
    return 2;
  }
  ScriptedCluster cluster;
  first_night(cluster);
  const int night = std::atoi(argv[2]);
  if (night >= 2) second_night(cluster);
  if (night >= 3) third_night(cluster);
  auto root = directory::open_store(argv[1], true);
  if (!root) {
    std::cerr << root.error().what << "\n";
    return 1;
  }
  DirectoryStore store(std::move(*root));
  arkive::kafka::test::ScriptedLogSource source(cluster);
  ArchiveRequest request;
  request.arkive_version = "test";
  request.fetch.open_transactions = std::chrono::milliseconds(50);
  const auto report = archive(source, store, request);
  if (!report) {
    std::cerr << report.error().what << "\n";
    return 1;
  }
  std::cout << report->manifest.id << "\n";
  return 0;
}

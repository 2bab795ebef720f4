#include "tests/kafka/archive/schedules/schedule.h"

#include <algorithm>

namespace arkive::kafka::test {

Schedule::Schedule(std::uint64_t seed, std::string store, std::size_t records)
    : random_(seed), records_(records), store_(value_of(DirectoryStore::open(std::move(store)))) {
  request_.arkive_version = "0";
  request_.segment_bytes = static_cast<std::uint64_t>(pick(5'000, 200'000));
  request_.fetch.workers = static_cast<int>(1 + seed % 2);
  request_.fetch.open_transactions = 50ms;
  request_.fetch.patience = 20s;
  cluster_.most_answer = static_cast<std::size_t>(pick(2'000, 60'000));
}

std::vector<std::string> Schedule::run() {
  make_topics();
  constexpr std::size_t kRuns = 5;
  for (std::size_t k = 0; k < kRuns; ++k) {
    produce(records_ / kRuns);
    happen_between_runs();
    remember();
    cluster_.before_fetch = [this](int, auto wants) { happen_before_fetch(wants); };
    cluster_.fetch_error = [this](int) -> Status {
      if (connections_to_lose_ == 0) return ok();
      --connections_to_lose_;
      return fail(Outcome::kRetry, "fetch: the connection was lost");
    };
    cluster_.open_error = [this](std::int32_t broker) -> Status {
      if (broker_away_[broker] == 0) return ok();
      --broker_away_[broker];
      return fail(Outcome::kRetry, "connect to broker " + std::to_string(broker) + ": refused");
    };
    archive_once(false);
  }
  heal();
  archive_once(true);
  return problems_;
}

void Schedule::make_topics() {
  for (const char* name : {"orders", "payments", "returns"}) {
    cluster_.make(name, static_cast<int>(pick(1, 3)), next_id_++);
  }
  remember();
}

void Schedule::produce(std::size_t records) {
  for (std::size_t made = 0; made < records;) {
    auto topic = cluster_.topics.begin();
    std::advance(topic, pick(0, static_cast<std::int64_t>(cluster_.topics.size()) - 1));
    auto partition = topic->second.partitions.begin();
    std::advance(partition, pick(0, static_cast<std::int64_t>(topic->second.partitions.size()) - 1));
    const std::int64_t end = partition->second.end();
    produce_some(topic->first, partition->first);
    made += static_cast<std::size_t>(partition->second.end() - end);
  }
}

void Schedule::produce_some(const std::string& topic, std::int32_t partition) {
  ScriptedPartition& log = cluster_.at(topic, partition);
  BatchOptions options;
  if (chance(100)) {
    options.transactional = true;
    options.producer_id = next_producer_++;
    options.producer_epoch = 0;
  }
  log.append(static_cast<int>(pick(1, 40)), options, static_cast<std::size_t>(pick(0, 120)));
  if (chance(60)) end_transactions(log);
}

void Schedule::end_transactions(ScriptedPartition& log) {
  while (!log.open.empty()) {
    log.end_transaction(log.open.begin()->first, static_cast<std::int16_t>(random_() % 2));
  }
}

void Schedule::happen_between_runs() {
  for (auto& [name, topic] : cluster_.topics) {
    for (auto& [number, log] : topic.partitions) {
      if (chance(300)) move_leader(log);
      if (chance(150)) retain_less(key_of(name, number), log);
      if (chance(150)) cut(key_of(name, number), log);
      if (chance(100)) produce_some(name, number);
    }
  }
  if (chance(150)) make_anew("returns");
}

void Schedule::happen_before_fetch(std::span<const FetchWant> wants) {
  for (const FetchWant& want : wants) {
    if (cluster_.topics.contains(want.partition.topic)) disturb(want);
  }
  if (chance(20)) {
    ++faults_;
    connections_to_lose_ = static_cast<int>(pick(1, 3));
  }
  if (chance(10)) {
    ++faults_;
    broker_away_[static_cast<std::int32_t>(pick(1, 3))] = static_cast<int>(pick(1, 4));
  }
  remember();
}

void Schedule::disturb(const FetchWant& want) {
  const auto topic = cluster_.topics.find(want.partition.topic);
  const auto found = topic->second.partitions.find(want.partition.partition);
  if (found == topic->second.partitions.end()) return;
  ScriptedPartition& log = found->second;
  if (chance(100)) produce_some(want.partition.topic, want.partition.partition);
  if (chance(30)) move_leader(log);
  if (chance(15)) retain_less(key_of(want.partition.topic, want.partition.partition), log);
  if (chance(5)) cut(key_of(want.partition.topic, want.partition.partition), log);
  FetchGot got;
  got.log_start = log.log_start;
  got.high_watermark = log.shown_end();
  got.last_stable_offset = log.stable_end();
  if (chance(30)) {  // nothing, as of a throttled broker
    ++faults_;
    log.answers.push_back(got);
  }
  if (chance(20) && !log.entries.empty()) {  // what was asked for before
    const ScriptedPartition::Entry& old = log.entries.front();
    if (old.last < want.offset) {
      ++faults_;
      FetchGot again = got;
      again.records =
          truth_[key_of(want.partition.topic, want.partition.partition)].versions.back().at(old.first).bytes;
      log.answers.push_back(again);
    }
  }
  if (chance(15)) {
    ++faults_;
    FetchGot moved = got;
    moved.state = FetchGot::State::kMoved;
    moved.error = "FENCED_LEADER_EPOCH";
    log.answers.push_back(moved);
  }
}

void Schedule::move_leader(ScriptedPartition& log) {
  ++faults_;
  log.leader = 1 + log.leader % 3;
  log.begin_epoch();
}

void Schedule::retain_less(const Key& key, ScriptedPartition& log) {
  if (log.entries.size() < 2) return;
  ++faults_;
  const auto at = static_cast<std::size_t>(pick(1, static_cast<std::int64_t>(log.entries.size() / 2)));
  remember();
  // A transaction that is open holds nothing back; its producer is fenced before retention comes.
  end_transactions(log);
  log.delete_before(log.entries[at].first);
  PartitionTruth& truth = truth_[key];
  truth.furthest_log_start = std::max(truth.furthest_log_start, log.log_start);
}

void Schedule::cut(const Key& key, ScriptedPartition& log) {
  if (log.entries.size() < 4) return;
  ++faults_;
  remember();
  const auto size = static_cast<std::int64_t>(log.entries.size());
  const std::int64_t offset = log.entries[static_cast<std::size_t>(pick(size / 2, size - 1))].first;
  PartitionTruth& truth = truth_[key];
  truth.versions.push_back(truth.versions.back());
  std::erase_if(truth.versions.back(), [&](const auto& one) { return one.first >= offset; });
  log.cut_at(offset);
  std::erase_if(log.open, [&](const auto& one) { return one.second >= offset; });
  // What was committed below stays so; transactions whose marker was cut off are open again in the log, and
  // their producers are gone: the coordinator ends them.
  log.leader = 1 + log.leader % 3;
  log.append(static_cast<int>(pick(1, 60)));
  if (chance(700)) log.append(static_cast<int>(pick(1, 60)));
  remember();
}

void Schedule::make_anew(const std::string& topic) {
  ++faults_;
  cluster_.make(topic, static_cast<int>(pick(1, 3)), next_id_++);
  for (auto& [number, log] : cluster_.topics.at(topic).partitions) log.append(static_cast<int>(pick(1, 50)));
}

Schedule::Key Schedule::key_of(const std::string& topic, std::int32_t partition) const {
  return {topic + "@" + cluster_.topics.at(topic).id.text(), partition};
}

void Schedule::remember() {
  for (const auto& [name, topic] : cluster_.topics) {
    for (const auto& [number, log] : topic.partitions) {
      PartitionTruth::Version& version = truth_[key_of(name, number)].versions.back();
      for (auto entry = log.entries.rbegin(); entry != log.entries.rend(); ++entry) {
        if (!version.emplace(entry->first, *entry).second) break;
      }
    }
  }
}

void Schedule::heal() {
  cluster_.before_fetch = nullptr;
  cluster_.fetch_error = nullptr;
  cluster_.open_error = nullptr;
  for (auto& [name, topic] : cluster_.topics) {
    for (auto& [number, log] : topic.partitions) {
      log.answers.clear();
      end_transactions(log);
    }
  }
  remember();
}

void Schedule::archive_once(bool must_be_whole) {
  ScriptedLogSource source(cluster_);
  const auto report = archive(source, *store_, request_);
  if (!report) {
    if (must_be_whole || report.error().outcome != Outcome::kRetry)
      wrong("a run failed: " + report.error().what);
    return;
  }
  if (must_be_whole && !report->manifest.whole) {
    for (const Missing& missing : report->manifest.missing) {
      // Cut off from its marker, a transaction stays open in the log for ever; nothing else is missing.
      if (missing.cause.find("is open since offset") == std::string::npos)
        wrong("missing at the end: " + missing.object + ": " + missing.cause);
    }
  }
  check(report->manifest, must_be_whole);
}

void Schedule::check(const Manifest& manifest, bool is_last) {
  const ArchiveIndex index = value_of(read_index(*store_, manifest, Deadline::never()));
  for (const ArchiveIndex::Topic& entry : index.topics) {
    const ArchivedTopic topic = value_of(read_topic(*store_, entry, Deadline::never()));
    for (const ArchivedPartition& partition : topic.partitions) {
      for (std::int32_t generation = 0; generation <= partition.generation; ++generation) {
        check_generation(topic, partition, generation, is_last);
      }
    }
  }
  if (!is_last) return;
  for (const auto& [name, topic] : cluster_.topics) {
    const ArchivedTopic archived = topic_of(*store_, manifest, name);
    for (const auto& [number, log] : topic.partitions) {
      const ArchivedPartition* const partition = archived.find(number);
      if (partition == nullptr || (partition->next_offset != log.end()))
        wrong(name + "-" + std::to_string(number) + ": archived up to " +
              (partition == nullptr ? "nowhere" : std::to_string(partition->next_offset)) +
              ", the log ends at " + std::to_string(log.end()));
    }
  }
}

namespace {

std::string differences(const PartitionTruth& truth, const std::map<std::int64_t, std::string>& entries,
                        const ArchivedPartition& partition) {
  std::string text;
  for (std::size_t i = 0; i < truth.versions.size(); ++i) {
    for (const auto& [first, bytes] : entries) {
      const auto found = truth.versions[i].find(first);
      if (found != truth.versions[i].end() && found->second.bytes == bytes) continue;
      text += "; of version " + std::to_string(i) + " not from offset " + std::to_string(first) + " on";
      break;
    }
  }
  for (const LeaderEpochStart& epoch : partition.epochs) {
    text += "; epoch " + std::to_string(epoch.epoch) + " from " + std::to_string(epoch.start_offset);
  }
  return text + "; next offset " + std::to_string(partition.next_offset);
}

}  // namespace

void Schedule::check_generation(const ArchivedTopic& topic, const ArchivedPartition& partition,
                                std::int32_t generation, bool is_last) {
  const PartitionTruth& truth = truth_[{topic.name + "@" + topic.id.text(), partition.partition}];
  const std::string name =
      topic.name + "-" + std::to_string(partition.partition) + " generation " + std::to_string(generation);
  std::map<std::int64_t, std::string> entries;
  std::int64_t next = -1;
  for (const ArchivedSegment& segment : partition.segments) {
    if (segment.generation != generation) continue;
    const std::string log = object_of(*store_, topic, partition.partition, segment, SegmentFile::kLog);
    const auto walked = for_each_entry(log, CrcCheck::kYes, [&](const LogEntry& entry) {
      if (entry.first_offset < next)
        wrong(name + ": offset " + std::to_string(entry.first_offset) + " after " + std::to_string(next - 1));
      next = entry.next_offset();
      entries[entry.first_offset] = std::string(entry.bytes);
    });
    if (!walked || *walked != log.size()) wrong(name + ": a segment is not whole");
  }
  if (entries.empty()) return;

  // All of it must be of one version of the log: of the one that is there, when all is quiet.
  const auto there = cluster_.topics.find(topic.name);
  const bool must_be_last = is_last && generation == partition.generation && there != cluster_.topics.end() &&
                            there->second.id == topic.id;
  const PartitionTruth::Version* version = nullptr;
  for (auto one = truth.versions.rbegin(); one != truth.versions.rend() && version == nullptr; ++one) {
    const bool fits = std::all_of(entries.begin(), entries.end(), [&](const auto& entry) {
      const auto found = one->find(entry.first);
      return found != one->end() && found->second.bytes == entry.second;
    });
    if (fits) version = &*one;
    if (must_be_last) break;
  }
  if (version == nullptr)
    return wrong(name + ": its records are of no one log" + differences(truth, entries, partition));

  // What retention took is named in the gaps, of which only those of the newest generation are kept.
  const bool gaps_are_kept = generation == partition.generation;
  for (const auto& entry : *version) {
    const std::int64_t first = entry.first;
    if (first < entries.begin()->first || first >= next || entries.contains(first)) continue;
    const bool is_named = !gaps_are_kept || std::any_of(partition.gaps.begin(), partition.gaps.end(),
                                                        [&](const OffsetGap& gap) {
                                                          return gap.first <= first && first < gap.next;
                                                        });
    if (first >= truth.furthest_log_start || !is_named)
      wrong(name + ": offset " + std::to_string(first) + " is lost");
  }
}

}  // namespace arkive::kafka::test

#include <grp.h>
#include <pwd.h>
#include <algorithm>

#include <charconv>
#include <nlohmann/json.hpp>

#include "kafka/archive/runs.h"
#include "kafka/seed/dump_match.h"
#include "kafka/seed/seed.h"
#include "stores/core/bytes.h"
#include "stores/core/progress.h"
#include "tools/arkive/archives.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/store_history.h"
#include "tools/arkive/topic_globs.h"
#include "tools/places/repositories.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::tools {
namespace {

template <class Entry>
Result<std::uint32_t> id_of(const std::string& word, const char* what, Entry* (*find)(const char*),
                            std::uint32_t (*id)(const Entry&)) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error == std::errc() && end == word.data() + word.size()) return number;
  const Entry* const entry = find(word.c_str());
  if (entry == nullptr) {
    return fail(Outcome::kUsage,
                std::string("find ") + what + " '" + printable(word) + "': this machine has none");
  }
  return id(*entry);
}

/// "kafka", "kafka:kafka", "1000:1000".
Status set_owner(const std::string& text, kafka::SeedOptions& options) {
  if (text.empty()) return ok();
  const std::size_t colon = text.find(':');
  ARKIVE_ASSIGN(options.owner,
                (id_of<passwd>(text.substr(0, colon), "user", ::getpwnam,
                               [](const passwd& entry) -> std::uint32_t { return entry.pw_uid; })));
  if (colon == std::string::npos) return ok();
  ARKIVE_ASSIGN(options.group,
                (id_of<group>(text.substr(colon + 1), "group", ::getgrnam,
                              [](const group& entry) -> std::uint32_t { return entry.gr_gid; })));
  return ok();
}

/// Of several topics of one name the one that the cluster has.
Result<std::vector<kafka::ArchivedTopic>> topics_of(const OpenedArchive& archive,
                                                    const RestoreSeedOptions& options) {
  ARKIVE_ASSIGN(const auto wanted, topic_globs(options.topics));
  ARKIVE_ASSIGN(const auto excluded, topic_globs(options.exclude));
  std::vector<kafka::ArchivedTopic> topics;
  for (const kafka::ArchiveIndex::Topic& topic : archive.index.topics) {
    if (archive.index.find(topic.name) != &topic || !is_selected(topic.name, wanted, excluded)) continue;
    ARKIVE_ASSIGN(kafka::ArchivedTopic read, kafka::read_topic(*archive.store, topic, Deadline::never()));
    topics.push_back(std::move(read));
  }
  if (topics.empty())
    return fail(Outcome::kNotFound, "seed: no topic of run " + archive.run.id + " is wanted");
  return topics;
}

/// What the dump says, when there is one, and what follows from it.
struct Dump {
  std::string run;
  kafka::DumpedLogs logs;
  std::vector<kafka::ZnodeToRaise> raise{};
  std::vector<std::string> without_records{};  ///< topics
};

/// The dump of --dump; refused when it does not belong to the archive.
Result<std::optional<Dump>> matching_dump(const RestoreSeedOptions& options, const OpenedArchive& archive,
                                          const std::vector<kafka::ArchivedTopic>& topics) {
  if (options.dump.empty()) return std::optional<Dump>();
  if (options.into_kraft) {
    return fail(Outcome::kUsage, "seed with --dump and --into-kraft: there are no znodes beside such brokers",
                "leave --dump out");
  }
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.dump, true));
  ARKIVE_ASSIGN(const OpenedRun opened, open_from({options.dump, options.from.cluster,
                                                   key_for(name, options.from.key), options.from.public_key},
                                                  Need::kAnything));
  ARKIVE_ASSIGN(const zk::Tree tree, zk::read_tree(opened.run->tree()));
  Dump dump{opened.run->manifest().id, {}};
  ARKIVE_ASSIGN(dump.logs, kafka::dumped_logs(tree));
  ARKIVE_TRY(kafka::check_match(archive.index, topics, dump.logs));
  dump.without_records = kafka::topics_without_records(topics, dump.logs);
  return dump;
}

nlohmann::json dump_json(const Dump& dump) {
  nlohmann::json raise = nlohmann::json::array();
  for (const kafka::ZnodeToRaise& one : dump.raise) {
    raise.push_back({{"path", one.path}, {"field", one.field}, {"has", one.has}, {"needs", one.needs}});
  }
  return {{"run", dump.run}, {"raise", raise}, {"topics_without_records", dump.without_records}};
}

void print_dump(const Dump& dump) {
  for (const std::string& topic : dump.without_records) {
    print_line("  note: topic " + printable(topic) +
               " of the dump is not seeded: brokers make empty logs of it");
  }
  if (dump.raise.empty()) {
    print_line("  the dump, run " + dump.run + ", belongs to it; nothing in its znodes must be raised");
    return;
  }
  print_line("  the dump, run " + dump.run +
             ", belongs to it; before brokers start these must be raised in its znodes:");
  for (const kafka::ZnodeToRaise& one : dump.raise) {
    print_line("    " + printable(one.path) + " " + one.field + " from " +
               (one.has < 0 ? "none" : std::to_string(one.has)) + " to " + std::to_string(one.needs) +
               " at least");
  }
}

nlohmann::json seed_json(const OpenedArchive& archive, const kafka::SeedReport& report) {
  nlohmann::json partitions = nlohmann::json::array();
  for (const kafka::SeededPartition& partition : report.partitions) {
    partitions.push_back({{"topic", partition.topic},
                          {"partition", partition.partition},
                          {"directory", partition.directory},
                          {"log_start", partition.log_start},
                          {"log_end", partition.log_end},
                          {"bytes", partition.bytes},
                          {"segments", partition.segments}});
  }
  nlohmann::json open = nlohmann::json::array();
  for (const kafka::SeededTransaction& transaction : report.open_transactions) {
    open.push_back({{"topic", transaction.topic},
                    {"partition", transaction.partition},
                    {"producer_id", transaction.producer_id},
                    {"producer_epoch", transaction.producer_epoch},
                    {"first_offset", transaction.first_offset},
                    {"coordinated", transaction.coordinated}});
  }
  nlohmann::json missing = nlohmann::json::array();
  for (const Missing& one : report.missing) missing.push_back({{"object", one.object}, {"cause", one.cause}});
  return {{"run", archive.run.id},
          {"cluster_id", archive.index.cluster.cluster_id},
          {"partitions", partitions},
          {"bytes", report.bytes},
          {"open_transactions", open},
          {"highest_producer_id", report.highest_producer_id},
          {"highest_leader_epoch", report.highest_leader_epoch},
          {"missing", missing},
          {"notes", report.notes}};
}

void print_seed(const OpenedArchive& archive, const kafka::SeedReport& report,
                const RestoreSeedOptions& options, const std::optional<Dump>& dump) {
  print_line(std::string(options.dry_run ? "would seed " : "seeded ") +
             counted(report.partitions.size(), "partition") + ", " + human_size(report.bytes) +
             ", from run " + archive.run.id + " of cluster " + archive.cluster);
  if (options.dry_run) {
    Table table({"DIRECTORY", "FROM", "TO", "BYTES"});
    for (const kafka::SeededPartition& partition : report.partitions) {
      table.add({printable(partition.directory), std::to_string(partition.log_start),
                 std::to_string(partition.log_end), human_size(partition.bytes)});
    }
    table.print();
  }
  for (const kafka::SeededTransaction& transaction : report.open_transactions) {
    print_line(
        "  open: a transaction of producer " + std::to_string(transaction.producer_id) + " (epoch " +
        std::to_string(transaction.producer_epoch) + ") in " + printable(transaction.topic) + "-" +
        std::to_string(transaction.partition) + " since offset " + std::to_string(transaction.first_offset) +
        (transaction.coordinated
             ? ": its coordinator aborts it when its time is over, or its producer comes back"
             : ": no coordinator knows it; once brokers run: kafka-transactions.sh --bootstrap-server "
               "HOST:PORT abort --topic " +
                   printable(transaction.topic) + " --partition " + std::to_string(transaction.partition) +
                   " --start-offset " + std::to_string(transaction.first_offset)));
  }
  if (dump) {
    print_dump(*dump);
  } else if (!options.into_kraft && !options.dry_run) {
    print_line(
        "  before brokers start, ZooKeeper must have the znodes of this cluster (arkive restore znodes), "
        "with");
    print_line("    /cluster/id " + archive.index.cluster.cluster_id);
    print_line("    every partition's leader_epoch at " + std::to_string(report.highest_leader_epoch) +
               " or, where its own log ends lower, at that or above");
    print_line("    /latest_producer_id_block with block_end above " +
               std::to_string(report.highest_producer_id));
  }
  for (const std::string& note : report.notes) print_line("  note: " + printable(note));
  for (const Missing& one : report.missing) {
    print_line("  not seeded: " + printable(one.object) + ": " + printable(one.cause));
  }
}

Result<ExitStatus> restore_now(const RestoreSeedOptions& options, const CommonOptions& common,
                               RestoreHistory& history) {
  ARKIVE_ASSIGN(const OpenedArchive archive, open_archive(options.from));
  ARKIVE_ASSIGN(const auto topics, topics_of(archive, options));
  ARKIVE_ASSIGN(std::optional<Dump> dump, matching_dump(options, archive, topics));
  kafka::SeedOptions seed;
  seed.broker = options.broker;
  seed.log_directories = options.log_dirs;
  seed.cluster_id = options.cluster_id;
  seed.into_kraft = options.into_kraft;
  seed.dry_run = options.dry_run;
  ARKIVE_TRY(set_owner(options.owner, seed));
  std::uint64_t bytes = 0;
  for (const kafka::ArchivedTopic& topic : topics) bytes += topic.bytes();
  Progress progress(common.quiet || options.dry_run ? ProgressStyle::kNone : default_progress_style(),
                    "seed log directories", bytes, ProgressUnit::kBytes);
  seed.on_progress = [&](std::uint64_t written) { progress.add(written); };
  if (!options.dry_run) {
    ARKIVE_TRY(prove_segments(archive, options.from.public_key, [&](std::string_view topic) {
      return std::any_of(topics.begin(), topics.end(), [&](const auto& one) { return one.name == topic; });
    }));
    history.took(archive.cluster, archive.run, "the disk of broker " + std::to_string(options.broker));
  }
  auto report = kafka::seed(*archive.store, archive.cluster, archive.index, topics, seed);
  if (!report) return fail(with_hint_at_damage(std::move(report).error()));
  if (dump) dump->raise = kafka::znodes_to_raise(topics, report->highest_producer_id, dump->logs);
  if (common.json) {
    nlohmann::json document = seed_json(archive, *report);
    if (dump) document["dump"] = dump_json(*dump);
    print_json(document);
  } else if (!common.quiet) {
    print_seed(archive, *report, options, dump);
  }
  return report->missing.empty() ? kWhole : kNotWhole;
}

}  // namespace

Result<ExitStatus> run_restore_seed(const RestoreSeedOptions& options, const CommonOptions& common) {
  RestoreHistory history("restore seed", options.from);
  return history.ended(restore_now(options, common, history));
}

}  // namespace arkive::tools

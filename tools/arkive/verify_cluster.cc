#include "tools/arkive/verify_cluster.h"

#include <nlohmann/json.hpp>
#include <random>

#include "kafka/wire/wire_log_source.h"
#include "stores/core/bytes.h"
#include "tools/arkive/archives.h"
#include "tools/arkive/log_sources.h"
#include "tools/arkive/output.h"

namespace arkive::tools {
namespace {

constexpr std::size_t kMostNames = 12;

std::string names_text(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    text += (i == 0 ? "" : ", ") + printable(names[i]);
  }
  if (names.size() > kMostNames) text += " and " + std::to_string(names.size() - kMostNames) + " more";
  return text;
}

void print_findings(const std::string& word, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    print_line(word + ": " + printable(finding.object) + ": " + printable(finding.what));
  }
}

nlohmann::json findings_json(const std::vector<Finding>& findings) {
  nlohmann::json list = nlohmann::json::array();
  for (const Finding& finding : findings)
    list.push_back({{"object", finding.object}, {"what", finding.what}});
  return list;
}

std::string sampled_text(const kafka::CompareReport& report) {
  std::string text = std::to_string(report.batches_compared) +
                     (report.batches_compared == 1 ? " batch" : " batches") + " equal byte for byte (" +
                     human_size(report.bytes_compared) + ")";
  if (report.batches_reencoded > 0) {
    text += ", " + std::to_string(report.batches_reencoded) + " record by record";
  }
  if (report.batches_rewritten > 0) {
    text += ", " + std::to_string(report.batches_rewritten) + " thinned out by compaction and else equal";
  }
  if (report.batches_removed > 0) {
    text += ", " + std::to_string(report.batches_removed) + " removed by compaction or retention since";
  }
  if (report.gaps_compared > 0) text += ", " + counted(report.gaps_compared, "gap") + " in both";
  return text;
}

}  // namespace

Result<ClusterComparison> compare_with_live_cluster(const VerifyOptions& options) {
  ARKIVE_ASSIGN(const kafka::ClientProperties properties, properties_of(options.kafka));
  ARKIVE_ASSIGN(const OpenedArchive archive, open_archive(options.from));
  if (archive.index.source == "librdkafka") {
    return fail(Outcome::kUsage,
                "compare run " + archive.run.id +
                    " with a cluster: librdkafka read it, and its batches are not the cluster's own",
                "without --against the archive itself is verified");
  }
  ARKIVE_ASSIGN(const auto source, kafka::open_wire_log_source(options.kafka.bootstrap, properties,
                                                               Deadline::after(options.kafka.timeout)));
  kafka::CompareOptions how;
  how.sample = options.sample;
  // Short enough to be typed again.
  how.seed = options.seed.value_or(std::random_device{}());
  how.patience = options.kafka.timeout;
  ClusterComparison compared;
  compared.run = archive.run.id;
  compared.sample = how.sample;
  compared.seed = how.seed;
  ARKIVE_ASSIGN(compared.report,
                kafka::compare_with_cluster(*archive.store, archive.cluster, archive.index, *source, how));
  return compared;
}

void print_comparison(const ClusterComparison& compared) {
  const kafka::CompareReport& report = compared.report;
  print_findings("differs", report.differences);
  print_findings("lost", report.lost);
  print_findings("not compared", report.not_compared);
  print_line(std::string(report.differences.empty() ? "equal" : "not equal") + ": run " + compared.run +
             " and cluster " + printable(report.live_cluster_id) + ": " + counted(report.topics, "topic") +
             ", " + counted(report.partitions, "partition") + ", " +
             counted(static_cast<std::uint64_t>(report.offsets_compared), "offset") + " on both sides");
  print_line("  records: " + std::to_string(report.segment_records) + " in " +
             counted(static_cast<std::uint64_t>(report.segment_offsets), "offset") +
             " of the segments that lie within");
  print_line("  sample (seed " + std::to_string(compared.seed) + "): " + sampled_text(report));
  if (report.offsets_behind > 0) {
    print_line("  not archived yet: " + counted(static_cast<std::uint64_t>(report.offsets_behind), "offset") +
               " in " + counted(report.partitions_behind, "partition"));
  }
  if (report.partitions_newer > 0) {
    print_line("  not archived yet: " + counted(report.partitions_newer, "partition") + " added to topics");
  }
  if (!report.topics_newer.empty()) {
    print_line("  not archived: " + counted(report.topics_newer.size(), "topic") +
               " of the cluster: " + names_text(report.topics_newer));
  }
  if (!report.topics_anew.empty()) {
    print_line("  made anew on the cluster since: " + names_text(report.topics_anew));
  }
  if (!report.topics_gone.empty()) {
    print_line("  no longer on the cluster: " + names_text(report.topics_gone));
  }
}

nlohmann::json comparison_json(const ClusterComparison& compared) {
  const kafka::CompareReport& report = compared.report;
  return {{"run", compared.run},
          {"archived_cluster_id", report.archived_cluster_id},
          {"cluster_id", report.live_cluster_id},
          {"equal", report.differences.empty()},
          {"differences", findings_json(report.differences)},
          {"lost", findings_json(report.lost)},
          {"not_compared", findings_json(report.not_compared)},
          {"topics", report.topics},
          {"partitions", report.partitions},
          {"offsets", report.offsets_compared},
          {"segment_offsets", report.segment_offsets},
          {"segment_records", report.segment_records},
          {"offsets_behind", report.offsets_behind},
          {"partitions_behind", report.partitions_behind},
          {"partitions_newer", report.partitions_newer},
          {"topics_newer", report.topics_newer},
          {"topics_made_anew", report.topics_anew},
          {"topics_gone", report.topics_gone},
          {"sample", compared.sample},
          {"seed", compared.seed},
          {"batches_equal", report.batches_compared},
          {"bytes_equal", report.bytes_compared},
          {"batches_equal_by_record", report.batches_reencoded},
          {"batches_compacted", report.batches_rewritten},
          {"batches_removed", report.batches_removed},
          {"gaps_in_both", report.gaps_compared}};
}

ExitStatus exit_status_of(const kafka::CompareReport& report) {
  if (!report.differences.empty()) return kDamage;
  return report.lost.empty() && report.not_compared.empty() ? kWhole : kNotWhole;
}

}  // namespace arkive::tools

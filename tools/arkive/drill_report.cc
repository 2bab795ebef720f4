#include "tools/arkive/drill_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/time.h"
#include "tools/arkive/output.h"

namespace arkive::tools {
namespace {

namespace plans = restore_plans;

double seconds(std::chrono::milliseconds span) {
  return std::chrono::duration<double>(span).count();
}

/// What of the backup could not be younger: a cluster that is lost now loses what came after it.
std::chrono::milliseconds age_of(const plans::DrillReport& report) {
  return std::chrono::milliseconds(
      std::max<UnixMilliseconds>(report.plan.made - report.plan.backup.span_began, 0));
}

std::uint64_t rate_of(const plans::DrillStep& step) {
  return step.took.count() > 0 ? step.bytes * 1000 / static_cast<std::uint64_t>(step.took.count()) : 0;
}

bool is_sample(const plans::DrillReport& report) {
  return report.topics.size() < report.topics_of_all;
}

void print_compared(const kafka::CompareReport& compared, std::chrono::milliseconds took) {
  print_line("compared in " + human_duration(took) + ": " + counted(compared.topics, "topic") + ", " +
             counted(compared.partitions, "partition") + ", " +
             counted(static_cast<std::uint64_t>(compared.offsets_compared), "offset") + ", " +
             std::to_string(compared.batches_compared) +
             (compared.batches_compared == 1 ? " batch" : " batches") + " equal byte for byte (" +
             human_size(compared.bytes_compared) + ")");
}

}  // namespace

void print_drill(const plans::DrillReport& report) {
  const plans::PlannedBackup& backup = report.plan.backup;
  print_line("drill of " + printable(backup.cluster) + ", run " + backup.topics_run + ": " +
             counted(report.brokers.size(), "broker") + " of Kafka " + report.kafka_version + ", ZooKeeper " +
             report.zookeeper_version + ", " + counted(report.topics.size(), "topic") +
             (is_sample(report) ? " of " + std::to_string(report.topics_of_all) : std::string()));
  Table table({"STEP", "TOOK", "BYTES", "A SECOND"});
  for (const plans::DrillStep& step : report.steps) {
    table.add({step.name, human_duration(step.took), step.bytes > 0 ? human_size(step.bytes) : "",
               step.bytes > 0 ? human_size(rate_of(step)) : ""});
  }
  table.add({"all", human_duration(report.rto), human_size(report.bytes),
             report.bytes_a_second > 0 ? human_size(report.bytes_a_second) : ""});
  table.print();
  if (report.compared) print_compared(*report.compared, report.compare_took);
  if (is_sample(report)) {
    const auto reckoned = report.rto_of_all();
    print_line("all topics are " + human_size(report.bytes_of_all) + ": " +
               (reckoned ? "at this rate " + human_duration(*reckoned)
                         : "these were too few to tell how long that takes"));
  }
  print_line("since the backup: " + human_duration(age_of(report)) + ", which nothing brings back");
  for (const std::string& line : report.not_rehearsed) print_line("not rehearsed: " + printable(line));
  for (const plans::NotBack& one : report.not_back)
    print_line("would not come back: " + printable(one.object) + ": " + printable(one.what));
  if (!report.refused && report.not_back.empty()) print_line("everything came back");
}

nlohmann::json drill_json(const plans::DrillReport& report) {
  nlohmann::json steps = nlohmann::json::array();
  for (const plans::DrillStep& step : report.steps) {
    nlohmann::json one = {{"step", step.name}, {"seconds", seconds(step.took)}};
    if (step.bytes > 0) {
      one["bytes"] = step.bytes;
      one["bytes_per_second"] = rate_of(step);
    }
    steps.push_back(std::move(one));
  }
  nlohmann::json not_back = nlohmann::json::array();
  for (const plans::NotBack& one : report.not_back)
    not_back.push_back({{"object", one.object}, {"what", one.what}, {"found_by", one.found_by}});
  const plans::PlannedBackup& backup = report.plan.backup;
  nlohmann::json document = {{"cluster", backup.cluster},
                             {"tree_run", backup.tree_run},
                             {"topics_run", backup.topics_run},
                             {"scenario", plans::scenario_name(report.plan.scenario)},
                             {"kafka", report.kafka_version},
                             {"zookeeper", report.zookeeper_version},
                             {"brokers", report.brokers},
                             {"topics", report.topics},
                             {"topics_in_backup", report.topics_of_all},
                             {"steps", steps},
                             {"rto_seconds", seconds(report.rto)},
                             {"bytes", report.bytes},
                             {"bytes_per_second", report.bytes_a_second},
                             {"backup_age_seconds", seconds(age_of(report))},
                             {"not_back", not_back},
                             {"not_rehearsed", report.not_rehearsed}};
  if (const auto reckoned = report.rto_of_all()) document["rto_seconds_of_all_topics"] = seconds(*reckoned);
  if (report.compared) {
    document["compared"] = {
        {"seconds", seconds(report.compare_took)},      {"topics", report.compared->topics},
        {"partitions", report.compared->partitions},    {"offsets", report.compared->offsets_compared},
        {"batches", report.compared->batches_compared}, {"bytes", report.compared->bytes_compared}};
  }
  if (report.refused) document["refused"] = {{"what", report.refused->what}, {"hint", report.refused->hint}};
  return document;
}

std::string drill_line(const plans::DrillReport& report, ExitStatus status) {
  return fmt::format(
      "arkive-drill cluster={} run={} status={} rto_seconds={:.1f} bytes={} bytes_per_second={} topics={}/{} "
      "not_back={} backup_age_seconds={:.0f}",
      printable(report.plan.backup.cluster), report.plan.backup.topics_run, static_cast<int>(status),
      seconds(report.rto), report.bytes, report.bytes_a_second, report.topics.size(), report.topics_of_all,
      report.not_back.size(), seconds(age_of(report)));
}

}  // namespace arkive::tools

#include "tools/arkive/metrics.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/core/files.h"
#include "stores/core/time.h"

namespace arkive::tools {
namespace {

// Label values: backslash, quote and newline are escaped (Prometheus text exposition format 0.0.4).
std::string label(std::string_view value) {
  std::string out;
  for (char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

/// The value that the file there has for the series.
std::string carried_over(const std::string& path, const std::string& series) {
  const Result<std::string> old = read_file(path);
  if (!old) return "0";
  const std::string wanted = "\n" + series + " ";
  const std::size_t at = old->find(wanted);
  if (at == std::string::npos) return "0";
  const std::size_t begin = at + wanted.size();
  return old->substr(begin, old->find('\n', begin) - begin);
}

class Exposition {
 public:
  explicit Exposition(const std::string& cluster) : labels_("{cluster=\"" + label(cluster) + "\"}") {}
  std::string series(std::string_view name) const { return std::string(name) + labels_; }
  void gauge(std::string_view name, std::string_view help, std::string_view value) {
    text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{2} {3}\n", name, help, series(name), value);
  }
  /// One series for each value of a further label.
  void gauges(std::string_view name, std::string_view help, std::string_view further,
              const std::vector<std::pair<std::string, std::string>>& values) {
    if (values.empty()) return;
    text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
    for (const auto& [word, value] : values)
      text_ += fmt::format("{}{},{}=\"{}\"}} {}\n", name, labels_.substr(0, labels_.size() - 1), further,
                           label(word), value);
  }
  const std::string& text() const { return text_; }

 private:
  std::string labels_;
  std::string text_;
};

/// The series that dumps and archives share, under their own prefix.
void add_outcome(Exposition& metrics, const std::string& path, const std::string& command, ExitStatus status,
                 double seconds) {
  const std::string prefix = "arkive_" + command + "_";
  const UnixMilliseconds now = wall_clock_now();
  metrics.gauge(prefix + "last_run_timestamp_seconds",
                "When the last " + command + " ended, successful or not.", std::to_string(now / 1000));
  metrics.gauge(prefix + "exit_status",
                "Exit status of the last " + command + ": 0 whole, 3 not whole, others failed.",
                std::to_string(static_cast<int>(status)));
  metrics.gauge(prefix + "duration_seconds", "How long the last " + command + " took.",
                fmt::format("{:.3f}", seconds));
  const std::string success = prefix + "last_whole_success_timestamp_seconds";
  metrics.gauge(success, "When the last whole " + command + " ended; 0: never seen.",
                status == kWhole ? std::to_string(now / 1000) : carried_over(path, metrics.series(success)));
}

Status write(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".tmp";
  ARKIVE_TRY(write_file_durably(temporary, text, IfExists::kReplace));
  // Not secret, and the collector runs as another user.
  if (::chmod(temporary.c_str(), 0644) != 0) return fail(system_error("make readable", temporary, errno));
  if (::rename(temporary.c_str(), path.c_str()) != 0) return fail(system_error("rename to", path, errno));
  return ok();
}

}  // namespace

Status write_archive_metrics(const std::string& path, const std::string& cluster,
                             const kafka::ArchiveReport* report, ExitStatus status, double seconds) {
  Exposition metrics(cluster);
  add_outcome(metrics, path, "archive", status, seconds);
  const std::string cut = "arkive_archive_last_cut_timestamp_seconds";
  metrics.gauge(
      cut,
      "What was written up to then is archived (where the run was whole): now minus it is how much "
      "could be lost.",
      report != nullptr ? std::to_string(report->cut_began / 1000) : carried_over(path, metrics.series(cut)));
  if (report != nullptr) {
    const auto gauge = [&](const char* name, const char* help, std::uint64_t value) {
      metrics.gauge(std::string("arkive_archive_") + name, help, std::to_string(value));
    };
    gauge("topics", "Topics in the last archive.", report->topics);
    gauge("partitions", "Partitions in the last archive.", report->partitions);
    gauge("changed_partitions", "Partitions that had something new.", report->partitions_changed);
    gauge("fetched_bytes", "Bytes the last archive added.", report->bytes_fetched);
    gauge("archived_bytes", "Bytes of all segments that the last archive names.", report->bytes_archived);
    gauge("groups", "Consumer groups in the last archive.", report->groups);
    gauge("not_whole", "Partitions, topics and groups that are not whole in the last archive.",
          report->manifest.missing_count);
  }
  return write(path, metrics.text());
}

Status write_backup_metrics(const std::string& path, std::span<const BackupFigures> clusters) {
  std::string text;
  const auto gauge = [&](const std::string& name, std::string_view help, const auto& value_of) {
    std::string samples;
    for (const BackupFigures& one : clusters) {
      const std::string series = Exposition(one.cluster).series("arkive_backup_" + name);
      const std::optional<std::string> value = value_of(one, series);
      if (value) samples += series + " " + *value + "\n";
    }
    if (samples.empty()) return;
    text +=
        fmt::format("# HELP arkive_backup_{0} {1}\n# TYPE arkive_backup_{0} gauge\n{2}", name, help, samples);
  };
  const std::string now = std::to_string(wall_clock_now() / 1000);
  using One = const BackupFigures&;
  using Series = const std::string&;
  using Sample = std::optional<std::string>;
  gauge("last_run_timestamp_seconds", "When the last backup ended, successful or not.",
        [&](One, Series) -> Sample { return now; });
  gauge("exit_status", "Exit status of the last backup: 0 whole, 3 not whole, others failed.",
        [&](One one, Series) -> Sample { return std::to_string(static_cast<int>(one.status)); });
  gauge("duration_seconds", "How long the last backup took.",
        [&](One one, Series) -> Sample { return fmt::format("{:.3f}", one.seconds); });
  gauge("last_whole_success_timestamp_seconds", "When the last whole backup ended; 0: never seen.",
        [&](One one, Series series) -> Sample {
          return one.status == kWhole ? now : carried_over(path, series);
        });
  gauge("last_cut_timestamp_seconds",
        "What was written up to then is archived (where the run was whole): now minus it is how much could "
        "be lost.",
        [&](One one, Series series) -> Sample {
          return one.report != nullptr ? std::to_string(one.report->topics.cut_began / 1000)
                                       : carried_over(path, series);
        });
  const auto figure = [&](const char* name, const char* help, auto of) {
    gauge(name, help, [&](One one, Series) -> Sample {
      if (one.report == nullptr) return std::nullopt;
      return std::to_string(of(*one.report));
    });
  };
  using Report = const kafka::BackupReport&;
  figure("znodes", "Znodes in the last backup.",
         [](Report report) { return report.tree ? report.tree->facts.znodes : 0; });
  figure("topics", "Topics in the last backup.", [](Report report) { return report.topics.topics; });
  figure("partitions", "Partitions in the last backup.",
         [](Report report) { return report.topics.partitions; });
  figure("groups", "Consumer groups in the last backup.", [](Report report) { return report.topics.groups; });
  figure("fetched_bytes", "Bytes of topics the last backup added.",
         [](Report report) { return report.topics.bytes_fetched; });
  figure("archived_bytes", "Bytes of all segments that the last backup names.",
         [](Report report) { return report.topics.bytes_archived; });
  figure("not_whole", "What should be in the last backup and is not.",
         [](Report report) { return report.manifest.missing_count; });
  const auto disagreements = [](kafka::Disagreement::Kind kind) {
    return [kind](Report report) {
      return std::count_if(report.disagreements.begin(), report.disagreements.end(),
                           [&](const kafka::Disagreement& one) { return one.kind == kind; });
    };
  };
  figure("mismatches", "Topics of which the tree and the brokers tell different things.",
         disagreements(kafka::Disagreement::Kind::kMismatch));
  figure("offsets_out_of_range", "Committed offsets that the archive does not reach.",
         disagreements(kafka::Disagreement::Kind::kOffset));
  return write(path, text);
}

Status write_drill_metrics(const std::string& path, const std::string& cluster,
                           const restore_plans::DrillReport* report, ExitStatus status, double seconds) {
  Exposition metrics(cluster);
  add_outcome(metrics, path, "drill", status, seconds);
  if (report == nullptr) return write(path, metrics.text());
  const auto gauge = [&](const char* name, const char* help, const std::string& value) {
    metrics.gauge(std::string("arkive_drill_") + name, help, value);
  };
  const auto in_seconds = [](std::chrono::milliseconds span) {
    return fmt::format("{:.3f}", std::chrono::duration<double>(span).count());
  };
  gauge("rto_seconds", "How long the way back took, all its steps together.", in_seconds(report->rto));
  if (const auto reckoned = report->rto_of_all())
    gauge("rto_of_all_topics_seconds", "The same, reckoned up to all topics of the backup.",
          in_seconds(*reckoned));
  std::vector<std::pair<std::string, std::string>> steps;
  for (const restore_plans::DrillStep& step : report->steps)
    steps.emplace_back(step.name, in_seconds(step.took));
  metrics.gauges("arkive_drill_step_seconds", "How long each step took.", "step", steps);
  gauge("bytes", "Bytes written into log directories.", std::to_string(report->bytes));
  if (report->bytes_a_second > 0)
    gauge("bytes_per_second", "Of the steps that wrote them.", std::to_string(report->bytes_a_second));
  gauge("topics", "Topics that were brought back.", std::to_string(report->topics.size()));
  gauge("topics_in_backup", "Topics in the backup.", std::to_string(report->topics_of_all));
  gauge("not_back", "What is in the backup, or should be, and did not come back.",
        std::to_string(report->not_back.size()));
  gauge("backup_timestamp_seconds", "When the backup began that was brought back.",
        std::to_string(report->plan.backup.span_began / 1000));
  return write(path, metrics.text());
}

Status write_metrics(const std::string& path, const std::string& cluster, const zk::DumpOutcome* outcome,
                     ExitStatus status, double seconds) {
  Exposition metrics(cluster);
  add_outcome(metrics, path, "dump", status, seconds);
  if (outcome != nullptr) {
    std::uint64_t changed = 0;
    for (const zk::DumpDestination& destination : outcome->destinations) {
      if (!destination.manifest) continue;
      const Result<zk::DumpFacts> facts = zk::DumpFacts::from_json(destination.manifest->facts);
      if (facts) changed = std::max(changed, facts->changed_files);
    }
    const zk::DumpFacts& facts = outcome->facts;
    metrics.gauge("arkive_dump_znodes", "Znodes in the last dump.", std::to_string(facts.znodes));
    metrics.gauge("arkive_dump_data_bytes", "Bytes of znode data in the last dump.",
                  std::to_string(facts.data_bytes));
    metrics.gauge("arkive_dump_changed_files", "Files of the tree that differ from the run before.",
                  std::to_string(changed));
    metrics.gauge("arkive_dump_unreadable_znodes", "Znodes the last dump was not allowed to read.",
                  std::to_string(facts.unreadable));
    metrics.gauge("arkive_dump_masked_acls", "ACLs whose digest hashes the server hid from the last dump.",
                  std::to_string(facts.masked_acls));
    metrics.gauge("arkive_dump_quiet",
                  "1 when the tree is exactly as it was at one moment, 0 when it moved while it was read.",
                  facts.consistency == "fuzzy" ? "0" : "1");
  }
  return write(path, metrics.text());
}

}  // namespace arkive::tools

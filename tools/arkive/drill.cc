#include "restore-plans/drill/drill.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/log.h"
#include "stores/core/progress.h"
#include "stores/core/time.h"
#include "tools/arkive/backup_in_hand.h"
#include "tools/arkive/backup_trees.h"
#include "tools/arkive/cluster_doors.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/drill_report.h"
#include "tools/arkive/metrics.h"
#include "tools/arkive/output.h"
#include "tools/arkive/topic_globs.h"
#include "tools/arkive/version.h"

namespace arkive::tools {
namespace {

namespace plans = restore_plans;

/// A directory of its own below the one that was named, so that nothing that is there is ever removed.
Result<TemporaryDirectory> scratch_directory(const std::string& below) {
  if (below.empty()) return TemporaryDirectory::create("drill");
  ARKIVE_TRY(make_directories(below));
  return TemporaryDirectory::create_in(below, "drill");
}

class DrillCommand {
 public:
  DrillCommand(const DrillOptions& options, const CommonOptions& common)
      : options_(options), common_(common) {}

  Result<ExitStatus> run() {
    auto result = drilled();
    const ExitStatus status = result ? *result : exit_status_of(result.error());
    if (options_.metrics.empty()) return result;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin_;
    const Status written =
        write_drill_metrics(options_.metrics, cluster_, report_ ? &*report_ : nullptr, status, took.count());
    if (written) return result;
    if (result) return fail(written.error().within("the drill is over, but its metrics are not written"));
    log_error(written.error().what);
    return result;
  }

 private:
  Result<ExitStatus> drilled() {
    ARKIVE_ASSIGN(const auto wanted, topic_globs(options_.topics));
    cluster_ = options_.from.cluster;
    OpenedBackup opened;
    ARKIVE_TRY(open_backup(options_.from, options_.topics_from, opened));
    cluster_ = opened.backup.where.cluster;
    if (opened.archive) {
      ARKIVE_TRY(prove_segments(*opened.archive, options_.from.public_key,
                                [&](std::string_view topic) { return is_selected(topic, wanted, {}); }));
    }
    ARKIVE_ASSIGN(TemporaryDirectory scratch, scratch_directory(options_.scratch));
    if (options_.keep) scratch.keep();
    plans::DrillOptions how;
    std::error_code error;
    // The servers have working directories of their own.
    how.scratch = std::filesystem::canonical(scratch.path(), error).string();
    if (error) return fail(system_error("look at", scratch.path(), error.value()));
    how.kafka_home = options_.kafka_home;
    how.zookeeper_home = options_.zookeeper_home;
    how.heap = std::to_string(options_.heap >> 10) + "k";
    if (!wanted.empty())
      how.topics.wanted = [&](std::string_view topic) { return is_selected(topic, wanted, {}); };
    how.topics.bytes = options_.sample;
    how.topics.seed = options_.seed.value_or(std::random_device{}());
    how.batches = options_.batches;
    how.gate_wait = options_.gate_wait;
    how.arkive_version = std::string(version());
    how.now = wall_clock_now();
    how.on_seeded = [this](std::uint64_t bytes) { seeded(bytes); };
    plans::DrilledBackup backup;
    backup.backup = &opened.backup;
    backup.store = opened.archive ? opened.archive->store.get() : nullptr;
    backup.doors.load_tree = [&]() { return load_tree(*opened.run->run, "/", {}, {}); };
    backup.doors.say = [this](const std::string& line) { next_step(line); };
    KafkaOptions kafka;
    give_clients(kafka, {}, backup.doors);
    ARKIVE_ASSIGN(report_, plans::drill(backup, how));
    return tell(scratch.path());
  }

  Result<ExitStatus> tell(const std::string& scratch) const {
    const ExitStatus status = report_->refused ? kFailed : report_->not_back.empty() ? kWhole : kNotWhole;
    if (common_.json) {
      print_json(drill_json(*report_));
    } else {
      if (!common_.quiet) {
        print_drill(*report_);
        if (options_.keep) print_line("kept: " + printable(scratch));
      }
      print_line(drill_line(*report_, status));
    }
    if (report_->refused) report_error(*report_->refused);
    return status;
  }

  /// From any thread.
  void seeded(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    if (!progress_) {
      progress_ = std::make_unique<Progress>(
          common_.quiet || common_.json ? ProgressStyle::kNone : default_progress_style(),
          "seed log directories", 0, ProgressUnit::kBytes);
    }
    progress_->add(bytes);
  }

  void next_step(const std::string& line) {
    const std::lock_guard lock(mutex_);
    progress_.reset();
    if (common_.verbose && !common_.json) print_line(line);
  }

  const DrillOptions& options_;
  const CommonOptions& common_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::string cluster_;
  std::mutex mutex_;
  std::unique_ptr<Progress> progress_;  // while log directories are written
  std::optional<plans::DrillReport> report_;
};

}  // namespace

Result<ExitStatus> run_drill(const DrillOptions& options, const CommonOptions& common) {
  return DrillCommand(options, common).run();
}

}  // namespace arkive::tools

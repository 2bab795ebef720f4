#include "kafka/inspect/inspect_logs.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "kafka/inspect/partition_look_internal.h"
#include "stores/core/bytes.h"
#include "stores/core/process.h"

namespace arkive::kafka {
namespace {

using inspecting::LogDirectory;

class LogsInspection {
 public:
  explicit LogsInspection(const InspectOptions& options) : options_(options) {}

  Result<LogsReport> run(const std::vector<std::string>& directories) {
    if (directories.empty()) return fail(Outcome::kUsage, "inspect log directories: none is named");
    report_.host = host_name();
    report_.inspected = wall_clock_now();
    report_.broker = options_.broker;
    for (const std::string& path : directories) ARKIVE_TRY(add(path));
    ARKIVE_TRY(check_owner());
    ARKIVE_TRY(look_at_all());
    for (LogDirectory& directory : directories_) {
      // One that came meanwhile may have changed all.
      if (directory.fd && inspecting::is_in_use(directory.fd.get())) directory.facts.in_use = true;
      auto& partitions = directory.facts.partitions;
      std::sort(
          partitions.begin(), partitions.end(),
          [](const InspectedPartition& a, const InspectedPartition& b) { return a.directory < b.directory; });
      report_.directories.push_back(std::move(directory.facts));
    }
    return std::move(report_);
  }

 private:
  Status add(const std::string& path) {
    ARKIVE_ASSIGN(LogDirectory directory, LogDirectory::open(path));
    struct stat facts = {};
    if (directory.fd && ::fstat(directory.fd.get(), &facts) == 0 &&
        !seen_.emplace(facts.st_dev, facts.st_ino).second) {
      return fail(Outcome::kUsage,
                  "inspect log directories: '" + printable(path) + "' is the same as one before it");
    }
    directories_.push_back(std::move(directory));
    return ok();
  }

  /// One report tells of one broker.
  Status check_owner() {
    std::string cluster;
    for (const LogDirectory& directory : directories_) {
      if (!directory.facts.meta) continue;
      const MetaProperties& meta = *directory.facts.meta;
      const auto of_another = [&](const std::string& what) {
        return fail(Outcome::kUsage, "inspect '" + printable(directory.path) + "': it belongs to " + what,
                    "give the log directories of one broker, and those of another one in a call of its own");
      };
      if (meta.broker >= 0) {
        if (report_.broker >= 0 && report_.broker != meta.broker) {
          return of_another("broker " + std::to_string(meta.broker) + ", not to broker " +
                            std::to_string(report_.broker));
        }
        report_.broker = meta.broker;
      }
      if (meta.cluster_id.empty()) continue;
      if (!cluster.empty() && cluster != meta.cluster_id) {
        return of_another("cluster " + printable(meta.cluster_id) + ", not to cluster " + printable(cluster));
      }
      cluster = meta.cluster_id;
    }
    return ok();
  }

  Status look_at_all() {
    std::vector<std::pair<LogDirectory*, const std::string*>> work_list;
    for (LogDirectory& directory : directories_) {
      for (const std::string& name : directory.partitions) work_list.emplace_back(&directory, &name);
    }
    std::atomic<std::size_t> next{0};
    std::optional<Error> failure;
    const auto work = [&] {
      while (true) {
        const std::size_t i = next++;
        if (i >= work_list.size()) return;
        LogDirectory& directory = *work_list[i].first;
        auto found = inspecting::look_at_partition(directory, *work_list[i].second, options_);
        const std::lock_guard lock(mutex_);
        if (!found) {
          if (!failure) failure = std::move(found).error();
          next = work_list.size();
          return;
        }
        if (*found) directory.facts.partitions.push_back(std::move(**found));
      }
    };
    std::vector<std::thread> threads;
    for (int i = 1; i < workers(work_list.size()); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    if (failure) return fail(std::move(*failure));
    return ok();
  }

  int workers(std::size_t partitions) const {
    constexpr int kMost = 4;
    const int wanted = options_.workers > 0
                           ? options_.workers
                           : std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMost);
    return static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(wanted), partitions));
  }

  const InspectOptions& options_;
  LogsReport report_;
  std::vector<LogDirectory> directories_;
  std::set<std::pair<dev_t, ino_t>> seen_;
  std::mutex mutex_;
};

}  // namespace

Result<LogsReport> inspect_logs(const std::vector<std::string>& directories, const InspectOptions& options) {
  return LogsInspection(options).run(directories);
}

}  // namespace arkive::kafka

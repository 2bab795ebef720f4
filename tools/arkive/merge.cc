#include "kafka/merge/merge.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "stores/core/bytes.h"
#include "stores/core/progress.h"
#include "tools/arkive/archive_report.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/store_history.h"
#include "tools/arkive/topic_globs.h"
#include "tools/arkive/version.h"
#include "tools/places/proving.h"
#include "tools/places/repositories.h"

namespace arkive::tools {
namespace {

// A bucket answers each request after a while.
constexpr unsigned kLeastWorkers = 8;

nlohmann::json merge_json(const kafka::MergeReport& report, bool dry_run) {
  nlohmann::json damaged = nlohmann::json::array();
  for (const Finding& one : report.damaged) damaged.push_back({{"object", one.object}, {"what", one.what}});
  nlohmann::json object = {{"dry_run", dry_run},
                           {"from", report.from},
                           {"partitions", report.partitions},
                           {"segments_merged", report.sources},
                           {"bytes_merged", report.source_bytes},
                           {"merged_segments", report.merged},
                           {"left_out_segments", report.left_out},
                           {"left_out_bytes", report.left_out_bytes},
                           {"segments_before", report.segments_before},
                           {"segments_after", report.segments_after},
                           {"damaged", std::move(damaged)}};
  if (report.manifest) object["run"] = manifest_json(*report.manifest);
  return object;
}

void print_merge(const kafka::MergeReport& report, const std::string& store, bool dry_run) {
  const std::string what = counted(report.sources, "segment") + " of " +
                           counted(report.partitions, "partition") + ", " + human_size(report.source_bytes) +
                           ", into " + std::to_string(report.merged);
  const bool any = report.merged + report.left_out > 0;
  if (!any) print_line(printable(store) + ": run " + report.from + ": there is nothing to merge");
  if (any) {
    print_line(printable(store) + ": " +
               (dry_run ? "would merge " : "run " + report.manifest->id + ": merged ") + what);
  }
  if (report.left_out > 0) {
    print_line(std::string(dry_run ? "  would leave out " : "  left out ") +
               counted(report.left_out, "segment") + ", " + human_size(report.left_out_bytes) +
               ", of records from before " + time_text(*report.limit));
  }
  if (any) {
    print_line("  segments of all topics: " + std::to_string(report.segments_before) + " before, " +
               std::to_string(report.segments_after) + " after, as of run " + report.from);
  }
  for (const Finding& one : report.damaged) {
    print_line("  damaged, and left as it is: " + printable(one.object) + ": " + printable(one.what));
  }
}

Result<kafka::MergeReport> merge_with_progress(Store& store, kafka::MergeRequest& request,
                                               const CommonOptions& common) {
  Progress progress(common.quiet ? ProgressStyle::kNone : default_progress_style(), "merge segments", 0,
                    ProgressUnit::kBytes);
  request.on_plan = [&](std::uint64_t bytes) { progress.set_total(bytes); };
  request.on_progress = [&](std::uint64_t bytes) { progress.add(bytes); };
  return kafka::merge(store, request);
}

}  // namespace

Result<ExitStatus> run_merge(const MergeOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from.from, false));
  if (!name.is_store()) {
    return fail(Outcome::kUsage, "merge 'git:" + printable(name.path) + "': a git history holds no topics",
                "name a store");
  }
  kafka::MergeRequest request;
  request.bounds.segment_bytes = options.segment_size;
  request.bounds.smaller_than = options.smaller_than > 0 ? options.smaller_than : options.segment_size / 2;
  request.keep_records = options.keep_records;
  // So that some whole segments are old enough, however little comes.
  request.bounds.longest = options.keep_records / 4;
  request.dry_run = options.dry_run;
  request.workers = static_cast<int>(std::max(kLeastWorkers, std::thread::hardware_concurrency()));
  request.arkive_version = std::string(version());
  ARKIVE_ASSIGN(request.signing_key, signing_key_in(options.signing_key));
  ARKIVE_ASSIGN(const std::vector<Glob> wanted, topic_globs(options.topics));
  ARKIVE_ASSIGN(const std::vector<Glob> excluded, topic_globs(options.exclude));
  request.is_wanted = [&](std::string_view topic) { return is_selected(topic, wanted, excluded); };
  request.accept = [&](const Manifest& run) { return prove(run, options.from.public_key); };
  ARKIVE_ASSIGN(const std::unique_ptr<Store> store, open_store(name, {.key = options.from.key}));
  ARKIVE_ASSIGN(const std::unique_ptr<Repository> repository,
                open_repository(name, {.key = options.from.key}));
  ARKIVE_ASSIGN(request.cluster, choose_cluster(*repository, options.from.cluster));
  ARKIVE_ASSIGN(const kafka::MergeReport report, merge_with_progress(*store, request, common));
  if (report.manifest) {
    proof::Record record =
        new_record("merge", request.cluster, report.manifest->summary, {&*report.manifest});
    record.outcome = report.manifest->whole ? "whole" : "not whole";
    write_run_history(*store, std::move(record), request.signing_key.get());
  }
  if (common.json) {
    print_json(merge_json(report, options.dry_run));
  } else if (!common.quiet) {
    print_merge(report, store->name(), options.dry_run);
  }
  const bool whole = report.damaged.empty() && (!report.manifest || report.manifest->whole);
  return whole ? kWhole : kNotWhole;
}

}  // namespace arkive::tools

#include "kafka/archive/archive.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "stores/core/files.h"
#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/core/progress.h"
#include "stores/core/retry.h"
#include "tools/arkive/archive_report.h"
#include "tools/arkive/archive_request.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/log_sources.h"
#include "tools/arkive/metrics.h"
#include "tools/arkive/output.h"
#include "tools/arkive/store_history.h"
#include "tools/places/repositories.h"

namespace arkive::tools {
namespace {

/// The store of --to. Where nothing stands yet it is made once the cluster has answered: a mistyped broker
/// must leave nothing behind.
struct Destination {
  RepositoryName name;
  KeyOptions key;
  std::unique_ptr<Store> store;  ///< null: not open yet
  Status open() {
    if (store != nullptr) return ok();
    ARKIVE_ASSIGN(store, open_store(name, {.create = true, .key = key}));
    return ok();
  }
};

Result<ExitStatus> archive_once(const ArchiveOptions& options, const kafka::ClientProperties& properties,
                                Destination& destination, kafka::ArchiveRequest& request,
                                const CommonOptions& common, UnixMilliseconds* cut = nullptr) {
  const auto begun = SteadyClock::now();
  std::optional<kafka::ArchiveReport> report;
  const auto run = [&]() -> Result<ExitStatus> {
    ARKIVE_ASSIGN(const auto source,
                  open_log_source(reader_for(options.reader, properties), options.kafka, properties));
    ARKIVE_TRY(destination.open());
    Progress progress(common.quiet ? ProgressStyle::kNone : default_progress_style(), "archive topics", 0,
                      ProgressUnit::kBytes);
    request.on_plan = [&](std::size_t, std::int64_t offsets) {
      progress.set_steps(static_cast<std::uint64_t>(std::max<std::int64_t>(offsets, 0)));
    };
    request.fetch.on_progress = [&](std::uint64_t bytes, std::uint64_t offsets) {
      progress.add(bytes);
      progress.step(offsets);
    };
    ARKIVE_ASSIGN(report, kafka::archive(*source, *destination.store, request));
    proof::Record record =
        new_record("archive", options.cluster, report->manifest.summary, {&report->manifest});
    record.outcome = report->manifest.whole ? "whole" : "not whole";
    write_run_history(*destination.store, std::move(record), request.signing_key.get());
    return report->manifest.whole ? kWhole : kNotWhole;
  };
  Result<ExitStatus> result = run();
  if (report && cut != nullptr) *cut = report->cut_began;
  if (report && common.json) {
    print_json(archive_json(*report));
  } else if (report && !common.quiet) {
    print_archive(*report, destination.store->name());
  }
  if (!options.metrics.empty()) {
    const std::chrono::duration<double> seconds = SteadyClock::now() - begun;
    const Status written =
        write_archive_metrics(options.metrics, options.cluster, report ? &*report : nullptr,
                              result ? *result : exit_status_of(result.error()), seconds.count());
    if (!written && result) {
      return fail(written.error().within("the archive is committed, but its metrics are not written"));
    }
    if (!written) log_error(written.error().what);
  }
  return result;
}

/// Until a signal comes. Trouble that may pass (no broker, another archiver) is told and the next run tries
/// again.
Result<ExitStatus> follow(const ArchiveOptions& options, const kafka::ClientProperties& properties,
                          Destination& destination, kafka::ArchiveRequest& request,
                          const CommonOptions& common) {
  ExitStatus last = kWhole;
  UnixMilliseconds cut = 0;
  while (!interrupted()) {
    const auto next = SteadyClock::now() + options.interval;
    const Result<ExitStatus> result = archive_once(options, properties, destination, request, common, &cut);
    if (result) {
      last = *result;
      if (!common.quiet && !common.json) {
        print_line("  archived up to " + time_text(cut) + "; the next run comes in " +
                   human_duration(options.interval));
      }
    } else if (result.error().outcome == Outcome::kInterrupted) {
      break;
    } else if (result.error().outcome == Outcome::kRetry || result.error().outcome == Outcome::kConflict) {
      last = kFailed;
      log_error(result.error().what);
      if (cut > 0) log_error("what was written since " + time_text(cut) + " is not archived yet");
    } else {
      return result;
    }
    std::fflush(stdout);
    // In pieces, for a pause does not heed a signal that came before it: at the end of the run, perhaps.
    while (!interrupted() && SteadyClock::now() < next) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - SteadyClock::now());
      (void)pause_for(std::min<std::chrono::milliseconds>(left, std::chrono::seconds(1)), Deadline::never());
    }
  }
  return last;
}

}  // namespace

Result<ExitStatus> run_archive(const ArchiveOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const kafka::ClientProperties properties, properties_of(options.kafka));
  if (options.reader == "auto" && reader_for(options.reader, properties) == "librdkafka") {
    log_info("sasl.mechanism GSSAPI: librdkafka reads the topics: committed records, re-encoded");
  }
  ARKIVE_ASSIGN(kafka::ArchiveRequest request, archive_request(options));
  Destination destination;
  destination.key = options.key;
  ARKIVE_ASSIGN(destination.name, RepositoryName::parse(options.to, false));
  // A name that holds something else is told before any work.
  if (destination.name.kind != RepositoryName::Kind::kDirectory || path_exists(destination.name.path)) {
    ARKIVE_TRY(destination.open());
  }
  return options.follow ? follow(options, properties, destination, request, common)
                        : archive_once(options, properties, destination, request, common);
}

}  // namespace arkive::tools

#include "zk/dump/dump.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/log.h"
#include "stores/core/time.h"
#include "stores/git/push.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/dump_report.h"
#include "tools/arkive/metrics.h"
#include "tools/arkive/output.h"
#include "tools/arkive/store_history.h"
#include "tools/arkive/version.h"
#include "tools/places/destinations.h"
#include "tools/places/proving.h"
#include "tools/places/repositories.h"
#include "tools/places/store_keys.h"
#include "zk/client/client_source.h"

namespace arkive::tools {
namespace {

struct Destinations {
  std::vector<RepositoryName> names;
  std::vector<std::unique_ptr<Repository>> opened;
  std::shared_ptr<const proof::SigningKey> signing_key;  ///< null: runs are not signed
};

/// What has no effect on a store is refused where there is no history, before anything is made.
Status refuse_what_is_for_git(const DumpOptions& options, const std::vector<RepositoryName>& names) {
  if (std::any_of(names.begin(), names.end(), [](const RepositoryName& name) { return !name.is_store(); }))
    return ok();
  if (options.break_lock) {
    return fail(
        Outcome::kUsage, "dump with --break-lock: none of the --to is a git history",
        "--break-lock goes with --to git:PATH; the lock of a store whose holder was killed ends by itself");
  }
  if (options.push.empty()) return ok();
  return fail(Outcome::kUsage, "push: none of the --to is a git history", "--push goes with --to git:PATH");
}

Result<Destinations> open_all(const DumpOptions& options) {
  Destinations destinations;
  ARKIVE_ASSIGN(destinations.signing_key, signing_key_in(options.signing_key));
  ARKIVE_ASSIGN(destinations.names, parse_destinations(options.to, options.key));
  for (const RepositoryName& name : destinations.names)
    ARKIVE_TRY(refuse_proof(name, "--signing-key", options.signing_key));
  ARKIVE_TRY(refuse_two_chains(destinations.names, options.signing_key));
  ARKIVE_TRY(refuse_what_is_for_git(options, destinations.names));
  ARKIVE_ASSIGN(
      destinations.opened,
      tools::open_destinations(destinations.names, {.break_lock = options.break_lock, .key = options.key}));
  for (const auto& repository : destinations.opened)
    ARKIVE_TRY(sign_runs(*repository, destinations.signing_key));
  return destinations;
}

// The first push since a change of mind may carry older commits: what counts is whether the history holds any
// run in clear.
Status check_push(const DumpOptions& options, const Destinations& destinations) {
  if (options.push.empty()) return ok();
  ARKIVE_TRY(git::check_push_url(options.push));
  for (std::size_t i = 0; i < destinations.names.size(); ++i) {
    if (destinations.names[i].kind != RepositoryName::Kind::kGit) continue;
    if (options.push_secrets) continue;
    bool clear = options.redact.empty();
    ARKIVE_ASSIGN(const std::vector<Manifest> runs, destinations.opened[i]->runs(options.cluster));
    for (const Manifest& run : runs) clear = clear || !run.redacted;
    if (clear) {
      return fail(
          Outcome::kUsage,
          "push '" + destinations.opened[i]->name() +
              "': the history is not redacted: it may hold credentials and digest hashes",
          "write it with --redact secrets into a history of its own, or allow it with --push-secrets");
    }
  }
  return ok();
}

// The commit stays when a push fails; the next run pushes what is missing.
bool push_all(const DumpOptions& options, const Destinations& destinations, const zk::DumpOutcome& outcome) {
  bool pushed = true;
  for (std::size_t i = 0; i < destinations.names.size(); ++i) {
    if (destinations.names[i].kind != RepositoryName::Kind::kGit || !outcome.destinations[i].manifest)
      continue;
    const Status status = git::push(destinations.names[i].path, options.push, {options.cluster});
    if (status) continue;
    pushed = false;
    log_error("the dump is committed, but its push failed and is tried again by the next run: " +
              status.error().what);
    if (!status.error().hint.empty()) log_error("hint: " + status.error().hint);
  }
  return pushed;
}

Result<ExitStatus> dump_once(const DumpOptions& options, const CommonOptions& common,
                             zk::DumpOutcome& outcome, bool& have_outcome) {
  ARKIVE_ASSIGN(const zk::ConnectOptions connect, connect_options(options.zk));
  ARKIVE_ASSIGN(zk::Selection selection, selection_of(options.selection));
  ARKIVE_ASSIGN(const Destinations destinations, open_all(options));
  ARKIVE_TRY(check_push(options, destinations));
  const std::unique_ptr<zk::Source> source = zk::client_source(connect);
  zk::DumpRequest request;
  request.source = source.get();
  for (const auto& repository : destinations.opened) request.to.push_back(repository.get());
  request.applications = known_applications();
  request.cluster = options.cluster;
  request.run_id = new_run_id(wall_clock_now());
  request.selection = std::move(selection);
  request.connections = options.connections;
  request.most_passes = options.passes;
  request.redact = options.redact == "secrets";
  request.deadline = connect.deadline;
  request.arkive_version = std::string(version());
  request.progress = common.quiet ? ProgressStyle::kNone : default_progress_style();
  Result<zk::DumpOutcome> dumped = zk::dump(request);
  if (!dumped) {
    // A reader below a chroot knows no path but its own.
    if (dumped.error().outcome == Outcome::kNotFound && !connect.connect.chroot.empty())
      return fail(dumped.error().within("dump '" + connect.connect.text() + "'"));
    return fail(std::move(dumped).error());
  }
  outcome = std::move(*dumped);
  for (std::size_t i = 0; i < destinations.names.size(); ++i) {
    const auto& manifest = outcome.destinations[i].manifest;
    if (!manifest) continue;
    proof::Record record = new_record("dump", options.cluster, manifest->summary, {&*manifest});
    record.outcome = manifest->whole ? "whole" : "not whole";
    write_run_history(destinations.names[i], key_for(destinations.names[i], options.key), std::move(record),
                      destinations.signing_key.get());
  }
  have_outcome = true;
  if (common.json) {
    print_json(dump_json(outcome, request.run_id));
  } else if (!common.quiet) {
    print_dump(outcome, request.run_id);
  }
  if (!outcome.committed_everywhere()) {
    for (const zk::DumpDestination& destination : outcome.destinations) {
      if (destination.error) return fail(*destination.error);
    }
  }
  if (!options.push.empty() && !push_all(options, destinations, outcome)) return kFailed;
  return outcome.whole ? kWhole : kNotWhole;
}

}  // namespace

Result<ExitStatus> run_dump(const DumpOptions& options, const CommonOptions& common) {
  const auto begun = SteadyClock::now();
  zk::DumpOutcome outcome;
  bool have_outcome = false;
  Result<ExitStatus> result = dump_once(options, common, outcome, have_outcome);
  if (!options.metrics.empty()) {
    const std::chrono::duration<double> seconds = SteadyClock::now() - begun;
    const ExitStatus status = result ? *result : exit_status_of(result.error());
    Status written = write_metrics(options.metrics, options.cluster, have_outcome ? &outcome : nullptr,
                                   status, seconds.count());
    if (!written) {
      if (result)
        return fail(written.error().within("the dump is committed, but its metrics are not written"));
      log_error(written.error().what);
    }
  }
  return result;
}

}  // namespace arkive::tools

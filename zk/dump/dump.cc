#include "zk/dump/dump.h"

#include <algorithm>
#include <thread>

#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/core/time.h"
#include "zk/dump/previous_run.h"
#include "zk/tree_format/data_redaction.h"
#include "zk/tree_format/redactor.h"
#include "zk/tree_format/tree_reader.h"
#include "zk/tree_format/tree_writer.h"

namespace arkive::zk {
namespace {

// Below this, storing contents early saves less time than a second pack costs.
constexpr std::size_t kWorthStoringEarly = 5'000;
constexpr std::size_t kMostMissingNamed = 10'000;

// One repository's part of the run.
struct Target {
  DumpDestination* report = nullptr;
  std::unique_ptr<RunReader> previous;  // null: first run
  std::unique_ptr<Redactor> redactor;   // null: nothing is redacted
  std::unique_ptr<RunWriter> writer;
  TreeWriteOptions options;
  TreeTotals tree_totals;
  TreeTotals record_totals;
  bool failed() const { return report->error.has_value(); }
};

Status begin(Target& target, const DumpRequest& request) {
  Repository& repository = *target.report->repository;
  if (request.redact) {
    const std::string key_file = repository.redaction_key_path();
    if (key_file.empty()) {
      return fail(
          Outcome::kUsage,
          "redact the dump into '" + printable(repository.name()) +
              "': the key of its fingerprints lies beside a directory or a history, and there is no such "
              "place here",
          "dump into a git history with --redact, and into this store without");
    }
    ARKIVE_ASSIGN(Redactor redactor, Redactor::from_key_file(key_file));
    target.redactor = std::make_unique<Redactor>(std::move(redactor));
  }
  // The lock first: what the last run is must not change under us.
  ARKIVE_ASSIGN(target.writer, repository.begin(request.cluster, request.run_id, request.deadline));
  ARKIVE_ASSIGN(target.previous, open_last_run(repository, request.cluster));
  target.options.cluster = request.cluster;
  target.options.redactor = target.redactor.get();
  return ok();
}

// ACLs as the newest run of any target has them; those that were redacted there are asked for again.
std::unique_ptr<KnownAcls> acls_of_last_run(const std::vector<Target>& targets) {
  const Target* best = nullptr;
  for (const Target& target : targets) {
    if (target.failed() || !target.previous) continue;
    if (best == nullptr || (best->previous->manifest().redacted && !target.previous->manifest().redacted))
      best = &target;
  }
  return best == nullptr ? nullptr : known_acls(best->previous->tree(), best->previous->record());
}

// Hands contents to the writers on a thread of its own while the server is answering for ACLs.
class EarlyStore {
 public:
  EarlyStore(std::vector<Target>& targets, std::span<const Application* const> applications)
      : targets_(targets), applications_(applications) {}
  ~EarlyStore() { wait(); }
  EarlyStore(const EarlyStore&) = delete;
  EarlyStore& operator=(const EarlyStore&) = delete;

  void start(const Tree& tree, std::size_t acls_to_read) {
    if (acls_to_read < kWorthStoringEarly) return;
    thread_ = std::thread([this, &tree] {
      const std::vector<ApplicationAt> found = find_applications(tree, applications_);
      for (Target& target : targets_) {
        if (target.failed()) continue;
        TreeWriteOptions options = target.options;
        options.applications = found;
        if (Status stored = target.writer->tree().store_early(early_contents(tree, options)); !stored) {
          target.report->error = std::move(stored).error();
        }
      }
    });
  }
  void wait() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::vector<Target>& targets_;
  std::span<const Application* const> applications_;
  std::thread thread_;
};

Result<Reading> read_source(const DumpRequest& request, std::vector<Target>& targets) {
  Progress progress(request.progress, "read znodes");
  const std::unique_ptr<KnownAcls> acls = acls_of_last_run(targets);
  EarlyStore early(targets, request.applications);
  ReadOptions options;
  options.selection = request.selection;
  options.connections = request.connections;
  options.most_passes = request.most_passes;
  options.deadline = request.deadline;
  options.known_acls = acls.get();
  options.on_data_read = [&](const Tree& tree, std::size_t acls_to_read) { early.start(tree, acls_to_read); };
  options.before_changes = [&] { early.wait(); };
  options.on_progress = [&](std::uint64_t znodes) { progress.add(znodes); };
  return request.source->read(options);
}

// The tree as this target holds it: redacted where it is.
ZnodeLookup lookup_as_written(const Tree& tree, const Target& target) {
  ZnodeLookup lookup = lookup_in(tree);
  if (!target.redactor) return lookup;
  return [lookup = std::move(lookup), &target](std::string_view path) -> Result<std::optional<Znode>> {
    ARKIVE_ASSIGN(std::optional<Znode> znode, lookup(path));
    if (znode) ARKIVE_TRY(redact(*znode, target.options));
    return znode;
  };
}

Status tell_changes(Target& target, const RunWriter::TreeOutcome& outcome, const Reading& reading) {
  DumpDestination& report = *target.report;
  if (outcome.first || !target.previous) {
    report.summary = "first dump: " + std::to_string(reading.tree.size()) + " znodes";
    return ok();
  }
  if (!outcome.changed) {
    report.summary = "no change";
    return ok();
  }
  if (outcome.change_count > outcome.changes.size()) {
    report.summary = std::to_string(outcome.change_count) + " files changed";
    return ok();
  }
  const FileTreeReader& before = target.previous->tree();
  ARKIVE_ASSIGN(const std::vector<ZnodeChange> changes,
                znode_changes(outcome.changes, lookup_in(before, nullptr),
                              lookup_as_written(reading.tree, target), before, nullptr, &reading.tree));
  report.sentences = describe_changes(changes, target.options.applications);
  report.summary = summarise_changes(report.sentences, target.options.applications);
  return ok();
}

std::string commit_message(const DumpDestination& report, const DumpFacts& facts) {
  constexpr std::size_t kMostLines = 200;
  std::string message = report.summary + "\n";
  std::size_t lines = 0;
  for (const Sentence& sentence : report.sentences) {
    if (sentence.minor) continue;
    if (lines == 0) message += "\n";
    if (++lines > kMostLines) continue;
    message += "- " + sentence.text + "\n";
  }
  if (lines > kMostLines) message += "- and " + std::to_string(lines - kMostLines) + " more\n";
  message += "\nArkive-Zxid: 0x" +
             [&] {
               char text[32];
               std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(facts.zxid_last));
               return std::string(text);
             }() +
             " (" + facts.consistency + ")\n";
  message += "Arkive-Source: " + facts.source + " " + facts.server + "\n";
  return message;
}

Manifest manifest_of(const DumpRequest& request, const DumpOutcome& outcome, const Target& target) {
  Manifest manifest;
  manifest.id = request.run_id;
  manifest.cluster = request.cluster;
  manifest.what = "dump";
  manifest.arkive_version = request.arkive_version;
  manifest.host = host_name();
  manifest.started = outcome.started;
  manifest.finished = wall_clock_now();
  manifest.whole = outcome.whole;
  for (const UnreadableZnode& znode : outcome.unreadable) {
    if (manifest.missing.size() < kMostMissingNamed)
      manifest.missing.push_back({"znode " + znode.path, znode.cause});
  }
  for (const std::string& path : outcome.masked_acls) {
    if (manifest.missing.size() < kMostMissingNamed) {
      manifest.missing.push_back(
          {"ACL of znode " + path, "the server hides its digest hashes from this session"});
    }
  }
  manifest.missing_count = outcome.unreadable.size() + outcome.masked_acls.size();
  manifest.redacted = request.redact;
  manifest.summary = target.report->summary;
  manifest.tree = {"", target.tree_totals.sha256, target.tree_totals.files, target.tree_totals.bytes};
  manifest.record = {"", target.record_totals.sha256, target.record_totals.files, target.record_totals.bytes};
  return manifest;
}

Status write_and_commit(Target& target, const DumpRequest& request, const Reading& reading,
                        const DumpOutcome& outcome) {
  ARKIVE_ASSIGN(target.tree_totals, write_tree(reading.tree, target.options, target.writer->tree()));
  ARKIVE_ASSIGN(const RunWriter::TreeOutcome tree, target.writer->finish_tree());
  ARKIVE_TRY(tell_changes(target, tree, reading));
  ARKIVE_ASSIGN(target.record_totals, write_record(reading, target.writer->record()));
  ARKIVE_TRY(check_interrupt("commit the dump"));
  DumpFacts facts = outcome.facts;
  facts.changed_files = tree.change_count;
  Manifest manifest = manifest_of(request, outcome, target);
  manifest.facts = facts.to_json();
  if (request.complete) ARKIVE_TRY(request.complete(*target.report->repository, reading, manifest));
  ARKIVE_ASSIGN(target.report->manifest,
                target.writer->commit(std::move(manifest), commit_message(*target.report, facts)));
  return ok();
}

}  // namespace

bool DumpOutcome::committed_everywhere() const {
  return std::all_of(destinations.begin(), destinations.end(),
                     [](const DumpDestination& destination) { return destination.manifest.has_value(); });
}

Result<DumpOutcome> dump(const DumpRequest& request) {
  DumpOutcome outcome;
  outcome.started = wall_clock_now();
  outcome.redacted = request.redact;
  outcome.destinations.resize(request.to.size());
  std::vector<Target> targets(request.to.size());
  std::size_t begun = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    targets[i].report = &outcome.destinations[i];
    targets[i].report->repository = request.to[i];
    if (Status status = begin(targets[i], request); status) {
      ++begun;
    } else {
      targets[i].report->error = std::move(status).error();
    }
  }
  // Nothing could be kept: do not trouble the servers.
  if (begun == 0) return fail(*outcome.destinations.front().error);

  const auto began = SteadyClock::now();
  ARKIVE_ASSIGN(const Reading reading, read_source(request, targets));
  ARKIVE_TRY(check_interrupt("dump the tree"));
  outcome.facts = DumpFacts::of(reading, request.selection);
  outcome.facts.read_ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - began).count());
  outcome.facts.source = request.source->name();
  const std::vector<ApplicationAt> found = find_applications(reading.tree, request.applications);
  for (const ApplicationAt& at : found)
    outcome.facts.applications.push_back({std::string(at.application->name()), at.root});
  outcome.unreadable = reading.unreadable;
  outcome.masked_acls = reading.masked_acls;
  outcome.whole = reading.whole();

  for (Target& target : targets) {
    if (target.failed()) continue;
    target.options.applications = found;
    Status written = write_and_commit(target, request, reading, outcome);
    if (!written) target.report->error = std::move(written).error();
    target.writer.reset();  // releases the lock before the next one is written
  }
  outcome.finished = wall_clock_now();
  return outcome;
}

}  // namespace arkive::zk

#include "kafka/copy/copy.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kafka/archive/runs.h"
#include "stores/core/log.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/repositories.h"

namespace arkive::tools {
namespace {

struct Opened {
  std::unique_ptr<Store> store;
  std::unique_ptr<Repository> repository;
  kafka::CopyPlace place() const { return {store.get(), repository.get()}; }
};

Result<Opened> open_place(const RepositoryName& name, OpenMode mode) {
  if (!name.is_store()) {
    return fail(Outcome::kUsage, "copy 'git:" + printable(name.path) + "': a git history is no store",
                "git itself copies it: git clone --mirror, git push");
  }
  Opened opened;
  ARKIVE_ASSIGN(opened.store, open_store(name, mode));
  ARKIVE_ASSIGN(opened.repository, open_repository(name, mode));
  return opened;
}

Result<std::string> choose_id(const Opened& from, const std::string& cluster, const std::string& reference) {
  if (reference.empty()) return std::string();
  ARKIVE_ASSIGN(std::vector<Manifest> runs, from.repository->runs(cluster));
  ARKIVE_ASSIGN(const std::vector<Manifest> archived,
                kafka::archive_runs(*from.store, cluster, Deadline::never()));
  for (const Manifest& run : archived) {
    if (run.tree.location.empty()) runs.push_back(run);
  }
  std::sort(runs.begin(), runs.end(), earlier_run);
  ARKIVE_ASSIGN(const Manifest run, choose_run(runs, reference, Need::kAnything));
  return run.id;
}

}  // namespace

Result<ExitStatus> run_copy(const CopyOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const RepositoryName from_name, RepositoryName::parse(options.from.from, true));
  ARKIVE_ASSIGN(const RepositoryName to_name, RepositoryName::parse(options.to, false));
  if (from_name.same_place(to_name)) {
    return fail(Outcome::kUsage, "copy '" + printable(from_name.text()) + "': --from and --to are one store");
  }
  ARKIVE_ASSIGN(const Opened from, open_place(from_name, {.key = options.from.key}));
  kafka::CopyRequest request;
  ARKIVE_ASSIGN(request.cluster, choose_cluster(*from.repository, options.from.cluster));
  ARKIVE_ASSIGN(request.run_id, choose_id(from, request.cluster, from_name.reference));
  // The environment names the key of the store that is read; the other one may have none.
  KeyOptions to_key = options.to_key;
  to_key.none = to_key.key_file.empty() && to_key.key_command.empty() && to_key.passphrase_file.empty() &&
                !to_key.hide_names;
  ARKIVE_ASSIGN(const Opened to, open_place(to_name, {.create = true, .key = to_key}));
  request.from = from.place();
  request.to = to.place();
  request.on_run = [](const std::string& id) { log_info("copying run " + id); };
  ARKIVE_ASSIGN(const kafka::CopyReport report, kafka::copy_runs(request));
  if (common.json) {
    print_json({{"copied", report.copied},
                {"present", report.present},
                {"files", report.files},
                {"segments", report.segments},
                {"bytes", report.bytes}});
    return kWhole;
  }
  for (const std::string& id : report.copied) print_line("copied " + id);
  print_line("copied " + counted(report.copied.size(), "run") + " of cluster " + request.cluster + " (" +
             counted(report.files, "file") + " of trees; " + counted(report.segments, "segment") + ", " +
             human_size(report.bytes) + "), " + std::to_string(report.present.size()) + " were there");
  return kWhole;
}

}  // namespace arkive::tools

#include "kafka/prune/prune.h"

#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/prune_report.h"
#include "tools/arkive/store_history.h"
#include "tools/places/proving.h"
#include "tools/places/repositories.h"

namespace arkive::tools {
namespace {

RetentionRules rules_of(const PruneOptions& options) {
  RetentionRules rules;
  rules.last = options.keep;
  if (options.within.count() > 0) rules.within = options.within;
  rules.daily = options.daily;
  rules.weekly = options.weekly;
  rules.monthly = options.monthly;
  rules.yearly = options.yearly;
  return rules;
}

}  // namespace

Result<ExitStatus> run_prune(const PruneOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from.from, false));
  ARKIVE_TRY(refuse_proof(name, "--signing-key", options.signing_key));
  ARKIVE_ASSIGN(const auto signing_key, signing_key_in(options.signing_key));
  ARKIVE_TRY(refuse_proof(name, "--public-key", options.from.public_key));
  kafka::PruneRequest request;
  ARKIVE_ASSIGN(request.keys, proving_keys(signing_key.get(), options.from.public_key));
  request.unproven_going = options.unproven;
  request.rules = rules_of(options);
  request.extend_retention = options.extend_retention;
  if (!request.rules.any() && !(options.extend_retention && options.unproven.empty())) {
    return fail(Outcome::kUsage, "prune '" + printable(options.from.from) + "': no rule says what stays",
                "give at least one of --keep, --keep-within, --keep-daily, --keep-weekly, --keep-monthly and "
                "--keep-yearly, above 0");
  }
  const bool is_git = name.kind == RepositoryName::Kind::kGit;
  ARKIVE_ASSIGN(const std::unique_ptr<Repository> repository,
                open_repository(name, {.key = options.from.key}));
  std::unique_ptr<Store> store;
  if (!is_git) {
    ARKIVE_ASSIGN(store, open_store(name, {.key = options.from.key}));
  }
  ARKIVE_ASSIGN(request.cluster, choose_cluster(*repository, options.from.cluster));
  request.repository = repository.get();
  request.store = store.get();
  request.now = wall_clock_now();
  request.dry_run = options.dry_run;
  if (store) {
    request.before_removal = [&](const std::vector<const Manifest*>& going) {
      return record_removal(*store, request.cluster, going, signing_key.get(), request.keys);
    };
  }
  ARKIVE_ASSIGN(const kafka::PruneOutcome outcome, kafka::prune(request));
  if (common.json) {
    print_json(prune_json(outcome, request.cluster, options.dry_run));
  } else {
    print_prune(outcome, options.dry_run);
    if (is_git && !outcome.removed.empty()) {
      print_line("a git history keeps its commits: only the runs' records (stats, ephemerals) are removed");
    }
  }
  const bool all_extended = !outcome.extension || outcome.extension->failed.empty();
  return outcome.refused.empty() && outcome.unproven.empty() && all_extended ? kWhole : kNotWhole;
}

}  // namespace arkive::tools

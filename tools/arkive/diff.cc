#include <nlohmann/json.hpp>

#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/output.h"
#include "tools/places/repositories.h"
#include "zk/dump/run_changes.h"

namespace arkive::tools {

Result<ExitStatus> run_diff(const DiffOptions& options, const CommonOptions& common) {
  ARKIVE_TRY(zk::check_path(options.path));
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from.from, false));
  ARKIVE_ASSIGN(const std::unique_ptr<Repository> repository,
                open_repository(name, {.key = options.from.key}));
  ARKIVE_ASSIGN(const std::string cluster, choose_cluster(*repository, options.from.cluster));
  ARKIVE_ASSIGN(const std::vector<Manifest> runs, repository->runs(cluster));
  ARKIVE_ASSIGN(const Manifest first, choose_run(runs, options.before, Need::kAnything));
  ARKIVE_ASSIGN(const Manifest second, choose_run(runs, options.after, Need::kAnything));
  ARKIVE_ASSIGN(const std::unique_ptr<RunReader> before, repository->open_run(cluster, first.id));
  ARKIVE_ASSIGN(const std::unique_ptr<RunReader> after, repository->open_run(cluster, second.id));
  ARKIVE_ASSIGN(const std::vector<zk::ZnodeChange> changes,
                zk::changes_between(*before, *after, options.path));
  ARKIVE_ASSIGN(const zk::DumpFacts facts, zk::DumpFacts::from_json(second.facts));
  const std::vector<zk::Sentence> sentences =
      zk::describe_changes(changes, facts.applications_among(known_applications()));
  if (common.json) {
    print_json({{"before", first.id}, {"after", second.id}, {"changes", sentences_json(sentences)}});
    return kWhole;
  }
  std::size_t minor = 0;
  std::size_t told = 0;
  for (const zk::Sentence& sentence : sentences) {
    if (sentence.minor && !options.all) {
      ++minor;
      continue;
    }
    ++told;
    print_line(sentence.text);
  }
  if (told == 0) print_line("no difference worth a word between " + first.id + " and " + second.id);
  if (minor > 0) print_line("(" + counted(minor, "minor change") + " not shown: --all shows them)");
  return kWhole;
}

}  // namespace arkive::tools

#include <nlohmann/json.hpp>

#include "stores/core/interrupt.h"
#include "stores/core/time.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/output.h"
#include "tools/places/repositories.h"
#include "zk/dump/run_changes.h"

namespace arkive::tools {
namespace {

void print_run(const Manifest& run, const std::vector<zk::Sentence>& sentences, bool all) {
  print_line(time_text(run.started) + "  " + run.id + (run.whole ? "" : "  (not whole)"));
  for (const zk::Sentence& sentence : sentences) {
    if (!sentence.minor || all) print_line("  " + sentence.text);
  }
}

bool says_something(const std::vector<zk::Sentence>& sentences, bool all) {
  for (const zk::Sentence& sentence : sentences) {
    if (!sentence.minor || all) return true;
  }
  return false;
}

}  // namespace

Result<ExitStatus> run_log(const LogOptions& options, const CommonOptions& common) {
  ARKIVE_TRY(zk::check_path(options.path));
  ARKIVE_ASSIGN(OpenedRun opened, open_from(options.from, Need::kAnything));
  nlohmann::json document = nlohmann::json::array();
  std::uint64_t told = 0;
  // Newest first; runs in which nothing changed have the tree of the run before and cost nothing.
  std::unique_ptr<RunReader> after = std::move(opened.run);
  std::size_t at = 0;
  while (at < opened.runs.size() && opened.runs[at].id != after->manifest().id) ++at;
  while (options.limit == 0 || told < options.limit) {
    ARKIVE_TRY(check_interrupt("tell the log"));
    const Manifest& run = after->manifest();
    while (at > 0 && opened.runs[at - 1].tree.location == run.tree.location) --at;
    ARKIVE_ASSIGN(after, opened.repository->open_run(opened.cluster, opened.runs[at].id));
    if (at == 0) {
      if (options.path == "/") {
        const Manifest& first = after->manifest();
        if (common.json) {
          document.push_back({{"run", first.id},
                              {"time", format_time(first.started)},
                              {"whole", first.whole},
                              {"first", true},
                              {"changes", nlohmann::json::array()}});
        } else {
          print_line(time_text(first.started) + "  " + first.id);
          print_line("  " + first.summary);
        }
      }
      break;
    }
    ARKIVE_ASSIGN(std::unique_ptr<RunReader> before,
                  opened.repository->open_run(opened.cluster, opened.runs[at - 1].id));
    ARKIVE_ASSIGN(const std::vector<zk::ZnodeChange> changes,
                  zk::changes_between(*before, *after, options.path));
    ARKIVE_ASSIGN(const zk::DumpFacts facts, zk::DumpFacts::from_json(after->manifest().facts));
    const std::vector<zk::Sentence> sentences =
        zk::describe_changes(changes, facts.applications_among(known_applications()));
    if (says_something(sentences, options.all)) {
      ++told;
      if (common.json) {
        document.push_back({{"run", after->manifest().id},
                            {"time", format_time(after->manifest().started)},
                            {"whole", after->manifest().whole},
                            {"first", false},
                            {"changes", sentences_json(sentences)}});
      } else {
        print_run(after->manifest(), sentences, options.all);
      }
    }
    after = std::move(before);
    --at;
  }
  if (common.json) print_json(document);
  return kWhole;
}

}  // namespace arkive::tools

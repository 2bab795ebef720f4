#include <algorithm>
#include <nlohmann/json.hpp>

#include "kafka/archive/runs.h"
#include "stores/core/bytes.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/places/repositories.h"
#include "zk/dump/facts.h"

namespace arkive::tools {
namespace {

// What an archive of topics says of itself in its manifest.
std::string topics_held(const Manifest& run) {
  const nlohmann::json facts = nlohmann::json::parse(run.facts, nullptr, false);
  const auto topics = facts.is_object() ? facts.find("topics") : facts.end();
  if (!facts.is_object() || topics == facts.end() || !topics->is_number_unsigned()) return "topics";
  return counted(topics->get<std::uint64_t>(), "topic");
}

Result<std::vector<std::string>> row_of(const Manifest& run, const std::string& cluster) {
  std::vector<std::string> row = {run.id, time_text(run.started), cluster, run.what,
                                  run.whole ? "yes" : "no"};
  if (!run.logs.location.empty() && run.tree.location.empty()) {
    row.insert(row.end(), {topics_held(run), human_size(run.logs.bytes)});
  } else if (!run.logs.location.empty()) {
    ARKIVE_ASSIGN(const zk::DumpFacts facts, zk::DumpFacts::from_json(run.facts));
    row.insert(row.end(), {counted(facts.znodes, "znode") + ", " + topics_held(run),
                           human_size(facts.data_bytes) + " + " + human_size(run.logs.bytes)});
  } else {
    ARKIVE_ASSIGN(const zk::DumpFacts facts, zk::DumpFacts::from_json(run.facts));
    const bool counts = facts.znodes > 0;  // a run whose record was pruned has none
    row.insert(row.end(),
               {counts ? counted(facts.znodes, "znode") : "-", counts ? human_size(facts.data_bytes) : "-"});
  }
  row.push_back(run.summary);
  return row;
}

}  // namespace

Result<ExitStatus> run_list(const ListOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from.from, false));
  ARKIVE_ASSIGN(const std::unique_ptr<Repository> repository,
                open_repository(name, {.key = options.from.key}));
  std::unique_ptr<Store> store;
  if (name.is_store()) {
    ARKIVE_ASSIGN(store, open_store(name, {.key = options.from.key}));
  }
  std::vector<std::string> clusters;
  if (options.from.cluster.empty()) {
    ARKIVE_ASSIGN(clusters, repository->clusters());
  } else {
    ARKIVE_ASSIGN(std::string cluster, choose_cluster(*repository, options.from.cluster));
    clusters.push_back(std::move(cluster));
  }
  nlohmann::json document = nlohmann::json::array();
  Table table({"RUN", "TIME", "CLUSTER", "WHAT", "WHOLE", "HOLDS", "DATA", "CHANGES"});
  std::size_t count = 0;
  for (const std::string& cluster : clusters) {
    ARKIVE_ASSIGN(std::vector<Manifest> runs, repository->runs(cluster));
    if (store) {
      ARKIVE_ASSIGN(const std::vector<Manifest> archives,
                    kafka::archive_runs(*store, cluster, Deadline::never()));
      for (const Manifest& run : archives) {
        if (run.tree.location.empty()) runs.push_back(run);
      }
      std::sort(runs.begin(), runs.end(), earlier_run);
    }
    for (const Manifest& run : runs) {
      ++count;
      if (common.json) {
        document.push_back(manifest_json(run));
        continue;
      }
      ARKIVE_ASSIGN(std::vector<std::string> row, row_of(run, cluster));
      table.add(std::move(row));
    }
  }
  if (common.json) {
    print_json(document);
  } else if (count == 0) {
    print_line("no runs yet in " + repository->name());
  } else {
    table.print();
  }
  return kWhole;
}

}  // namespace arkive::tools

#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/repositories.h"
#include "zk/dump/facts.h"

namespace arkive::tools {

Result<ExitStatus> run_list(const ListOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from.from, false));
  ARKIVE_ASSIGN(const std::unique_ptr<Repository> repository, open_repository(name));
  std::vector<std::string> clusters;
  if (options.from.cluster.empty()) {
    ARKIVE_ASSIGN(clusters, repository->clusters());
  } else {
    ARKIVE_ASSIGN(std::string cluster, choose_cluster(*repository, options.from.cluster));
    clusters.push_back(std::move(cluster));
  }
  nlohmann::json document = nlohmann::json::array();
  Table table({"RUN", "TIME", "CLUSTER", "WHOLE", "ZNODES", "DATA", "CHANGES"});
  std::size_t count = 0;
  for (const std::string& cluster : clusters) {
    ARKIVE_ASSIGN(const std::vector<Manifest> runs, repository->runs(cluster));
    for (const Manifest& run : runs) {
      ++count;
      if (common.json) {
        document.push_back(manifest_json(run));
        continue;
      }
      ARKIVE_ASSIGN(const zk::DumpFacts facts, zk::DumpFacts::from_json(run.facts));
      const bool counts = facts.znodes > 0;  // a run whose record was pruned has none
      table.add({run.id, time_text(run.started), cluster, run.whole ? "yes" : "no",
                 counts ? std::to_string(facts.znodes) : "-", counts ? human_size(facts.data_bytes) : "-",
                 run.summary});
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

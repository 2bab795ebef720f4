#include "tools/arkive/verify_proof.h"

#include <algorithm>

#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/proof/last_seen.h"
#include "tools/arkive/output.h"
#include "tools/places/proving.h"

namespace arkive::tools {
namespace {

Result<proof::LastSeen> read_last_seen(const std::string& path, bool& is_new) {
  is_new = !path.empty() && !path_exists(path);
  if (path.empty() || is_new) return proof::LastSeen();
  ARKIVE_ASSIGN(const std::string text, read_file(path));
  auto seen = proof::LastSeen::from_json(text);
  if (!seen) return fail(seen.error().within("'" + printable(path) + "'"));
  return seen;
}

void add(std::vector<Finding>&& more, std::vector<Finding>& all) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

/// Also those that were seen once, where all are looked at.
std::vector<std::string> with_seen(std::vector<std::string> clusters, const proof::LastSeen& seen) {
  for (const proof::Link& link : seen.chains) {
    if (std::find(clusters.begin(), clusters.end(), link.cluster) == clusters.end())
      clusters.push_back(link.cluster);
  }
  return clusters;
}

}  // namespace

Result<ProofFacts> verify_proof(const RepositoryName& name, const VerifyOptions& options,
                                const std::vector<std::string>& clusters) {
  ProofFacts facts;
  ARKIVE_TRY(refuse_proof(name, "--public-key", options.from.public_key));
  ARKIVE_ASSIGN(const proof::PublicKeys keys, proof::PublicKeys::read(options.from.public_key));
  ARKIVE_ASSIGN(proof::LastSeen seen, read_last_seen(options.last_seen, facts.made_last_seen));
  ARKIVE_ASSIGN(const auto store, open_store(name, {.key = options.from.key}));
  ARKIVE_ASSIGN(const proof::History history, proof::read_history(*store, &keys, Deadline::never()));
  facts.records = history.records.size();
  facts.findings = history.findings;
  add(seen.contradictions(history), facts.findings);
  const bool all = options.from.cluster.empty() && name.reference.empty();
  for (const std::string& cluster : all ? with_seen(clusters, seen) : clusters) {
    ARKIVE_ASSIGN(proof::ChainReport report,
                  proof::check_chain(*store, cluster, keys, history, Deadline::never()));
    if (report.links.empty() && report.unsigned_before > 0 && cluster.ends_with(kBeforeRestore)) {
      facts.passed_over.push_back(cluster);
      continue;
    }
    add(seen.contradictions(cluster, report), facts.findings);
    seen.take(report);
    facts.proven += report.links.size();
    facts.unsigned_before += report.unsigned_before;
    add(std::move(report.findings), facts.findings);
  }
  if (options.last_seen.empty() || !facts.findings.empty()) return facts;
  seen.take(history);
  ARKIVE_TRY(write_file_durably(options.last_seen, seen.to_json(), IfExists::kReplace));
  return facts;
}

void print_proof(const ProofFacts& facts, const VerifyOptions& options) {
  if (facts.findings.empty()) {
    print_line("proven: " + counted(facts.proven, "run") + ", " + counted(facts.records, "record") +
               " of the history");
    if (facts.made_last_seen) {
      print_line("note: " + printable(options.last_seen) +
                 " is new: from now on a store that is put back to an older state shows");
    }
  }
  if (facts.unsigned_before > 0 && facts.proven > 0) {
    print_line("not proven: " + counted(facts.unsigned_before, "run") +
               " from before the first signed one; a restore with --public-key takes none of them");
  }
  for (const std::string& cluster : facts.passed_over)
    print_line("not proven: cluster " + cluster + ", which a restore made: none of its runs is signed");
}

}  // namespace arkive::tools

#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/time.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/dump_report.h"
#include "tools/arkive/output.h"
#include "tools/arkive/store_history.h"
#include "tools/arkive/version.h"
#include "tools/places/destinations.h"
#include "tools/places/proving.h"
#include "tools/places/repositories.h"
#include "zk/burry/burry_source.h"
#include "zk/dump/dump.h"

namespace arkive::tools {
namespace {

Result<std::vector<std::unique_ptr<Repository>>> open_all(
    const ImportBurryOptions& options, const std::shared_ptr<const proof::SigningKey>& signing_key) {
  ARKIVE_ASSIGN(const std::vector<RepositoryName> names, parse_destinations(options.to, options.key));
  for (const RepositoryName& name : names)
    ARKIVE_TRY(refuse_proof(name, "--signing-key", options.signing_key));
  ARKIVE_TRY(refuse_two_chains(names, options.signing_key));
  ARKIVE_ASSIGN(std::vector<std::unique_ptr<Repository>> opened,
                open_destinations(names, {.key = options.key}));
  for (const auto& repository : opened) ARKIVE_TRY(sign_runs(*repository, signing_key));
  return opened;
}

// A burry dump lacks every ACL: one line says so, not one a znode.
void name_missing(const zk::BurryFacts& facts, std::size_t znodes, Manifest& manifest) {
  manifest.missing = {{"ACL of znode / and of all others", "burry does not keep ACLs"}};
  manifest.missing_count = znodes;
  for (const std::string& path : facts.without_value) {
    manifest.missing.push_back(
        {"data of znode " + path, "burry has no value of it: it could not read the znode"});
    ++manifest.missing_count;
  }
  manifest.whole = false;
}

nlohmann::json facts_json(const zk::BurryFacts& facts, const zk::DumpOutcome& outcome,
                          const std::string& run_id) {
  nlohmann::json document = dump_json(outcome, run_id);
  document.erase("masked_acls");  // all of them
  document["burry"] = {{"snapshot_date", facts.snapshot_date},
                       {"endpoint", facts.endpoint},
                       {"null_or_empty", facts.null_or_empty},
                       {"guessed_ephemerals", facts.ephemerals},
                       {"without_value", facts.without_value}};
  return document;
}

void print_import(const zk::BurryFacts& facts, const zk::DumpOutcome& outcome, const std::string& run_id) {
  print_line("imported " + counted(outcome.facts.znodes, "znode") + " (" +
             human_size(outcome.facts.data_bytes) + ") of " + printable(outcome.facts.server));
  if (facts.ephemerals > 0) {
    print_line(counted(facts.ephemerals, "ephemeral znode") +
               " left out, guessed by their paths (listed in the run's record)");
  }
  print_line(
      "  not whole: no ACL is known; a restore refuses the znodes unless --acl says which ACL they get");
  if (facts.null_or_empty > 0) {
    print_line(
        "  assumed: " + counted(facts.null_or_empty, "znode") +
        " whose data is null or empty, which burry does not tell, is null (null-or-empty in the record)");
  }
  for (const std::string& path : facts.without_value) {
    print_line("  not whole: " + printable(path) + ": burry has no value of it");
  }
  print_destinations(outcome, run_id);
}

}  // namespace

Result<ExitStatus> run_import_burry(const ImportBurryOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const auto signing_key, signing_key_in(options.signing_key));
  ARKIVE_ASSIGN(const auto repositories, open_all(options, signing_key));
  zk::BurrySource source(options.dump, known_applications());
  zk::DumpRequest request;
  request.source = &source;
  for (const auto& repository : repositories) request.to.push_back(repository.get());
  request.applications = known_applications();
  request.cluster = options.cluster;
  request.run_id = new_run_id(wall_clock_now());
  request.deadline = Deadline::after(options.timeout);
  request.arkive_version = std::string(version());
  request.complete = [&](const Repository&, const zk::Reading& reading, Manifest& manifest) {
    name_missing(source.facts(), reading.tree.size(), manifest);
    return ok();
  };
  ARKIVE_ASSIGN(const zk::DumpOutcome outcome, zk::dump(request));
  for (std::size_t i = 0; i < options.to.size(); ++i) {
    const auto& manifest = outcome.destinations[i].manifest;
    if (!manifest) continue;
    ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.to[i], false));
    proof::Record record = new_record("import burry", options.cluster, manifest->summary, {&*manifest});
    record.outcome = "not whole";
    write_run_history(name, key_for(name, options.key), std::move(record), signing_key.get());
  }
  if (common.json) {
    print_json(facts_json(source.facts(), outcome, request.run_id));
  } else if (!common.quiet) {
    print_import(source.facts(), outcome, request.run_id);
  }
  for (const zk::DumpDestination& destination : outcome.destinations) {
    if (destination.error) return fail(*destination.error);
  }
  return kNotWhole;
}

}  // namespace arkive::tools

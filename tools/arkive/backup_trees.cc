#include "tools/arkive/backup_trees.h"

#include <memory>
#include <utility>

#include "stores/core/bytes.h"
#include "stores/core/time.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/output.h"
#include "tools/arkive/version.h"
#include "zk/client/client_source.h"
#include "zk/dump/dump.h"
#include "zk/restore/rights.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::tools {
namespace {

Result<zk::Acl> acl_for_unknown(const std::string& text, const std::vector<zk::Identity>& identities) {
  if (text == "creator") {
    zk::Acl acl;
    for (const zk::Identity& identity : identities) {
      if (identity.scheme != "digest") continue;
      acl.push_back({zk::kAllPermissions, identity.scheme, zk::digest_id(identity.id)});
    }
    if (!acl.empty()) return acl;
    return fail(Outcome::kUsage, "restore with --acl creator: this session has no digest identity",
                "name a file with one by --zk-auth-file, or write the ACL out");
  }
  ARKIVE_ASSIGN(zk::Acl acl, zk::parse_acl(text));
  if (acl.empty()) return fail(Outcome::kUsage, "restore with --acl: an empty ACL, which no server takes");
  for (const zk::AclEntry& entry : acl) {
    if (entry.scheme == "digest") {
      return fail(Outcome::kUsage, "restore with --acl: a digest's hash does not belong on a command line",
                  "--acl creator takes the identities of --zk-auth-file");
    }
  }
  return acl;
}

void give_acl(const zk::Acl& acl, restore_plans::LoadedTree& loaded) {
  const zk::AclId id = loaded.tree->intern(acl);
  for (const std::string& path : loaded.source.masked_acls) {
    const zk::NodeIndex index = loaded.tree->find(path);
    if (index != zk::kNoNode) (*loaded.tree)[index].acl = id;
  }
  loaded.source.masked_acls.clear();
}

}  // namespace

Result<restore_plans::LoadedTree> load_tree(const RunReader& run, const std::string& path,
                                            const std::string& acl,
                                            const std::vector<zk::Identity>& identities) {
  restore_plans::LoadedTree loaded;
  ARKIVE_ASSIGN(zk::Tree tree, zk::read_tree(run.tree(), &run.record(), path));
  loaded.tree = std::make_unique<zk::Tree>(std::move(tree));
  loaded.source.tree = loaded.tree.get();
  ARKIVE_ASSIGN(loaded.source.ephemerals, zk::read_ephemerals(run.record()));
  ARKIVE_ASSIGN(loaded.source.unreadable, zk::read_unreadable(run.record()));
  ARKIVE_ASSIGN(loaded.source.masked_acls, zk::read_masked_acls(run.record()));
  if (!acl.empty()) {
    ARKIVE_ASSIGN(const zk::Acl given, acl_for_unknown(acl, identities));
    give_acl(given, loaded);
  }
  return loaded;
}

Status dump_before(const std::string& place, const KeyOptions& key, const OpenedRun& opened,
                   const zk::ConnectOptions& target, bool speak) {
  std::unique_ptr<Repository> elsewhere;
  Repository* repository = opened.repository.get();
  if (!place.empty()) {
    ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(place, false));
    ARKIVE_ASSIGN(elsewhere, open_repository(name, {.create = true, .key = key_for(name, key)}));
    repository = elsewhere.get();
  }
  const std::unique_ptr<zk::Source> source = zk::client_source(target);
  zk::DumpRequest request;
  request.source = source.get();
  request.to = {repository};
  request.applications = known_applications();
  request.cluster = opened.cluster + std::string(kBeforeRestore);
  request.run_id = new_run_id(wall_clock_now());
  request.deadline = target.deadline;
  request.redact = opened.run->manifest().redacted;
  request.arkive_version = std::string(version());
  Result<zk::DumpOutcome> outcome = zk::dump(request);
  if (!outcome) return fail(outcome.error().within("dump what is there before overwriting"));
  if (const auto& error = outcome->destinations.front().error)
    return fail(error->within("dump what is there before overwriting"));
  if (speak) {
    print_line("what is there now is kept: run " + request.run_id + " of cluster " + request.cluster +
               " in " + printable(repository->name()));
  }
  return ok();
}

}  // namespace arkive::tools

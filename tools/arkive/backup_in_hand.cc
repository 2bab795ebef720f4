#include "tools/arkive/backup_in_hand.h"

#include <algorithm>
#include <utility>

#include "kafka/archive/runs.h"
#include "kafka/backup/backup_facts.h"
#include "kafka/znodes/cluster_state.h"
#include "stores/core/bytes.h"
#include "tools/arkive/backup_trees.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::tools {
namespace {

namespace plans = restore_plans;

std::string without_reference(const std::string& from, const RepositoryName& name) {
  return name.reference.empty() ? from : from.substr(0, from.size() - name.reference.size() - 1);
}

/// Brokers that were registered when the tree was dumped.
std::vector<plans::ObservedBroker> brokers_of(const plans::LoadedTree& loaded) {
  std::vector<plans::ObservedBroker> brokers;
  const std::vector<std::string> roots = kafka::kafka_roots(*loaded.tree);
  if (roots.empty()) return brokers;
  zk::Reading reading;
  reading.ephemerals = loaded.source.ephemerals;
  for (const kafka::RegisteredBroker& broker : kafka::cluster_state(reading, roots.front()).brokers)
    brokers.push_back({broker.id, broker.host, broker.port});
  return brokers;
}

Status open_tree(const FromOptions& named, const std::string& topics_from, OpenedBackup& inputs) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(named.from, true));
  FromOptions tree = named;
  if (!topics_from.empty()) tree.key = key_for(name, named.key);  // the topics may be what is encrypted
  auto opened = open_from(tree, Need::kWholeTree);
  if (!opened) {
    // A store with topics alone is a backup too.
    const bool topics_only = name.is_store() &&
                             opened.error().outcome == Outcome::kNotFound && topics_from.empty();
    return topics_only ? ok() : fail(std::move(opened).error());
  }
  inputs.run = std::move(*opened);
  const Manifest& run = inputs.run->run->manifest();
  if (run.tree.location.empty()) {
    inputs.run.reset();
    return ok();
  }
  ARKIVE_ASSIGN(inputs.tree, load_tree(*inputs.run->run, "/", {}, {}));
  plans::BackupInHand& backup = inputs.backup;
  backup.tree = inputs.tree.tree.get();
  ARKIVE_ASSIGN(backup.tree_facts, zk::DumpFacts::from_json(run.facts));
  backup.redacted = run.redacted;
  backup.unknown_acls = inputs.tree.source.masked_acls.size();
  backup.brokers = brokers_of(inputs.tree);
  backup.where.tree_from = without_reference(named.from, name);
  backup.where.tree_run = run.id;
  backup.where.cluster = inputs.run->cluster;
  backup.where.tree_taken = run.started;
  backup.where.zxid_last = backup.tree_facts.zxid_last;
  backup.where.span_began = run.started;
  backup.where.span_ended = run.finished;
  if (!zk::tree_is_whole(run)) backup.not_whole = "run " + run.id + " lacks parts of the tree";
  return ok();
}

Status open_topics(const FromOptions& named, const std::string& topics_from, OpenedBackup& inputs) {
  FromOptions from = named;
  const bool own = !topics_from.empty();
  if (own) from.from = topics_from;
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(from.from, true));
  if (!name.is_store()) {
    if (!own) return ok();
    return fail(Outcome::kUsage,
                "plan with --topics-from " + printable(from.from) + ": a git history has no topics",
                "name a store");
  }
  // One cut of both, where the run of the tree is a whole backup.
  if (!own && inputs.run && !inputs.run->run->manifest().logs.location.empty())
    from.from = without_reference(from.from, name) + "@" + inputs.run->run->manifest().id;
  auto archive = open_archive(from);
  if (!archive) {
    const bool none = archive.error().outcome == Outcome::kNotFound && !own && inputs.run;
    return none ? ok() : fail(std::move(archive).error());
  }
  inputs.archive = std::move(*archive);
  plans::BackupInHand& backup = inputs.backup;
  backup.archive = &inputs.archive->index;
  for (const kafka::ArchiveIndex::Topic& topic : inputs.archive->index.topics) {
    if (inputs.archive->index.find(topic.name) != &topic) continue;
    ARKIVE_ASSIGN(kafka::ArchivedTopic read,
                  kafka::read_topic(*inputs.archive->store, topic, Deadline::never()));
    backup.topics.push_back(std::move(read));
  }
  const Manifest& run = inputs.archive->run;
  backup.where.topics_from = without_reference(from.from, name);
  if (const auto at = backup.where.topics_from.rfind('@' + run.id); at != std::string::npos)
    backup.where.topics_from.resize(at);
  backup.where.topics_run = run.id;
  if (backup.where.cluster.empty()) backup.where.cluster = inputs.archive->cluster;
  backup.where.topics_taken = inputs.archive->index.cut_began;
  if (backup.where.span_began == 0) backup.where.span_began = run.started;
  backup.where.span_ended = std::max(backup.where.span_ended, inputs.archive->index.cut_ended);
  if (auto facts = kafka::BackupFacts::from_json(run.facts)) backup.rates = facts->rates;
  if (!run.whole)
    backup.not_whole += (backup.not_whole.empty() ? "" : "; ") + std::string("run ") + run.id + " lacks " +
                        std::to_string(run.missing_count) + " things (arkive show names them)";
  return ok();
}

}  // namespace

Status open_backup(const FromOptions& from, const std::string& topics_from, OpenedBackup& opened) {
  ARKIVE_TRY(open_tree(from, topics_from, opened));
  return open_topics(from, topics_from, opened);
}

}  // namespace arkive::tools

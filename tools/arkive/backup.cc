#include "kafka/backup/backup.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "stores/core/bytes.h"
#include "stores/core/log.h"
#include "stores/core/progress.h"
#include "tools/arkive/archive_request.h"
#include "tools/arkive/backup_report.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/log_sources.h"
#include "tools/arkive/metrics.h"
#include "tools/arkive/output.h"
#include "tools/arkive/prune_report.h"
#include "tools/arkive/store_history.h"
#include "tools/configuration/configuration.h"
#include "tools/places/destinations.h"
#include "tools/places/proving.h"
#include "tools/places/repositories.h"
#include "tools/places/store_environments.h"
#include "zk/client/client_source.h"

namespace arkive::tools {
namespace {

ZooKeeperOptions zookeeper_options(const ZooKeeperConfiguration& section) {
  ZooKeeperOptions options;
  options.connect = section.connect;
  options.auth_file = section.auth_file;
  options.session_timeout = section.session_timeout;
  options.timeout = section.timeout;
  return options;
}

ArchiveOptions archive_options(const ClusterConfiguration& cluster) {
  ArchiveOptions options;
  options.kafka = {cluster.kafka.bootstrap, cluster.kafka.client_properties, cluster.kafka.timeout};
  options.reader = cluster.kafka.reader;
  options.to = cluster.to;
  options.signing_key = cluster.proof.signing_key;
  options.cluster = cluster.name;
  options.topics = cluster.topics.include;
  options.exclude = cluster.topics.exclude;
  options.limit_rate = cluster.topics.limit_rate;
  options.segment_size = cluster.topics.segment_size;
  options.compress = cluster.topics.compress;
  options.transaction_wait = cluster.topics.transaction_wait;
  options.workers = static_cast<int>(cluster.topics.workers);
  return options;
}

/// Where the backup of one cluster goes.
struct Places {
  std::unique_ptr<Store> store;
  std::unique_ptr<Repository> repository;  ///< the store, as a keeper of trees
  std::vector<std::unique_ptr<Repository>> histories;
};

Result<Places> open_places(const ClusterConfiguration& cluster) {
  Places places;
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(cluster.to, false));
  std::vector<RepositoryName> histories;
  for (const std::string& text : cluster.tree.to) {
    ARKIVE_ASSIGN(RepositoryName history, RepositoryName::parse(text, false));
    if (history.is_store()) {
      return fail(Outcome::kUsage,
                  "open '" + printable(text) + "': tree.to names git histories, and this is a store",
                  "write git:PATH; the tree goes into the store of the cluster by itself");
    }
    histories.push_back(std::move(history));
  }
  const KeyOptions key = {cluster.encryption.key_file, cluster.encryption.key_command,
                          cluster.encryption.passphrase_file, cluster.encryption.hide_names == "yes"};
  // A history that cannot be had is told before the store is made.
  ARKIVE_TRY(check_openable(name, {.create = true, .key = key}));
  for (const RepositoryName& history : histories)
    ARKIVE_TRY(check_openable(history, {.create = true, .key = key_for(history, key)}));
  ARKIVE_ASSIGN(places.store, open_store(name, {.create = true, .key = key}));
  ARKIVE_ASSIGN(places.repository, open_repository(name, {.create = true, .key = key}));
  for (const RepositoryName& history : histories) {
    ARKIVE_ASSIGN(std::unique_ptr<Repository> opened,
                  open_repository(history, {.create = true, .key = key_for(history, key)}));
    places.histories.push_back(std::move(opened));
  }
  return places;
}

/// One cluster of the file.
class ClusterBackup {
 public:
  ClusterBackup(const ClusterConfiguration& cluster, const CommonOptions& common)
      : cluster_(cluster), common_(common) {}

  Result<ExitStatus> run() {
    const ArchiveOptions options = archive_options(cluster_);
    ARKIVE_ASSIGN(const kafka::ClientProperties properties, properties_of(options.kafka));
    kafka::BackupRequest request;
    ARKIVE_ASSIGN(request.topics, archive_request(options));
    ARKIVE_ASSIGN(keys_, proving_keys(request.topics.signing_key.get(), cluster_.proof.public_key));
    ARKIVE_TRY(want_tree(request));
    ARKIVE_ASSIGN(const auto source,
                  open_log_source(reader_for(options.reader, properties), options.kafka, properties));
    request.source = source.get();
    // A store is made once the brokers have answered: a mistyped one must leave nothing behind.
    ARKIVE_ASSIGN(const Places places, open_places(cluster_));
    if (extends_retention()) ARKIVE_TRY(places.store->keeps_for());
    ARKIVE_TRY(sign_runs(*places.repository, request.topics.signing_key));
    request.store = places.store.get();
    request.repository = places.repository.get();
    for (const auto& history : places.histories) request.histories.push_back(history.get());
    // One bar after the other: that of the tree is made by the dump itself.
    std::optional<Progress> progress;
    request.topics.on_plan = [&](std::size_t partitions, std::int64_t offsets) {
      if (partitions == 0) return;
      progress.emplace(style(), "archive topics", 0, ProgressUnit::kBytes);
      progress->set_steps(static_cast<std::uint64_t>(std::max<std::int64_t>(offsets, 0)));
    };
    request.topics.fetch.on_progress = [&](std::uint64_t bytes, std::uint64_t offsets) {
      if (!progress) return;
      progress->add(bytes);
      progress->step(offsets);
    };
    ARKIVE_ASSIGN(report_, kafka::backup(request));
    progress.reset();
    proof::Record record =
        new_record("backup", cluster_.name, report_->manifest.summary, {&report_->manifest});
    record.outcome = report_->manifest.whole ? "whole" : "not whole";
    write_run_history(*places.store, std::move(record), request.topics.signing_key.get());
    // While the repositories are open, which the report names.
    if (common_.json) document_ = backup_json(*report_);
    if (!common_.json && !common_.quiet) print_backup(*report_, cluster_.to);
    ARKIVE_ASSIGN(const ExitStatus backed_up, status());
    ARKIVE_ASSIGN(const bool all_went, prune(places, request.topics.signing_key.get()));
    return backed_up == kWhole && !all_went ? kNotWhole : backed_up;
  }

  const std::optional<kafka::BackupReport>& report() const { return report_; }
  const nlohmann::json& document() const { return document_; }

 private:
  bool extends_retention() const { return cluster_.retention.extend == "yes"; }
  ProgressStyle style() const { return common_.quiet ? ProgressStyle::kNone : default_progress_style(); }

  Status want_tree(kafka::BackupRequest& request) {
    if (!cluster_.zookeeper.given) {
      if (cluster_.tree.to.empty()) return ok();
      return fail(Outcome::kUsage, "cluster '" + cluster_.name + "': tree.to without a section zookeeper",
                  "a cluster without ZooKeeper has no tree");
    }
    ARKIVE_ASSIGN(const zk::ConnectOptions connect, connect_options(zookeeper_options(cluster_.zookeeper)));
    zk::DumpRequest tree;
    SelectionOptions selection;
    selection.exclude = cluster_.tree.exclude;
    ARKIVE_ASSIGN(tree.selection, selection_of(selection));
    tree_source_ = zk::client_source(connect);
    tree.source = tree_source_.get();
    tree.applications = known_applications();
    tree.connections = static_cast<int>(cluster_.zookeeper.connections);
    tree.most_passes = static_cast<int>(cluster_.zookeeper.passes);
    tree.deadline = connect.deadline;
    tree.progress = style();
    request.tree = std::move(tree);
    return ok();
  }

  /// What no rule of the file keeps, now that there is a newer run. False when a removal or a longer lock was
  /// refused, or a run stays since nothing proves it.
  Result<bool> prune(const Places& places, const proof::SigningKey* signing_key) {
    if (!cluster_.retention.given) return true;
    bool all_went = true;
    std::vector<std::pair<Repository*, Store*>> pruned = {{places.repository.get(), places.store.get()}};
    if (cluster_.retention.rules.any()) {
      for (const auto& history : places.histories) pruned.emplace_back(history.get(), nullptr);
    }
    nlohmann::json documents = nlohmann::json::array();
    for (const auto& [repository, store] : pruned) {
      kafka::PruneRequest request;
      request.repository = repository;
      request.store = store;
      request.cluster = cluster_.name;
      request.rules = cluster_.retention.rules;
      request.now = wall_clock_now();
      if (store != nullptr) {
        request.before_removal = [&, to = store](const std::vector<const Manifest*>& going) {
          return record_removal(*to, cluster_.name, going, signing_key, keys_);
        };
        request.keys = keys_;
        request.extend_retention = extends_retention();
      }
      const auto outcome = kafka::prune(request);
      if (!outcome) {
        return fail(outcome.error().within("the backup is in '" + cluster_.to +
                                           "', but what its retention asks for was not all done"));
      }
      const bool all_extended = !outcome->extension || outcome->extension->failed.empty();
      all_went = all_went && outcome->refused.empty() && outcome->unproven.empty() && all_extended;
      nlohmann::json document = prune_json(*outcome, cluster_.name, false);
      document["repository"] = repository->name();
      documents.push_back(std::move(document));
      if (common_.json || common_.quiet) continue;
      print_line("retention in " + printable(repository->name()) + ":");
      print_prune_totals(*outcome, false);
    }
    document_["pruned"] = std::move(documents);
    return all_went;
  }

  // A history that was not written is a failure, though the store has the backup.
  Result<ExitStatus> status() const {
    if (report_->tree) {
      for (const zk::DumpDestination& destination : report_->tree->destinations) {
        if (destination.error) {
          return fail(destination.error->within("the backup is in '" + cluster_.to +
                                                "', but a history did not get the tree"));
        }
      }
    }
    return report_->manifest.whole ? kWhole : kNotWhole;
  }

  const ClusterConfiguration& cluster_;
  const CommonOptions& common_;
  std::unique_ptr<zk::Source> tree_source_;
  std::optional<proof::PublicKeys> keys_;
  std::optional<kafka::BackupReport> report_;
  nlohmann::json document_ = nlohmann::json::object();
};

/// What came of one cluster.
struct Ended {
  std::string cluster;
  std::optional<kafka::BackupReport> report;
  nlohmann::json document;
  Result<ExitStatus> result = kFailed;
  double seconds = 0;
  ExitStatus status() const { return result ? *result : exit_status_of(result.error()); }
};

nlohmann::json ended_json(const std::vector<Ended>& all) {
  nlohmann::json list = nlohmann::json::array();
  for (const Ended& one : all) {
    nlohmann::json document = one.document;
    document["cluster"] = one.cluster;
    document["exit_status"] = static_cast<int>(one.status());
    if (!one.result) document["error"] = one.result.error().what;
    list.push_back(std::move(document));
  }
  return {{"backups", std::move(list)}};
}

Status write_figures(const std::string& path, const std::vector<Ended>& all) {
  if (path.empty()) return ok();
  std::vector<BackupFigures> figures;
  for (const Ended& one : all) {
    figures.push_back({one.cluster, one.report ? &*one.report : nullptr, one.status(), one.seconds});
  }
  return write_backup_metrics(path, figures);
}

// That of the first cluster that failed, else of the first that is not whole.
ExitStatus worst_of(const std::vector<Ended>& all) {
  ExitStatus worst = kWhole;
  for (const Ended& one : all) {
    if (!one.result) return one.status();
    if (worst == kWhole) worst = *one.result;
  }
  return worst;
}

}  // namespace

Result<ExitStatus> run_backup(const BackupOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const Configuration configuration, read_configuration(options.configuration));
  ARKIVE_ASSIGN(const std::vector<ClusterConfiguration> clusters,
                choose_clusters(configuration, options.cluster, options.configuration));
  use_store_settings(configuration.stores);
  std::vector<Ended> all;
  for (const ClusterConfiguration& cluster : clusters) {
    const auto began = SteadyClock::now();
    ClusterBackup backup(cluster, common);
    Ended ended;
    ended.cluster = cluster.name;
    ended.result = backup.run();
    ended.report = backup.report();
    ended.document = backup.document();
    ended.seconds = std::chrono::duration<double>(SteadyClock::now() - began).count();
    all.push_back(std::move(ended));
    if (all.back().result || clusters.size() == 1) continue;
    const Error& error = all.back().result.error();
    log_error("cluster " + cluster.name + ": " + error.what);
    if (!error.hint.empty()) log_error("hint: " + error.hint);
    if (error.outcome == Outcome::kInterrupted) break;
  }
  if (common.json) print_json(ended_json(all));
  const Status written = write_figures(options.metrics, all);
  const bool failed = worst_of(all) != kWhole && worst_of(all) != kNotWhole;
  if (!written && !failed) {
    return fail(written.error().within("the backup is committed, but its metrics are not written"));
  }
  if (!written) log_error(written.error().what);
  if (clusters.size() == 1) return std::move(all.front().result);
  return worst_of(all);
}

}  // namespace arkive::tools

/// What the declaration of the command line is made with: values with units, groups of options that several
/// commands share. Internal to the declare_*.cc files and command_line.cc.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/arkive/command_line.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

/// Where the options of each command are put.
struct CommandValues {
  Request request;
  DumpOptions dump;
  ArchiveOptions archive;
  BackupOptions backup;
  ImportBurryOptions import_burry;
  CheckOptions check;
  ListOptions list;
  ShowOptions show;
  ExportOptions export_topic;
  LogOptions log;
  DiffOptions diff;
  VerifyOptions verify;
  InspectLogsOptions inspect_logs;
  PruneOptions prune;
  MergeOptions merge;
  CopyOptions copy;
  RestoreZnodesOptions restore_znodes;
  RestoreSeedOptions restore_seed;
  RestoreTopicsOptions restore_topics;
  RestoreGroupsOptions restore_groups;
  RestoreMetadataOptions restore_metadata;
  ObserveOptions observe;
  PlanOptions plan;
  ApplyOptions apply;
  DrillOptions drill;
  KeyListOptions key_list;
  KeyAddOptions key_add;
  KeyRemoveOptions key_remove;
  KeyMakeOptions key_make;
  KeyMakeOptions key_make_signing;
  HistoryOptions history;
  DocumentationOptions documentation;
};

struct Declaring {
  CLI::App& app;
  CommandValues& values;

  CommonOptions& common() { return values.request.common; }
  /// The options fill a struct; the callback only remembers what to run.
  template <class Function, class Options>
  void runs(CLI::App* command, Function function, Options& options) {
    CommandValues& kept = values;
    command->callback([&kept, function, &options] {
      kept.request.action = [&kept, function, &options] { return function(options, kept.request.common); };
    });
  }
};

// One a group of commands, in the order in which help names them.
void declare_backups(Declaring& declaring);  ///< dump, archive, backup, import, check
void declare_readings(
    Declaring& declaring);  ///< list, show, export, log, diff, verify, inspect-logs, prune, merge, copy
void declare_restores(Declaring& declaring);  ///< restore ...
void declare_plans(Declaring& declaring);     ///< observe, plan, apply, drill
void declare_keys(Declaring& declaring);      ///< key ...
void declare_restore_metadata(Declaring& declaring, CLI::App& restore);

/// Values with a unit: the text is checked while parsing, so that a wrong one is a usage error of its option.
CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& value,
                          const std::string& shown_default, const std::string& description);
void add_size(CLI::App& app, const std::string& name, std::uint64_t& value, const std::string& shown_default,
              const std::string& description, std::uint64_t most = 0x7fffffff);
void add_zookeeper(CLI::App& app, ZooKeeperOptions& options);
/// Returns --kafka.
CLI::Option* add_kafka(CLI::App& app, KafkaOptions& options,
                       std::chrono::seconds timeout = std::chrono::seconds(60));
void add_selection(CLI::App& app, SelectionOptions& options);
void add_from(CLI::App& app, FromOptions& options, bool with_reference);
void add_to(CLI::App& app, std::vector<std::string>& to, bool required);
/// The key of an encrypted store; `makes`: with --hide-names.
void add_key(CLI::App& app, KeyOptions& options, bool makes);
/// --signing-key: `what` is signed by it.
void add_signing_key(CLI::App& app, std::string& file, const std::string& what);
/// --public-key of a command that takes nothing else then.
void add_public_key(CLI::App& app, std::string& file);
/// One of auto, wire and librdkafka.
void add_client(CLI::App& app, const std::string& name, std::string& value, const std::string& description);
/// --topics and --exclude-topics; `all`: what is taken where neither is given.
void add_topics(CLI::App& app, std::vector<std::string>& wanted, std::vector<std::string>& excluded,
                const std::string& all);
void add_json(CLI::App& app, CommonOptions& common);
/// --store-settings of a command that opens stores.
void add_store_settings(CLI::App& app, CommonOptions& common);
CLI::App* subcommand(CLI::App& parent, const std::string& name, const std::string& description);

}  // namespace arkive::tools

#include "tools/arkive/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>

#include "stores/core/time.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/documentation.h"
#include "tools/arkive/nearest.h"
#include "tools/arkive/output.h"
#include "tools/arkive/version.h"

namespace arkive::tools {

struct CommandLine::Values {
  Request request;
  DumpOptions dump;
  ArchiveOptions archive;
  CheckOptions check;
  ListOptions list;
  ShowOptions show;
  ExportOptions export_topic;
  LogOptions log;
  DiffOptions diff;
  VerifyOptions verify;
  PruneOptions prune;
  RestoreZnodesOptions restore_znodes;
  DocumentationOptions documentation;
};

namespace {

// Values with a unit: the text is checked while parsing, so that a wrong one is a usage error of its option.
void add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& value,
                  const std::string& shown_default, const std::string& description) {
  app.add_option_function<std::string>(
         name,
         [&value, name](const std::string& text) {
           const Result<std::chrono::milliseconds> parsed = parse_duration(text);
           if (!parsed) throw CLI::ValidationError(name, "'" + text + "' is no duration such as 30s or 5m");
           value = *parsed;
         },
         description)
      ->type_name("DURATION")
      ->default_str(shown_default);
}

void add_size(CLI::App& app, const std::string& name, std::uint64_t& value, const std::string& shown_default,
              const std::string& description) {
  app.add_option_function<std::string>(
         name,
         [&value, name](const std::string& text) {
           const Result<std::uint64_t> parsed = parse_size(text);
           if (!parsed || *parsed == 0 || *parsed > 0x7fffffff)
             throw CLI::ValidationError(name, "'" + text + "' is no size such as 1MiB");
           value = *parsed;
         },
         description)
      ->type_name("SIZE")
      ->default_str(shown_default);
}

void add_zookeeper(CLI::App& app, ZooKeeperOptions& options) {
  app.add_option("--zk", options.connect,
                 "the ensemble, as ZooKeeper's clients take it: host1:2181,host2:2181/chroot")
      ->required()
      ->type_name("HOSTS[/CHROOT]");
  app.add_option("--zk-auth-file", options.auth_file,
                 "identities, a line each, scheme:id (digest:user:password); mode 0600")
      ->type_name("FILE");
  add_duration(app, "--session-timeout", options.session_timeout, "30s",
               "the session timeout asked of the servers");
  add_duration(app, "--timeout", options.timeout, "60s",
               "how long to wait for a server, a lock or a connection that was lost");
}

// Returns --kafka.
CLI::Option* add_kafka(CLI::App& app, KafkaOptions& options) {
  CLI::Option* const bootstrap =
      app.add_option("--kafka", options.bootstrap, "some brokers of the cluster: host1:9092,host2:9092")
          ->type_name("BOOTSTRAP");
  app.add_option("--command-config", options.command_config,
                 "TLS and SASL settings, as Kafka's own tools take them: a client.properties file")
      ->type_name("FILE");
  add_duration(app, "--timeout", options.timeout, "60s", "how long to wait for a broker or a lock");
  return bootstrap;
}

void add_selection(CLI::App& app, SelectionOptions& options) {
  app.add_option("--path", options.path, "only this znode and what is below it")
      ->type_name("PATH")
      ->default_str("/");
  app.add_option("--include", options.include,
                 "only znodes that match, with what is below them; may be repeated")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  app.add_option("--exclude", options.exclude,
                 "leave out znodes that match, with what is below them; may be repeated")
      ->type_name("GLOB")
      ->allow_extra_args(false);
}

void add_from(CLI::App& app, FromOptions& options, bool with_reference) {
  app.add_option("--from", options.from,
                 with_reference ? "a store directory or git:PATH, with @ID or @TIME for another run than the "
                                  "latest whole one (of topics: the latest)"
                                : "a store directory or git:PATH")
      ->required()
      ->type_name(with_reference ? "STORE|git:PATH[@RUN]" : "STORE|git:PATH");
  app.add_option("--cluster", options.cluster, "the cluster's name there; not needed when there is only one")
      ->type_name("NAME");
}

void add_to(CLI::App& app, std::vector<std::string>& to, bool required) {
  CLI::Option* option =
      app.add_option("--to", to, "where to keep it: a store directory or git:PATH; may be repeated")
          ->type_name("STORE|git:PATH")
          ->allow_extra_args(false);
  if (required) option->required();
}

void add_json(CLI::App& app, CommonOptions& common) {
  app.add_flag("--json", common.json, "print the facts as one JSON document");
}

CLI::App* subcommand(CLI::App& parent, const std::string& name, const std::string& description) {
  CLI::App* app = parent.add_subcommand(name, description);
  app->set_help_flag("-h,--help", "print this help");
  return app;
}

}  // namespace

CommandLine::CommandLine() : values_(std::make_unique<Values>()), app_(std::make_unique<CLI::App>()) {
  declare();
}
CommandLine::~CommandLine() = default;

void CommandLine::declare() {
  CLI::App& app = *app_;
  CommonOptions& common = values_->request.common;
  app.name("arkive");
  app.description("backs up the zoo: ZooKeeper's znode tree into directories and git, and back");
  app.set_help_flag("-h,--help", "print this help");
  app.set_version_flag(
      "--version", [] { return version_text(); }, "print the version, the libraries and the features");
  app.add_flag("-q,--quiet", common.quiet, "print only warnings and errors");
  app.add_flag("-v,--verbose", common.verbose, "print what is being done, for finding faults");
  app.add_option("--log-format", common.log_format, "how messages on standard error look")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}))
      ->default_str("text");
  app.require_subcommand(1);
  app.fallthrough();

  // Each command's options fill a struct; its callback only remembers what to run.
  const auto runs = [this](CLI::App* command, auto function, auto& options) {
    command->callback([this, function, &options] {
      values_->request.action = [this, function, &options] {
        return function(options, values_->request.common);
      };
    });
  };

  {
    CLI::App* command =
        subcommand(app, "dump",
                   "read the znode tree of a live ensemble and keep it, as a directory or as a git history");
    DumpOptions& o = values_->dump;
    add_zookeeper(*command, o.zk);
    add_to(*command, o.to, true);
    command->add_option("--cluster", o.cluster, "the name this tree is kept under: the branch in git")
        ->type_name("NAME")
        ->default_str("main");
    add_selection(*command, o.selection);
    command->add_option("--source", o.source, "how the tree is read")
        ->type_name("client")
        ->check(CLI::IsMember({"client"}))
        ->default_str("client");
    command->add_option("--connections", o.connections, "connections, spread over the hosts given")
        ->type_name("N")
        ->check(CLI::Range(1, 64))
        ->default_str("4");
    command
        ->add_option("--passes", o.passes,
                     "read again what moved, at most this often, until the tree stands still")
        ->type_name("N")
        ->check(CLI::Range(1, 100))
        ->default_str("5");
    command
        ->add_option("--redact", o.redact,
                     "replace secrets by keyed fingerprints; such znodes cannot be restored")
        ->type_name("secrets")
        ->check(CLI::IsMember({"secrets"}));
    command
        ->add_option("--push", o.push, "push the git history there after the commit (https, ssh or file URL)")
        ->type_name("URL");
    command->add_flag("--push-secrets", o.push_secrets, "allow the push of a history that is not redacted");
    command->add_flag("--break-lock", o.break_lock,
                      "remove a stale lock file of git that another program left behind");
    command->add_option("--metrics", o.metrics, "write a Prometheus textfile there")->type_name("FILE");
    add_json(*command, common);
    runs(command, run_dump, o);
  }
  {
    CLI::App* command = subcommand(
        app, "archive",
        "copy what is new in the topics of a live cluster into a store, as Kafka's own log segments");
    ArchiveOptions& o = values_->archive;
    add_kafka(*command, o.kafka)->required();
    command->add_option("--to", o.to, "where to keep it: a store directory")->type_name("STORE")->required();
    command->add_option("--cluster", o.cluster, "the name these topics are kept under")
        ->type_name("NAME")
        ->default_str("main");
    command
        ->add_option("--topics", o.topics,
                     "only topics that match; globs with commas between; default: all, internal ones too")
        ->type_name("GLOB,...")
        ->delimiter(',')
        ->allow_extra_args(false);
    command->add_option("--exclude-topics", o.exclude, "leave topics out that match")
        ->type_name("GLOB,...")
        ->delimiter(',')
        ->allow_extra_args(false);
    add_size(*command, "--limit-rate", o.limit_rate, "none", "fetch at most this much a second");
    add_size(*command, "--segment-size", o.segment_size, "1GiB", "begin a new segment beyond this size");
    command
        ->add_option("--compress", o.compress,
                     "zstd: what producers left uncompressed, with zstd -1, as .log.zst; zstd -d gives the "
                     "segment back")
        ->type_name("none|zstd")
        ->check(CLI::IsMember({"none", "zstd"}))
        ->default_str("none");
    add_duration(*command, "--transaction-wait", o.transaction_wait, "30s",
                 "how long open transactions below the cut are waited for");
    command->add_flag("--follow", o.follow, "go on until stopped: a run at every interval");
    add_duration(*command, "--interval", o.interval, "60s",
                 "with --follow: from the beginning of a run to that of the next");
    command
        ->add_option("--reader", o.reader,
                     "who reads the topics; auto: arkive's own client, and librdkafka for Kerberos")
        ->type_name("auto|wire|librdkafka")
        ->check(CLI::IsMember({"auto", "wire", "librdkafka"}))
        ->default_str("auto");
    command->add_option("--metrics", o.metrics, "write a Prometheus textfile there")->type_name("FILE");
    command->add_option("--workers", o.workers, "connections that fetch; default: as suits the brokers")
        ->type_name("N")
        ->check(CLI::Range(1, 64));
    add_json(*command, common);
    runs(command, run_archive, o);
  }
  {
    CLI::App* command = subcommand(
        app, "check",
        "before the first dump: is all reachable, what would be unreadable, how large and how long");
    CheckOptions& o = values_->check;
    add_zookeeper(*command, o.zk);
    add_to(*command, o.to, false);
    add_selection(*command, o.selection);
    command->add_option("--connections", o.connections, "connections, spread over the hosts given")
        ->type_name("N")
        ->check(CLI::Range(1, 64))
        ->default_str("4");
    add_json(*command, common);
    runs(command, run_check, o);
  }
  {
    CLI::App* command =
        subcommand(app, "list", "list the runs that are kept, also those in which nothing changed");
    add_from(*command, values_->list.from, false);
    add_json(*command, common);
    runs(command, run_list, values_->list);
  }
  {
    CLI::App* command = subcommand(
        app, "show",
        "show what a run holds and what cannot be restored from it, or one znode, topic or record of it");
    ShowOptions& o = values_->show;
    add_from(*command, o.from, true);
    command
        ->add_option("WHAT", o.path,
                     "a znode (/path), or of an archive topic[@id][/partition[/gN][@offset|@time]]; a "
                     "partition's records are printed")
        ->type_name("");
    command->add_option("--format", o.format, "how records are printed")
        ->type_name("text|json|hex")
        ->check(CLI::IsMember({"text", "json", "hex"}))
        ->default_str("text");
    command->add_option("--limit", o.limit, "at most this many records")->type_name("N")->default_str("20");
    add_json(*command, common);
    runs(command, run_show, o);
  }
  {
    CLI::App* command =
        subcommand(app, "export", "write the records of an archived topic as JSON lines or CSV");
    ExportOptions& o = values_->export_topic;
    add_from(*command, o.from, true);
    command
        ->add_option(
            "TOPIC", o.topic,
            "topic, topic/partition or, of an older generation, topic/partition/gN; all partitions come "
            "one behind another")
        ->required()
        ->type_name("");
    command->add_option("--format", o.format, "one JSON object a line, or CSV with a heading")
        ->type_name("jsonl|csv")
        ->check(CLI::IsMember({"jsonl", "csv"}))
        ->default_str("jsonl");
    command->add_option("--from-offset", o.from_offset, "begin with this offset; of one partition only")
        ->type_name("N");
    command->add_option("--until-offset", o.until_offset, "end before this offset; of one partition only")
        ->type_name("N");
    command->add_option("--from-time", o.from_time, "begin with the first record at or after this time")
        ->type_name("TIME");
    command->add_option("--until-time", o.until_time, "end before the first record at or after this time")
        ->type_name("TIME");
    command->add_flag("--all", o.all,
                      "also control records and those of aborted and open transactions, marked");
    command
        ->add_option(
            "-o,--output", o.output,
            "write this file (mode 0600; it is there only when it is whole); else to standard output")
        ->type_name("FILE");
    add_json(*command, common);
    runs(command, run_export, o);
  }
  {
    CLI::App* command = subcommand(app, "log", "tell what changed from run to run, newest first");
    LogOptions& o = values_->log;
    add_from(*command, o.from, true);
    command->add_option("PATH", o.path, "only changes of this znode and what is below it")
        ->type_name("")
        ->default_str("/");
    command->add_flag("--all", o.all, "also minor changes: leaders, in-sync replicas, controller epochs");
    command->add_option("--limit", o.limit, "at most this many runs")->type_name("N");
    add_json(*command, common);
    runs(command, run_log, o);
  }
  {
    CLI::App* command = subcommand(app, "diff", "tell what differs between two runs");
    DiffOptions& o = values_->diff;
    add_from(*command, o.from, false);
    command->add_option("A", o.before, "a run id, a time, or latest")->required()->type_name("");
    command->add_option("B", o.after, "a run id, a time, or latest")->required()->type_name("");
    command->add_option("PATH", o.path, "only this znode and what is below it")
        ->type_name("")
        ->default_str("/");
    command->add_flag("--all", o.all, "also minor changes: leaders, in-sync replicas, controller epochs");
    add_json(*command, common);
    runs(command, run_diff, o);
  }
  {
    CLI::App* command =
        subcommand(app, "verify", "read and hash every file of every run, and look for damage");
    VerifyOptions& o = values_->verify;
    add_from(*command, o.from, true);
    command
        ->add_option("--level", o.level,
                     "of topics: presence; hashes, too; batches: every checksum, offset and index, too")
        ->type_name("presence|hashes|batches")
        ->check(CLI::IsMember({"presence", "hashes", "batches"}))
        ->default_str("batches");
    command
        ->add_option_function<std::string>(
            "--part",
            [&o](const std::string& text) {
              unsigned part = 0;
              unsigned parts = 0;
              char rest = 0;
              if (std::sscanf(text.c_str(), "%u/%u%c", &part, &parts, &rest) != 2 || part == 0 ||
                  part > parts) {
                throw CLI::ValidationError("--part", "'" + text + "' is no part such as 1/7");
              }
              o.part = part;
              o.parts = parts;
            },
            "of topics: only this part of the partitions, such as 1/7: another one each night")
        ->type_name("N/M");
    CLI::Option* const against = command->add_flag(
        "--against-cluster", o.against_cluster,
        "of topics: also compare the newest run, or the one of --from, with the live cluster");
    against->needs(add_kafka(*command, o.kafka)->needs(against));
    command
        ->add_option("--sample", o.sample,
                     "with --against-cluster: how many batches of each partition are compared byte for byte")
        ->type_name("N")
        ->check(CLI::Range(0, 1'000'000))
        ->default_str("3")
        ->needs(against);
    command
        ->add_option(
            "--seed", o.seed,
            "with --against-cluster: take the sample that this number gives; default: another each time")
        ->type_name("N")
        ->needs(against);
    add_json(*command, common);
    runs(command, run_verify, values_->verify);
  }
  {
    CLI::App* command = subcommand(app, "prune", "remove the oldest runs; the newest whole one always stays");
    PruneOptions& o = values_->prune;
    add_from(*command, o.from, false);
    command->add_option("--keep", o.keep, "how many of the newest runs stay")->required()->type_name("N");
    command->add_flag("--dry-run", o.dry_run, "only list what would be removed");
    add_json(*command, common);
    runs(command, run_prune, o);
  }
  {
    CLI::App* restore = subcommand(app, "restore", "bring back what was kept");
    restore->require_subcommand(1);
    restore->fallthrough();
    CLI::App* command = subcommand(
        *restore, "znodes",
        "create the znodes of a run that are missing; nothing existing is overwritten unless it is named");
    RestoreZnodesOptions& o = values_->restore_znodes;
    add_from(*command, o.from, true);
    add_zookeeper(*command, o.zk);
    command->add_option("--path", o.path, "only this znode of the run and what is below it")
        ->type_name("PATH")
        ->default_str("/");
    command->add_option("--onto", o.onto, "restore it under this path instead")->type_name("PATH");
    command
        ->add_option("--overwrite", o.overwrite,
                     "znodes that match are overwritten where they differ; may be repeated")
        ->type_name("GLOB")
        ->allow_extra_args(false);
    command
        ->add_option("--profile", o.profile,
                     "whose rules say what is dangerous to bring back; auto: whatever the run holds")
        ->type_name("auto|generic|kafka")
        ->check(CLI::IsMember({"auto", "generic", "kafka"}))
        ->default_str("auto");
    command->add_flag("--dry-run", o.dry_run, "list item by item what would be done, and change nothing");
    command->add_flag("--no-counters", o.no_counters, "leave the sequence counters of parents as they are");
    add_size(*command, "--packet-limit", o.packet_limit, "1048575", "jute.maxbuffer of the target's servers");
    command
        ->add_option("--dump-before", o.dump_before,
                     "where to keep what an overwrite replaces; else beside the run it comes from")
        ->type_name("STORE|git:PATH");
    command->add_flag("--no-dump-before", o.no_dump_before, "do not keep what an overwrite replaces");
    add_json(*command, common);
    runs(command, run_restore_znodes, o);
  }
  {
    CLI::App* command =
        subcommand(app, "documentation", "write man pages, the command line's page, or completions");
    command->group("");  // for the build, not for users
    DocumentationOptions& o = values_->documentation;
    command->add_option("FORM", o.form, "man, markdown, bash or json")
        ->required()
        ->check(CLI::IsMember({"man", "markdown", "bash", "json"}));
    command->add_option("DIRECTORY", o.directory, "where to write it")->required();
    command->callback([this, &o] {
      values_->request.action = [this, &o]() -> Result<ExitStatus> { return write_documentation(*app_, o); };
    });
  }
}

Result<Request> CommandLine::parse(const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app_->parse(reversed);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* deepest = app_.get();
    while (!deepest->get_subcommands().empty()) deepest = deepest->get_subcommands().front();
    values_->request.action = [deepest]() -> Result<ExitStatus> {
      print(help_text(*deepest));
      return kWhole;
    };
  } catch (const CLI::CallForVersion&) {
    values_->request.action = []() -> Result<ExitStatus> {
      print(version_text());
      return kWhole;
    };
  } catch (const CLI::ParseError& error) {
    return fail(usage_error(*app_, error, arguments));
  }
  return values_->request;
}

}  // namespace arkive::tools

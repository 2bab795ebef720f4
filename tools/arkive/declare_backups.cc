#include "tools/arkive/command_declaring_internal.h"
#include "tools/arkive/commands.h"

namespace arkive::tools {
namespace {

void declare_dump(Declaring& declaring) {
  CLI::App* command =
      subcommand(declaring.app, "dump",
                 "read the znode tree of a live ensemble and keep it, in a store or as a git history");
  DumpOptions& o = declaring.values.dump;
  add_zookeeper(*command, o.zk);
  add_to(*command, o.to, true);
  add_key(*command, o.key, true);
  add_signing_key(*command, o.signing_key, "the run");
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
  CLI::Option* const push =
      command
          ->add_option("--push", o.push,
                       "push the git history there after the commit (https, ssh or file URL)")
          ->type_name("URL");
  command->add_flag("--push-secrets", o.push_secrets, "allow the push of a history that is not redacted")
      ->needs(push);
  command->add_flag("--break-lock", o.break_lock,
                    "remove a stale lock file of git that another program left behind");
  command->add_option("--metrics", o.metrics, "write a Prometheus textfile there")->type_name("FILE");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_dump, o);
}

void declare_archive(Declaring& declaring) {
  CLI::App* command = subcommand(
      declaring.app, "archive",
      "copy what is new in the topics of a live cluster into a store, as Kafka's own log segments");
  ArchiveOptions& o = declaring.values.archive;
  add_kafka(*command, o.kafka)->required();
  command
      ->add_option("--to", o.to,
                   "where to keep it: a store (directory, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, "
                   "az://ACCOUNT/CONTAINER/PREFIX)")
      ->type_name("STORE")
      ->required();
  add_key(*command, o.key, true);
  add_signing_key(*command, o.signing_key, "the run");
  command->add_option("--cluster", o.cluster, "the name these topics are kept under")
      ->type_name("NAME")
      ->default_str("main");
  add_topics(*command, o.topics, o.exclude, "all, internal ones too");
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
  CLI::Option* const follow =
      command->add_flag("--follow", o.follow, "go on until stopped: a run at every interval");
  add_duration(*command, "--interval", o.interval, "60s",
               "with --follow: from the beginning of a run to that of the next")
      ->needs(follow);
  add_client(*command, "--reader", o.reader,
             "who reads the topics; auto: arkive's own client, and librdkafka for Kerberos");
  command->add_option("--metrics", o.metrics, "write a Prometheus textfile there")->type_name("FILE");
  command->add_option("--workers", o.workers, "connections that fetch; default: as suits the brokers")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_archive, o);
}

void declare_backup(Declaring& declaring) {
  CLI::App* command = subcommand(
      declaring.app, "backup",
      "keep tree, consumer groups and topics of the clusters in a file, each in one cut with one manifest");
  BackupOptions& o = declaring.values.backup;
  command->add_option("-c,--configuration", o.configuration, "what is backed up and where to: a YAML file")
      ->type_name("FILE")
      ->required();
  command->add_option("--cluster", o.cluster, "only this one of the clusters in the file")->type_name("NAME");
  command->add_option("--metrics", o.metrics, "write a Prometheus textfile there")->type_name("FILE");
  add_json(*command, declaring.common());
  declaring.runs(command, run_backup, o);
}

void declare_import(Declaring& declaring) {
  CLI::App* import = subcommand(declaring.app, "import", "keep what another tool dumped, as a run");
  import->require_subcommand(1);
  CLI::App* command = subcommand(
      *import, "burry", "keep a dump that burry made of a ZooKeeper, with what it does not tell marked");
  ImportBurryOptions& o = declaring.values.import_burry;
  command->add_option("dump", o.dump, "the zip of a snapshot, or its directory")
      ->type_name("ZIP|DIRECTORY")
      ->required();
  add_to(*command, o.to, true);
  add_key(*command, o.key, true);
  add_signing_key(*command, o.signing_key, "the run");
  command->add_option("--cluster", o.cluster, "the name this tree is kept under: the branch in git")
      ->type_name("NAME")
      ->required();
  add_duration(*command, "--timeout", o.timeout, "60s", "how long to wait for a lock");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_import_burry, o);
}

void declare_check(Declaring& declaring) {
  CLI::App* command =
      subcommand(declaring.app, "check",
                 "before the first dump: is all reachable, what would be unreadable, how large and how long");
  CheckOptions& o = declaring.values.check;
  add_zookeeper(*command, o.zk);
  add_to(*command, o.to, false);
  add_key(*command, o.key, false);
  add_selection(*command, o.selection);
  command->add_option("--connections", o.connections, "connections, spread over the hosts given")
      ->type_name("N")
      ->check(CLI::Range(1, 64))
      ->default_str("4");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_check, o);
}

}  // namespace

void declare_backups(Declaring& declaring) {
  declare_dump(declaring);
  declare_archive(declaring);
  declare_backup(declaring);
  declare_import(declaring);
  declare_check(declaring);
}

}  // namespace arkive::tools

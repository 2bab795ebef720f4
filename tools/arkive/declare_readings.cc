#include <cstdio>

#include "tools/arkive/command_declaring_internal.h"
#include "tools/arkive/commands.h"

namespace arkive::tools {
namespace {

void declare_list(Declaring& declaring) {
  CLI::App* command =
      subcommand(declaring.app, "list", "list the runs that are kept, also those in which nothing changed");
  add_from(*command, declaring.values.list.from, false);
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_list, declaring.values.list);
}

void declare_show(Declaring& declaring) {
  CLI::App* command = subcommand(
      declaring.app, "show",
      "show what a run holds and what cannot be restored from it, or one znode, topic or record of it");
  ShowOptions& o = declaring.values.show;
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
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_show, o);
}

void declare_export(Declaring& declaring) {
  CLI::App* command =
      subcommand(declaring.app, "export", "write the records of an archived topic as JSON lines or CSV");
  ExportOptions& o = declaring.values.export_topic;
  add_from(*command, o.from, true);
  add_public_key(*command, o.from.public_key);
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
      ->add_option("-o,--output", o.output,
                   "write this file (mode 0600; it is there only when it is whole); else to standard output")
      ->type_name("FILE");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_export, o);
}

void declare_log(Declaring& declaring) {
  CLI::App* command = subcommand(declaring.app, "log", "tell what changed from run to run, newest first");
  LogOptions& o = declaring.values.log;
  add_from(*command, o.from, true);
  command->add_option("PATH", o.path, "only changes of this znode and what is below it")
      ->type_name("")
      ->default_str("/");
  command->add_flag("--all", o.all, "also minor changes: leaders, in-sync replicas, controller epochs");
  command->add_option("--limit", o.limit, "at most this many runs")->type_name("N");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_log, o);
}

void declare_diff(Declaring& declaring) {
  CLI::App* command = subcommand(declaring.app, "diff", "tell what differs between two runs");
  DiffOptions& o = declaring.values.diff;
  add_from(*command, o.from, false);
  command->add_option("A", o.before, "a run id, a time, or latest")->required()->type_name("");
  command->add_option("B", o.after, "a run id, a time, or latest")->required()->type_name("");
  command->add_option("PATH", o.path, "only this znode and what is below it")
      ->type_name("")
      ->default_str("/");
  command->add_flag("--all", o.all, "also minor changes: leaders, in-sync replicas, controller epochs");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_diff, o);
}

void declare_verify(Declaring& declaring) {
  CLI::App* command =
      subcommand(declaring.app, "verify", "read and hash every file of every run, and look for damage");
  VerifyOptions& o = declaring.values.verify;
  add_from(*command, o.from, true);
  CLI::Option* const public_key =
      command
          ->add_option(
              "--public-key", o.from.public_key,
              "a file of public keys: also find runs that none of them signed, and what is missing or "
              "exchanged")
          ->type_name("FILE");
  command
      ->add_option(
          "--last-seen", o.last_seen,
          "with --public-key: also find a store put back to an older state than this file remembers; "
          "written anew when all is well")
      ->type_name("FILE")
      ->needs(public_key);
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
  CLI::Option* const brokers = add_kafka(*command, o.kafka);
  against->needs(brokers->needs(against));
  for (const char* of_brokers : {"--command-config", "--timeout"})
    command->get_option(of_brokers)->needs(brokers);
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
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_verify, declaring.values.verify);
}

void declare_inspect_logs(Declaring& declaring) {
  CLI::App* command = subcommand(
      declaring.app, "inspect-logs",
      "look through the log directories of a broker on its host, and report what they hold and what is "
      "damaged");
  InspectLogsOptions& o = declaring.values.inspect_logs;
  command->add_option("DIR", o.directories, "the log directories of one broker (its log.dirs)")
      ->required()
      ->type_name("");
  command
      ->add_option("-o,--output", o.output,
                   "write the report to this file (mode 0600; it is there only when it is whole)")
      ->type_name("FILE");
  command->add_option("--broker", o.broker, "the broker's id, where meta.properties is lost")
      ->type_name("ID")
      ->check(CLI::Range(0, 2'147'483'647));
  command->add_flag("--headers-only", o.headers_only,
                    "read the batches' headers only and check no checksum: faster, finds less damage");
  add_json(*command, declaring.common());
  declaring.runs(command, run_inspect_logs, o);
}

void declare_prune(Declaring& declaring) {
  CLI::App* command = subcommand(
      declaring.app, "prune",
      "remove the runs that no rule keeps, and what only they needed; the newest whole one always stays");
  PruneOptions& o = declaring.values.prune;
  add_from(*command, o.from, false);
  command->add_option("--keep", o.keep, "how many of the newest runs stay")->type_name("N");
  add_duration(*command, "--keep-within", o.within, "",
               "runs stay that began so long before the newest whole one, for example 30d");
  command->add_option("--keep-daily", o.daily, "of so many days (UTC) the newest run stays")->type_name("N");
  command->add_option("--keep-weekly", o.weekly, "of so many weeks (from Monday) the newest run stays")
      ->type_name("N");
  command->add_option("--keep-monthly", o.monthly, "of so many months the newest run stays")->type_name("N");
  command->add_option("--keep-yearly", o.yearly, "of so many years the newest run stays")->type_name("N");
  command->add_flag("--dry-run", o.dry_run,
                    "only list what would go, with its bytes, what stays and why, and what the store keeps");
  command->add_flag("--extend-retention", o.extend_retention,
                    "all that the runs that stay need is kept from now on for as long as ARKIVE_S3_RETENTION "
                    "says; without any rule only that is done, and nothing removed");
  add_signing_key(*command, o.signing_key, "in the store's history which runs go");
  command
      ->add_option("--public-key", o.from.public_key,
                   "a file of public keys that prove runs beside the signing key: those of keys before it")
      ->type_name("FILE");
  command
      ->add_option("--remove-unproven", o.unproven,
                   "with a key: this run goes, too, though nothing proves it; its number stays missing; may "
                   "be repeated")
      ->type_name("ID")
      ->allow_extra_args(false);
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_prune, o);
}

void declare_merge(Declaring& declaring) {
  CLI::App* command = subcommand(
      declaring.app, "merge",
      "make large segments of the small ones that many archives of topics left, as a run of its own");
  MergeOptions& o = declaring.values.merge;
  command
      ->add_option("--from", o.from.from,
                   "the store: a directory, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or "
                   "az://ACCOUNT/CONTAINER/PREFIX")
      ->required()
      ->type_name("STORE");
  command
      ->add_option("--cluster", o.from.cluster, "the cluster's name there; not needed when there is only one")
      ->type_name("NAME");
  add_key(*command, o.from.key, false);
  add_topics(*command, o.topics, o.exclude, "all, internal ones too");
  add_size(*command, "--segment-size", o.segment_size, "1GiB", "no merged segment is larger than this");
  add_size(*command, "--smaller-than", o.smaller_than, "half of --segment-size",
           "only segments smaller than this are merged");
  add_duration(*command, "--keep-records", o.keep_records, "",
               "leave out segments whose records were all older at the newest archive, for example 90d; "
               "not of compacted or internal topics");
  command->add_flag("--dry-run", o.dry_run, "only tell how many segments would become how many");
  add_signing_key(*command, o.signing_key, "the run");
  add_public_key(*command, o.from.public_key);
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_merge, o);
}

void declare_copy(Declaring& declaring) {
  CLI::App* command =
      subcommand(declaring.app, "copy", "copy the runs of a cluster that another store has not got yet");
  CopyOptions& o = declaring.values.copy;
  command->add_option("--from", o.from.from, "a store, with @ID or @TIME for that run alone")
      ->required()
      ->type_name("STORE[@RUN]");
  command->add_option("--to", o.to, "the other store; made where there is none")
      ->required()
      ->type_name("STORE");
  command
      ->add_option("--cluster", o.from.cluster, "the cluster's name there; not needed when there is only one")
      ->type_name("NAME");
  add_key(*command, o.from.key, false);
  CLI::Option* const file =
      command->add_option("--to-key-file", o.to_key.key_file, "as --key-file, of the store of --to")
          ->type_name("FILE");
  CLI::Option* const by_command =
      command->add_option("--to-key-command", o.to_key.key_command, "as --key-command, of the store of --to")
          ->type_name("COMMAND")
          ->excludes(file);
  CLI::Option* const passphrase = command
                                      ->add_option("--to-passphrase-file", o.to_key.passphrase_file,
                                                   "as --passphrase-file, of the store of --to")
                                      ->type_name("FILE")
                                      ->excludes(file)
                                      ->excludes(by_command);
  command
      ->add_flag("--to-plain", o.to_plain,
                 "what is encrypted in the store of --from may be written in clear into that of --to")
      ->excludes(file)
      ->excludes(by_command)
      ->excludes(passphrase);
  add_signing_key(*command, o.signing_key, "what the history of --to tells of it");
  command
      ->add_option("--public-key", o.from.public_key,
                   "a file of public keys: runs that neither they nor the signing key prove are not copied")
      ->type_name("FILE");
  command->add_flag("--to-hide-names", o.to_key.hide_names, "as --hide-names of a dump, where --to is made");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_copy, o);
}

void declare_history(Declaring& declaring) {
  CLI::App* command = subcommand(
      declaring.app, "history", "tell who did what with a store: wrote, restored, removed, copied, re-keyed");
  HistoryOptions& o = declaring.values.history;
  command
      ->add_option("--from", o.from,
                   "the store: a directory, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or "
                   "az://ACCOUNT/CONTAINER/PREFIX")
      ->required()
      ->type_name("STORE");
  command->add_option("--cluster", o.cluster, "only what was done with this cluster")->type_name("NAME");
  add_key(*command, o.key, false);
  command
      ->add_option("--public-key", o.public_key,
                   "a file of public keys: also check the signatures of the records that are signed")
      ->type_name("FILE");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_history, o);
}

}  // namespace

void declare_readings(Declaring& declaring) {
  declare_list(declaring);
  declare_show(declaring);
  declare_export(declaring);
  declare_log(declaring);
  declare_diff(declaring);
  declare_verify(declaring);
  declare_inspect_logs(declaring);
  declare_prune(declaring);
  declare_merge(declaring);
  declare_copy(declaring);
  declare_history(declaring);
}

}  // namespace arkive::tools

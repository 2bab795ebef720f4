#include "tools/arkive/command_declaring_internal.h"
#include "tools/arkive/commands.h"

namespace arkive::tools {
namespace {

void declare_restore_znodes(Declaring& declaring, CLI::App& restore) {
  CLI::App* command = subcommand(
      restore, "znodes",
      "create the znodes of a run that are missing; nothing existing is overwritten unless it is named");
  RestoreZnodesOptions& o = declaring.values.restore_znodes;
  add_from(*command, o.from, true);
  add_public_key(*command, o.from.public_key);
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
  command->add_flag("--no-dump-before", o.no_dump_before, "do not keep what an overwrite replaces")
      ->excludes("--dump-before");
  command
      ->add_option(
          "--acl", o.acl,
          "the ACL of znodes whose own the run does not know (of a dump by burry: all); creator: all "
          "for the identities of --zk-auth-file, nothing for others; without it they are refused")
      ->type_name("creator|SCHEME:ID:PERMISSIONS ...");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_restore_znodes, o);
}

void declare_restore_seed(Declaring& declaring, CLI::App& restore) {
  CLI::App* command = subcommand(
      restore, "seed",
      "write a broker's log directories from an archive, so that it boots with every offset, group and "
      "transaction as it was");
  RestoreSeedOptions& o = declaring.values.restore_seed;
  add_from(*command, o.from, true);
  add_public_key(*command, o.from.public_key);
  command
      ->add_option(
          "--broker", o.broker,
          "whose log directories these are: its partitions are those whose archived replicas name it")
      ->type_name("ID")
      ->check(CLI::Range(0, 0x7fffffff))
      ->required();
  command
      ->add_option("--log-dirs", o.log_dirs,
                   "the broker's log.dirs, with commas between; they must be empty, and are made if need be")
      ->type_name("DIR,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->required();
  add_topics(*command, o.topics, o.exclude, "all, internal ones too");
  command
      ->add_option("--dump", o.dump,
                   "the dump of ZooKeeper that is restored beside it: checked to belong to the archive, and "
                   "what must be raised in its znodes is told")
      ->type_name("STORE|git:PATH[@RUN]");
  command
      ->add_option("--cluster-id", o.cluster_id, "the cluster id for meta.properties; default: the archive's")
      ->type_name("ID");
  command->add_option("--owner", o.owner, "who gets the files; default: whoever runs this")
      ->type_name("USER[:GROUP]");
  command->add_flag(
      "--into-kraft", o.into_kraft,
      "the log directories are those of a stopped broker without ZooKeeper whose topics are made "
      "and empty: the partitions that are there get the archived segments");
  command->add_flag("--dry-run", o.dry_run, "only list what would be written");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_restore_seed, o);
}

void declare_restore_topics(Declaring& declaring, CLI::App& restore) {
  CLI::App* command = subcommand(
      restore, "topics",
      "replay archived topics into a running cluster; stopped at any moment, the same command goes on");
  RestoreTopicsOptions& o = declaring.values.restore_topics;
  add_from(*command, o.from, true);
  add_public_key(*command, o.from.public_key);
  add_kafka(*command, o.kafka)->required();
  command
      ->add_option("--zk", o.zookeeper.connect,
                   "look in the ensemble, too, whether an operator is at work that deletes topics it has no "
                   "resource for")
      ->type_name("HOSTS");
  command
      ->add_option("--zk-auth-file", o.zookeeper.auth_file,
                   "identities for it, a line each, scheme:id; mode 0600")
      ->type_name("FILE")
      ->needs("--zk");
  add_topics(*command, o.topics, o.exclude, "all but internal ones, which are never replayed");
  command
      ->add_option("--rename", o.rename,
                   "under another name; a * in both carries over: 'orders*=old-orders*'; may be repeated")
      ->type_name("OLD=NEW")
      ->allow_extra_args(false);
  command
      ->add_option("--partitions", o.partitions,
                   "partitions of topics that are made; another number than the archive's spreads their "
                   "records by key")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000));
  command
      ->add_option("--replication-factor", o.replication_factor,
                   "replicas of topics that are made; default: as in the archive")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000));
  command->add_option("--until", o.until, "leave out records whose timestamp is at or after this time")
      ->type_name("TIME");
  command
      ->add_option("--until-offsets", o.until_offsets,
                   "topic/partition=offset: leave out records from that offset of the archive on; or a file "
                   "with such lines; may be repeated")
      ->type_name("FILE|OFFSET")
      ->allow_extra_args(false);
  command->add_option("--newest", o.newest, "only the last N records of each partition")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--since", o.since,
                   "of each partition only what comes from its first record at or after this time on; a "
                   "duration counts back from when the archive was cut")
      ->type_name("TIME|DURATION");
  command->add_flag("--append", o.append, "also into topics that hold records; without it they are refused");
  command->add_flag("--leave-out-unknown", o.leave_out_unknown,
                    "make topics without the archived settings that the target does not know or take; "
                    "without it they are refused");
  command->add_flag(
      "--leave-existing", o.leave_existing,
      "do not raise settings of topics that exist while the restore runs; what may harm is told");
  command->add_flag("--keep-raised", o.keep_raised,
                    "leave settings raised at the end: what is older than retention.ms is not deleted then");
  command->add_flag("--put-back", o.put_back,
                    "only put settings back that a restore left raised which is not to be gone on with");
  command
      ->add_option("--journal", o.journal,
                   "where to keep how far it has come; default: a directory of its own under "
                   "~/.local/state/arkive/restores")
      ->type_name("DIR");
  add_size(*command, "--limit-rate", o.limit_rate, "none", "send at most this much a second");
  add_client(*command, "--writer", o.writer,
             "who writes the records; auto: arkive's own client, and librdkafka for Kerberos");
  command->add_option("--workers", o.workers, "threads that send; default: as many as suit, 4 at most")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  command->add_flag("--dry-run", o.dry_run, "say what would be brought where, and change nothing");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_restore_topics, o);
}

void declare_restore_groups(Declaring& declaring, CLI::App& restore) {
  CLI::App* command = subcommand(
      restore, "groups",
      "commit the offsets of archived consumer groups, translated to where their records are now; groups "
      "that have members, and offsets that are there, are left alone");
  RestoreGroupsOptions& o = declaring.values.restore_groups;
  add_from(*command, o.from, true);
  add_public_key(*command, o.from.public_key);
  add_kafka(*command, o.kafka)->required();
  command->add_option("--groups", o.groups, "only groups that match; globs with commas between; default: all")
      ->type_name("GLOB,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--exclude-groups", o.exclude, "leave groups out that match")
      ->type_name("GLOB,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option(
          "--topics", o.topics,
          "only offsets in topics that match, of the groups that have some; globs with commas between")
      ->type_name("GLOB,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  CLI::Option* const journal =
      command
          ->add_option("--journal", o.journal,
                       "the journal of the replay (restore topics) that brought the topics there: it knows "
                       "where each offset is now")
          ->type_name("DIR");
  command
      ->add_flag("--same-offsets", o.same_offsets,
                 "offsets as they were: for a cluster whose logs have the offsets of the archive")
      ->excludes(journal);
  command
      ->add_option("--overwrite", o.overwrite,
                   "groups that match are committed where the target holds other offsets; may be repeated")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  add_client(*command, "--writer", o.writer,
             "who commits the offsets; auto: arkive's own client, and librdkafka for Kerberos");
  command->add_flag("--dry-run", o.dry_run, "list offset by offset what would be done, and change nothing");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_restore_groups, o);
}

}  // namespace

void declare_restores(Declaring& declaring) {
  CLI::App* restore = subcommand(declaring.app, "restore", "bring back what was kept");
  restore->require_subcommand(1);
  restore->fallthrough();
  declare_restore_znodes(declaring, *restore);
  declare_restore_seed(declaring, *restore);
  declare_restore_topics(declaring, *restore);
  declare_restore_groups(declaring, *restore);
  declare_restore_metadata(declaring, *restore);
}

}  // namespace arkive::tools

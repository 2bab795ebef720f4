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
  add_json(*command, declaring.common());
  declaring.runs(command, run_restore_znodes, o);
}

void declare_restore_seed(Declaring& declaring, CLI::App& restore) {
  CLI::App* command = subcommand(
      restore, "seed",
      "write a broker's log directories from an archive, so that it boots with every offset, group and "
      "transaction as it was");
  RestoreSeedOptions& o = declaring.values.restore_seed;
  add_from(*command, o.from, true);
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
  declaring.runs(command, run_restore_seed, o);
}

}  // namespace

void declare_restores(Declaring& declaring) {
  CLI::App* restore = subcommand(declaring.app, "restore", "bring back what was kept");
  restore->require_subcommand(1);
  restore->fallthrough();
  declare_restore_znodes(declaring, *restore);
  declare_restore_topics(declaring, *restore);
  declare_restore_seed(declaring, *restore);
}

}  // namespace arkive::tools

#include "tools/arkive/command_declaring_internal.h"
#include "tools/arkive/commands.h"

namespace arkive::tools {

void declare_restore_topics(Declaring& declaring, CLI::App& restore) {
  CLI::App* command = subcommand(
      restore, "topics",
      "replay archived topics into a running cluster; stopped at any moment, the same command goes on");
  RestoreTopicsOptions& o = declaring.values.restore_topics;
  add_from(*command, o.from, true);
  add_kafka(*command, o.kafka)->required();
  command
      ->add_option("--topics", o.topics,
                   "only topics that match; globs with commas between; default: all but internal ones, "
                   "which are never replayed")
      ->type_name("GLOB,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--exclude-topics", o.exclude, "leave topics out that match")
      ->type_name("GLOB,...")
      ->delimiter(',')
      ->allow_extra_args(false);
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
  command
      ->add_option("--journal", o.journal,
                   "where to keep how far it has come; default: a directory of its own under "
                   "~/.local/state/arkive/restores")
      ->type_name("DIR");
  add_size(*command, "--limit-rate", o.limit_rate, "none", "send at most this much a second");
  command->add_option("--workers", o.workers, "threads that send; default: as many as suit, 4 at most")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  command->add_flag("--dry-run", o.dry_run, "say what would be brought where, and change nothing");
  add_json(*command, declaring.common());
  declaring.runs(command, run_restore_topics, o);
}

}  // namespace arkive::tools

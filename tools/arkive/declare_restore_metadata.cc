#include "tools/arkive/command_declaring_internal.h"
#include "tools/arkive/commands.h"

namespace arkive::tools {

void declare_restore_metadata(Declaring& declaring, CLI::App& restore) {
  CLI::App* command = subcommand(
      restore, "metadata",
      "make the topics, configs, ACLs and quotas of a dump that a running cluster lacks, with ZooKeeper or "
      "without; nothing existing is overwritten unless it is named");
  RestoreMetadataOptions& o = declaring.values.restore_metadata;
  add_from(*command, o.from, true);
  add_public_key(*command, o.from.public_key);
  add_kafka(*command, o.kafka)->required();
  command->add_option("--path", o.path, "which one, where the dump holds trees of several Kafka clusters")
      ->type_name("PATH");
  add_topics(*command, o.topics, o.exclude, "all");
  command->add_option("--only", o.only, "only these, with commas between; default: all of them")
      ->type_name("topics,configs,acls,quotas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"topics", "configs", "acls", "quotas"}));
  command
      ->add_option(
          "--replication-factor", o.replication_factor,
          "of the topics that are made; default: that of the dump, on the same brokers where all run")
      ->type_name("N")
      ->check(CLI::Range(1, 32767));
  command->add_flag("--internal-topics", o.internal_topics,
                    "make __consumer_offsets and __transaction_state too, with the dump's partitions");
  command
      ->add_option("--overwrite", o.overwrite,
                   "what matches is set as in the dump where it differs, for example 'topic/orders'; may be "
                   "repeated")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command->add_flag("--dry-run", o.dry_run, "list item by item what would be done, and change nothing");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_restore_metadata, o);
}

}  // namespace arkive::tools

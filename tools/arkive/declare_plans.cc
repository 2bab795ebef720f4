#include "tools/arkive/command_declaring_internal.h"
#include "tools/arkive/commands.h"

namespace arkive::tools {
namespace {

// Who does not answer is a fact here, and no reason to wait a minute for it.
constexpr std::chrono::seconds kShort{10};

void add_optional_zookeeper(CLI::App& command, ZooKeeperOptions& options, const std::string& description) {
  command.add_option("--zk", options.connect, description)->type_name("HOSTS[/CHROOT]");
  command
      .add_option("--zk-auth-file", options.auth_file,
                  "identities for it, a line each, scheme:id (digest:user:password); mode 0600")
      ->type_name("FILE");
}

/// ZooKeeper, Kafka and reports of log directories, none of them required.
void add_looked_at(CLI::App& command, ObserveOptions& options) {
  add_optional_zookeeper(command, options.zk, "the ensemble to look at, running; empty if its data is lost");
  command.get_option("--zk-auth-file")->needs("--zk");
  CLI::Option* const brokers = add_kafka(command, options.kafka, kShort);
  command.get_option("--command-config")->needs(brokers);
  command
      .add_option("--logs", options.logs,
                  "reports of arkive inspect-logs, one of each broker, with commas between or repeated")
      ->type_name("FILE,...")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void declare_observe(Declaring& declaring) {
  CLI::App* command = subcommand(declaring.app, "observe",
                                 "look at what is left of a cluster, for a plan that is made elsewhere");
  ObserveOptions& o = declaring.values.observe;
  add_looked_at(*command, o);
  command->add_option("-o,--output", o.output, "write what was found to this file (mode 0600)")
      ->type_name("FILE");
  add_json(*command, declaring.common());
  declaring.runs(command, run_observe, o);
}

void declare_plan(Declaring& declaring) {
  CLI::App* command = subcommand(
      declaring.app, "plan",
      "compare what is left with a backup, and write the way back, step by step, with what will be lost");
  PlanOptions& o = declaring.values.plan;
  CLI::Option* diff =
      command->add_option("--diff", o.diff, "only say what is otherwise in the second of two plans")
          ->type_name("OLD NEW")
          ->expected(2);
  add_from(*command, o.from, true);
  add_public_key(*command, o.from.public_key);
  command->get_option("--from")->required(false)->excludes(diff);
  command
      ->add_option("--topics-from", o.topics_from,
                   "the store that holds the topics, where --from is a git history or another store")
      ->type_name("STORE[@RUN]");
  add_looked_at(*command, o.observe);
  command->add_option("--observation", o.observation, "what arkive observe wrote, instead of looking")
      ->type_name("FILE")
      ->excludes("--zk")
      ->excludes("--kafka")
      ->excludes("--logs");
  command->add_option("--path", o.path, "restore only this znode and what is below it")
      ->type_name("PATH")
      ->default_str("/");
  command
      ->add_option("--overwrite", o.overwrite,
                   "znodes that match are replaced where the target holds something else; may be repeated")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command
      ->add_option("--acl", o.acl,
                   "the ACL of znodes whose own the backup does not know (restore znodes --acl)")
      ->type_name("creator|SCHEME:ID:PERMISSIONS ...");
  command->add_flag("--make-missing-topics", o.make_missing_topics,
                    "topics that are on the disks and not in the backup are made from their log directories");
  command->add_flag("--seed", o.seed, "the log directories are lost: they are written from the archive");
  command
      ->add_option("--scenario", o.scenario, "go back this way, instead of the one that what is seen tells")
      ->type_name("NAME")
      ->check(CLI::IsMember({"zookeeper-lost", "started-against-empty-zookeeper", "all-lost", "new-cluster",
                             "topics-lost", "reverted", "subtree"}));
  command->add_option("-o,--output", o.output, "write the plan to this file (mode 0600)")->type_name("FILE");
  command->add_flag("--markdown", o.markdown, "print a runbook for people who do it by hand");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_plan, o);
}

void declare_apply(Declaring& declaring) {
  CLI::App* command = subcommand(
      declaring.app, "apply",
      "carry out a plan: each step behind its gates; stopped at any moment, the same command goes on");
  ApplyOptions& o = declaring.values.apply;
  command->add_option("PLAN", o.plan, "what arkive plan wrote")->required()->type_name("");
  add_optional_zookeeper(*command, o.zk, "the ensemble; default: that of the plan");
  add_kafka(*command, o.kafka, kShort);
  command
      ->add_option("--hook", o.hook,
                   "a program that does what is to be done on brokers' hosts: HOOK ACTION BROKER COMMAND...; "
                   "without one the commands are printed, and gates tell when somebody has done them")
      ->type_name("PROGRAM");
  command->add_option("--done", o.done, "steps on hosts that somebody has done; may be repeated")
      ->type_name("STEP,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  add_duration(*command, "--gate-timeout", o.gate_wait, "10m", "how long to wait for a gate to open");
  add_size(*command, "--packet-limit", o.packet_limit, "1048575", "jute.maxbuffer of the target's servers");
  command
      ->add_option("--dump-before", o.dump_before,
                   "where to keep what is replaced; else beside the run that is restored")
      ->type_name("STORE|git:PATH");
  add_key(*command, o.key, false);
  add_public_key(*command, o.public_key);
  command->add_flag("--yes", o.yes, "do not ask about what cannot be undone and stands in the plan");
  command->add_flag("--dry-run", o.dry_run, "say what would be done, and change nothing");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_apply, o);
}

void declare_drill(Declaring& declaring) {
  CLI::App* command = subcommand(
      declaring.app, "drill",
      "bring a backup back in servers that live for a moment, and say how long it took and what is missing");
  DrillOptions& o = declaring.values.drill;
  add_from(*command, o.from, true);
  add_public_key(*command, o.from.public_key);
  command
      ->add_option("--topics-from", o.topics_from,
                   "the store that holds the topics, where --from is a git history or another store")
      ->type_name("STORE[@RUN]");
  command
      ->add_option(
          "--kafka-home", o.kafka_home,
          "a distribution of Kafka before 4.0, as its tarball unpacks; java is $JAVA_HOME's or in PATH")
      ->required()
      ->type_name("DIR");
  command
      ->add_option("--zookeeper-home", o.zookeeper_home,
                   "a distribution of ZooKeeper; default: that which Kafka's brings along")
      ->type_name("DIR");
  command->add_option("--scratch", o.scratch, "where a directory is made for it; default: $TMPDIR or /tmp")
      ->type_name("DIR");
  command->add_flag("--keep", o.keep, "leave that directory there: plan, logs and data of the servers");
  command
      ->add_option("--topics", o.topics,
                   "only topics that match, and Kafka's own; globs with commas between; default: all")
      ->type_name("GLOB,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  add_size(*command, "--sample", o.sample, "all", "only topics of so many bytes together, others each time",
           1ULL << 60);
  command->add_option("--seed", o.seed, "a number that decides what is in the sample")->type_name("N");
  command->add_option("--batches", o.batches, "record batches of each partition compared byte for byte")
      ->type_name("N")
      ->check(CLI::Range(0, 1'000'000))
      ->default_str("3");
  add_size(*command, "--heap", o.heap, "512MiB", "of each broker", 1ULL << 40);
  add_duration(*command, "--gate-timeout", o.gate_wait, "10m", "how long a step may take to take effect");
  command->add_option("--metrics", o.metrics, "write a Prometheus textfile there")->type_name("FILE");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_drill, o);
}

}  // namespace

void declare_plans(Declaring& declaring) {
  declare_observe(declaring);
  declare_plan(declaring);
  declare_apply(declaring);
  declare_drill(declaring);
}

}  // namespace arkive::tools

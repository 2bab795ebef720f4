#include "tests/support/producer/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "stores/core/time.h"
#include "tests/support/producer/consume.h"
#include "tests/support/producer/produce.h"
#include "tests/support/producer/topics.h"

namespace arkive::producer {

namespace {

using Chosen = std::function<Status()>;

/// What the options write to. Lives until the command has run.
struct Words {
  Connection connection;
  std::vector<std::string> properties;
  std::string within = "60s";
  ProduceWishes produce;
  std::string value = "json";
  std::string headers = "none";
  std::string last = "commit";
  std::string transaction_timeout = "60s";
  bool stay = false;
  ConsumeWishes consume;
  bool committed = false;
  std::string topic;
  std::vector<std::string> offsets;
  TopicWishes new_topic;
  std::string assignment;
  std::vector<std::string> configs;
  int total = 1;
};

Result<std::map<std::string, std::string>> key_values(const std::vector<std::string>& words) {
  std::map<std::string, std::string> pairs;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(Outcome::kUsage, "read '" + word + "': it is not KEY=VALUE");
    }
    pairs[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return pairs;
}

/// SIGTERM ends it as SIGKILL would.
void stay_until_killed() {
  (void)std::signal(SIGTERM, SIG_DFL);
  std::printf("{\"staying\":true}\n");
  (void)std::fflush(stdout);
  for (;;) (void)::pause();
}

/// As if killed: nothing is closed, no other thread is waited for.
void leave_at_once() {
  (void)std::fflush(stdout);
  std::_Exit(0);
}

Status run_produce(Words& words, Deadline deadline) {
  auto& wishes = words.produce;
  ARKIVE_ASSIGN(wishes.record.value, value_kind(words.value));
  ARKIVE_ASSIGN(wishes.record.headers, header_kind(words.headers));
  if (wishes.record.first_timestamp == 0) {
    return fail(Outcome::kUsage, "read --first-timestamp '0': librdkafka would send the present time",
                "the earliest it can send is 1");
  }
  if (words.last == "abort") wishes.last = LastTransaction::kAbort;
  if (words.last == "open") wishes.last = LastTransaction::kOpen;
  if (!wishes.transaction.empty()) {
    ARKIVE_ASSIGN(const auto timeout, parse_duration(words.transaction_timeout));
    words.connection.properties.emplace("transaction.timeout.ms", std::to_string(timeout.count()));
  }
  const bool left_open = !wishes.transaction.empty() && wishes.last == LastTransaction::kOpen;
  return produce(words.connection, wishes, deadline,
                 words.stay  ? stay_until_killed
                 : left_open ? leave_at_once
                             : nullptr);
}

/// One command: its options beside those that all have, and what it does.
CLI::App& declare(CLI::App& app, Words& words, Chosen& chosen, const char* name, const char* help,
                  std::function<Status(Words&, Deadline)> action) {
  auto& command = *app.add_subcommand(name, help);
  command.add_option("--bootstrap,-b", words.connection.bootstrap, "brokers: HOST:PORT,...")
      ->type_name("ADDRESSES");
  command
      .add_option("--config", words.connection.config_file, "librdkafka's properties, as kcat -F reads them")
      ->type_name("FILE");
  command.add_option("--set", words.properties, "one of librdkafka's properties; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--within", words.within, "give up after this time (60s)")->type_name("TIME");
  command.callback([&words, &chosen, action] {
    chosen = [&words, action]() -> Status {
      ARKIVE_ASSIGN(words.connection.properties, key_values(words.properties));
      ARKIVE_ASSIGN(const auto within, parse_duration(words.within));
      return action(words, Deadline::after(within));
    };
  });
  return command;
}

void declare_produce(CLI::App& app, Words& words, Chosen& chosen) {
  auto& command = declare(app, words, chosen, "produce", "write made-up records and print them", run_produce);
  auto& wishes = words.produce;
  auto& record = wishes.record;
  command.add_option("--topic,-t", wishes.topic, "into this topic")->required()->type_name("TOPIC");
  command.add_option("--records,-n", wishes.records, "how many (1)")->type_name("N");
  command.add_option("--first-record", wishes.first_record, "the number of the first, to go on (0)")
      ->type_name("N");
  command.add_option("--seed", record.seed, "same seed, same records (1)")->type_name("N");
  command.add_option("--partition,-p", wishes.partition, "the first partition written to (0)")
      ->type_name("N");
  command.add_option("--partitions", wishes.partitions, "how many, record by record the next (1)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command.add_option("--value", words.value, "random, json, text, empty or null (json)")->type_name("KIND");
  command.add_option("--size", record.size, "bytes of each value (100)")->type_name("BYTES");
  command.add_option("--keys", record.keys, "how many different keys; 0: no keys (0)")->type_name("N");
  command.add_flag("--empty-keys", record.empty_keys, "keys that are there and empty");
  command.add_option("--tombstone-every", record.tombstone_every, "each N-th value is null (0: none)")
      ->type_name("N");
  command
      .add_option("--headers", words.headers,
                  "none, some, or odd: null, empty, doubled, binary, without name (none)")
      ->type_name("KIND");
  command
      .add_option("--first-timestamp", record.first_timestamp,
                  "milliseconds since 1970, not 0 (1700000000000)")
      ->type_name("MS");
  command.add_option("--timestamp-step", record.timestamp_step, "from record to record (1000)")
      ->type_name("MS");
  command.add_option("--codec", wishes.codec, "none, gzip, snappy, lz4 or zstd (none)")->type_name("CODEC");
  command.add_option("--batch-records", wishes.batch_records, "records in each batch (0: as it comes)")
      ->type_name("N");
  command.add_option("--transaction", wishes.transaction, "in transactions of this transactional id")
      ->type_name("ID");
  command.add_option("--transaction-records", wishes.transaction_records, "records in each (0: all in one)")
      ->type_name("N");
  command.add_option("--abort-every", wishes.abort_every, "each N-th transaction is aborted (0: none)")
      ->type_name("N");
  command.add_option("--last", words.last, "how the last one ends: commit, abort or open (commit)")
      ->check(CLI::IsMember({"commit", "abort", "open"}))
      ->type_name("END");
  command
      .add_option("--transaction-timeout", words.transaction_timeout,
                  "the coordinator aborts an open one after this time (60s)")
      ->type_name("TIME");
  command
      .add_option(
          "--wait-after", wishes.wait_after,
          "after so many records print {\"waiting\":true} and wait for a line on standard input (0: no)")
      ->type_name("N");
  command.add_flag("--stay", words.stay, "at the end print {\"staying\":true} and hang until killed");
  command.add_flag("--quiet", wishes.quiet, "print only how many");
}

void declare_readers(CLI::App& app, Words& words, Chosen& chosen) {
  auto& read = declare(app, words, chosen, "read", "print all records of a topic, partition by partition",
                       [](Words& given, Deadline deadline) {
                         return read_topic(given.connection, given.topic, given.committed, deadline);
                       });
  read.add_option("--topic,-t", words.topic, "this topic")->required()->type_name("TOPIC");
  read.add_flag("--committed", words.committed, "without aborted and open transactions");

  auto& consumer = declare(app, words, chosen, "consume", "read as a member of a group, and commit",
                           [](Words& given, Deadline deadline) {
                             return consume(given.connection, given.consume, given.stay, deadline);
                           });
  consumer.add_option("--group,-g", words.consume.group, "the group")->required()->type_name("GROUP");
  consumer.add_option("--topic,-t", words.consume.topics, "subscribe to it; repeatable")
      ->required()
      ->type_name("TOPIC")
      ->allow_extra_args(false);
  consumer.add_option("--records,-n", words.consume.records, "how many to read (1)")->type_name("N");
  consumer.add_option("--metadata", words.consume.metadata, "committed beside the offsets")
      ->type_name("TEXT");
  consumer.add_flag("--stay", words.stay, "remain a member until SIGTERM (leaves) or SIGKILL (does not)");

  auto& committer = declare(app, words, chosen, "commit", "commit offsets for a group without members",
                            [](Words& given, Deadline deadline) -> Status {
                              std::vector<Commit> commits;
                              for (const auto& word : given.offsets) {
                                ARKIVE_ASSIGN(const auto one, parse_commit(word));
                                commits.push_back(one);
                              }
                              return commit(given.connection, given.consume.group, commits,
                                            given.consume.metadata, deadline);
                            });
  committer.add_option("--group,-g", words.consume.group, "the group")->required()->type_name("GROUP");
  committer.add_option("--metadata", words.consume.metadata, "committed beside them")->type_name("TEXT");
  committer.add_option("offsets", words.offsets, "which")->required()->type_name("TOPIC/PARTITION=OFFSET");

  declare(app, words, chosen, "groups", "print every group with its state",
          [](Words& given, Deadline deadline) { return list_groups(given.connection, deadline); });
}

void declare_topics(CLI::App& app, Words& words, Chosen& chosen) {
  const auto add_topic = [&](CLI::App& command) {
    command.add_option("topic", words.topic, "its name")->required()->type_name("TOPIC");
  };
  auto& create = declare(app, words, chosen, "create-topic", "make a topic",
                         [](Words& given, Deadline deadline) -> Status {
                           given.new_topic.name = given.topic;
                           ARKIVE_ASSIGN(given.new_topic.assignment, parse_assignment(given.assignment));
                           ARKIVE_ASSIGN(given.new_topic.configs, key_values(given.configs));
                           return create_topic(given.connection, given.new_topic, deadline);
                         });
  add_topic(create);
  create.add_option("--partitions", words.new_topic.partitions, "how many (1)")->type_name("N");
  create.add_option("--replicas", words.new_topic.replicas, "of each (1)")->type_name("N");
  create.add_option("--assignment", words.assignment, "brokers by partition, instead: 1,2;2,3")
      ->type_name("IDS");
  create.add_option("configs", words.configs, "its settings: cleanup.policy=compact ...")
      ->type_name("KEY=VALUE");

  auto& configure = declare(app, words, chosen, "configure-topic", "set some of a topic's settings",
                            [](Words& given, Deadline deadline) -> Status {
                              ARKIVE_ASSIGN(const auto configs, key_values(given.configs));
                              return configure_topic(given.connection, given.topic, configs, deadline);
                            });
  add_topic(configure);
  configure.add_option("configs", words.configs, "which")->required()->type_name("KEY=VALUE");

  auto& widen = declare(app, words, chosen, "add-partitions", "give a topic more partitions",
                        [](Words& given, Deadline deadline) {
                          return add_partitions(given.connection, given.topic, given.total, deadline);
                        });
  add_topic(widen);
  widen.add_option("total", words.total, "how many it shall have")->required()->type_name("N");

  auto& remove = declare(
      app, words, chosen, "delete-topic", "remove a topic",
      [](Words& given, Deadline deadline) { return delete_topic(given.connection, given.topic, deadline); });
  add_topic(remove);

  auto& cut =
      declare(app, words, chosen, "delete-records", "move the start of partitions' logs",
              [](Words& given, Deadline deadline) -> Status {
                for (const auto& word : given.offsets) {
                  ARKIVE_ASSIGN(const auto to, parse_commit(word));
                  ARKIVE_TRY(delete_records(given.connection, to.topic, to.partition, to.offset, deadline));
                }
                return ok();
              });
  cut.add_option("offsets", words.offsets, "to where; offset -1: the end")
      ->required()
      ->type_name("TOPIC/PARTITION=OFFSET");
}

}  // namespace

Result<Chosen> parse(std::vector<std::string> words_given) {
  const auto words = std::make_shared<Words>();
  const auto chosen = std::make_shared<Chosen>();
  CLI::App app("writes records that a test can know, and what else it needs of a Kafka", "record_producer");
  app.require_subcommand(1);
  declare_produce(app, *words, *chosen);
  declare_readers(app, *words, *chosen);
  declare_topics(app, *words, *chosen);
  std::reverse(words_given.begin(), words_given.end());  // as CLI11 wants it
  try {
    app.parse(std::move(words_given));
  } catch (const CLI::CallForHelp& help) {
    (void)app.exit(help);
    return Chosen([] { return ok(); });
  } catch (const CLI::ParseError& error) {
    return fail(Outcome::kUsage, std::string("read the command line: ") + error.what(),
                "see record_producer --help");
  }
  return Chosen([words, chosen] { return (*chosen)(); });
}

}  // namespace arkive::producer

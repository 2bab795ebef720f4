#include "tools/services/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "stores/core/time.h"
#include "tools/services/commands.h"

namespace arkive::tools::services {

namespace {

using Command = std::function<Result<int>()>;

/// What the options write to. Lives until the command has run.
struct Words {
  StartRequest start;
  rehearse::ZooKeeperSettings zookeeper{.members = 0};
  rehearse::KafkaSettings kafka{.brokers = 0};
  rehearse::MinioSettings minio;
  bool with_minio = false;
  rehearse::AzuriteSettings azurite;
  bool with_azurite = false;
  rehearse::FakeGcsServerSettings fake_gcs_server;
  bool with_fake_gcs_server = false;
  std::string zookeeper_version;
  std::vector<std::string> zookeeper_properties;
  std::vector<std::string> kafka_properties;
  std::vector<std::string> scram_users;
  std::string within = "120s";
  std::string grace = "20s";
  std::string directory;
  std::vector<std::string> names;
  std::string tool;
  std::vector<std::string> tool_arguments;
  bool as_json = false;
  bool list = false;
};

Status add_properties(const std::vector<std::string>& words, std::map<std::string, std::string>& to) {
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(Outcome::kUsage, "read '" + word + "': it is not KEY=VALUE");
    }
    to[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return ok();
}

Result<int> run_start(Words& words) {
  auto& request = words.start;
  request.directory = words.directory;
  request.names = words.names;
  ARKIVE_ASSIGN(request.within, parse_duration(words.within));
  ARKIVE_TRY(add_properties(words.zookeeper_properties, words.zookeeper.properties));
  ARKIVE_TRY(add_properties(words.kafka_properties, words.kafka.properties));
  ARKIVE_TRY(add_properties(words.scram_users, words.kafka.scram_users));
  words.zookeeper.lifetime = rehearse::Lifetime::kDetached;
  words.kafka.lifetime = rehearse::Lifetime::kDetached;
  words.minio.lifetime = rehearse::Lifetime::kDetached;
  words.azurite.lifetime = rehearse::Lifetime::kDetached;
  words.fake_gcs_server.lifetime = rehearse::Lifetime::kDetached;
  if (words.zookeeper.members > 0) {
    const auto brought = words.kafka.brokers > 0 ? rehearse::zookeeper_brought_by(words.kafka.version) : "";
    if (!brought.empty()) words.zookeeper.version = brought;
    if (!words.zookeeper_version.empty()) words.zookeeper.version = words.zookeeper_version;
    request.zookeeper = words.zookeeper;
  }
  if (words.kafka.brokers > 0) request.kafka = words.kafka;
  if (words.with_minio) request.minio = words.minio;
  if (words.with_azurite) request.azurite = words.azurite;
  if (words.with_fake_gcs_server) request.fake_gcs_server = words.fake_gcs_server;
  return start(request, words.as_json);
}

void add_directory(CLI::App& command, Words& words) {
  command.add_option("--directory,-d", words.directory, "where the servers' files are")
      ->required()
      ->type_name("DIR");
}

void add_names(CLI::App& command, Words& words) {
  command
      .add_option("names", words.names, "zookeeper-1, kafka-2, minio, azurite, fake-gcs-server; none: all")
      ->type_name("NAME");
}

void add_json(CLI::App& command, Words& words) {
  command.add_flag("--json", words.as_json, "print one JSON object instead of key=value lines");
}

void declare_minio(CLI::App& command, Words& words) {
  auto* minio = command.add_flag("--minio", words.with_minio, "a new MinIO: an object store that speaks S3");
  command.add_flag("--minio-tls", words.minio.tls, "https instead of http")->needs(minio);
  command.add_option("--bucket", words.minio.buckets, "a bucket of its own; repeatable (arkive)")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->needs(minio);
}

void declare_azurite(CLI::App& command, Words& words) {
  auto* azurite = command.add_flag("--azurite", words.with_azurite,
                                   "a new Azurite: an object store that speaks as Azure Blob Storage does");
  command.add_flag("--azurite-tls", words.azurite.tls, "https instead of http")->needs(azurite);
  command.add_flag("--azurite-in-memory", words.azurite.in_memory, "nothing on disk")->needs(azurite);
  command.add_option("--container", words.azurite.containers, "a container of its own; repeatable (arkive)")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->needs(azurite);
}

void declare_fake_gcs_server(CLI::App& command, Words& words) {
  auto* fake =
      command.add_flag("--fake-gcs-server", words.with_fake_gcs_server,
                       "a new fake-gcs-server: an object store that speaks as Google Cloud Storage does");
  command.add_flag("--fake-gcs-server-tls", words.fake_gcs_server.tls, "https instead of http")->needs(fake);
  command.add_flag("--fake-gcs-server-in-memory", words.fake_gcs_server.in_memory, "nothing on disk")
      ->needs(fake);
  command
      .add_option("--fake-gcs-server-bucket", words.fake_gcs_server.buckets,
                  "a bucket of its own; repeatable (arkive)")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->needs(fake);
}

void declare_start(CLI::App& app, Words& words, Command& chosen) {
  auto& command =
      *app.add_subcommand("start", "start servers, or start again those that stopped; wait until they serve");
  add_directory(command, words);
  add_names(command, words);
  add_json(command, words);
  command.add_option("--within", words.within, "give up after this time (120s)")->type_name("TIME");
  auto* zookeeper =
      command.add_option("--zookeeper", words.zookeeper.members, "members of a new ensemble: 1, 3 or 5")
          ->check(CLI::Range(1, 9))
          ->type_name("N");
  auto* kafka = command.add_option("--kafka", words.kafka.brokers, "brokers of a new cluster")
                    ->check(CLI::Range(1, 9))
                    ->type_name("N");
  const auto of_zookeeper = [&](CLI::Option* option) { option->needs(zookeeper); };
  const auto of_kafka = [&](CLI::Option* option) { option->needs(kafka); };
  of_zookeeper(command
                   .add_option("--zookeeper-version", words.zookeeper_version,
                               "version (3.8.4, or what this Kafka brings along)")
                   ->type_name("VERSION"));
  of_zookeeper(command.add_option("--zookeeper-heap", words.zookeeper.heap, "memory of each member (128m)")
                   ->type_name("SIZE"));
  of_zookeeper(
      command.add_option("--zookeeper-property", words.zookeeper_properties, "a line of zoo.cfg; repeatable")
          ->type_name("KEY=VALUE"));
  of_zookeeper(
      command
          .add_option("--zookeeper-java", words.zookeeper.java_options, "an option of its Java; repeatable")
          ->type_name("OPTION")
          ->allow_extra_args(false));
  of_zookeeper(command.add_flag("--ttl-nodes", words.zookeeper.ttl_nodes, "allow TTL znodes"));
  of_kafka(command
               .add_option("--kafka-version", words.kafka.version,
                           "version (3.9.1); from 4.0 on without ZooKeeper")
               ->type_name("VERSION"));
  of_kafka(command.add_flag("--kraft", words.kafka.kraft, "without ZooKeeper also in 3.9.1"));
  of_kafka(
      command.add_option("--cluster-id", words.kafka.cluster_id, "without ZooKeeper: its id (a new one)")
          ->type_name("ID"));
  of_kafka(command.add_option("--kafka-heap", words.kafka.heap, "memory of each broker (256m)")
               ->type_name("SIZE"));
  of_kafka(command
               .add_option("--kafka-property,--set", words.kafka_properties,
                           "a line of every broker's server.properties; repeatable")
               ->type_name("KEY=VALUE"));
  of_kafka(command.add_option("--kafka-java", words.kafka.java_options, "an option of its Java; repeatable")
               ->type_name("OPTION")
               ->allow_extra_args(false));
  of_kafka(
      command
          .add_option("--log-directories", words.kafka.log_directories, "log directories of each broker (1)")
          ->check(CLI::Range(1, 9))
          ->type_name("N"));
  of_kafka(command.add_option("--broker-id", words.kafka.first_broker_id, "of the first broker (1)")
               ->type_name("N"));
  of_kafka(command.add_flag("--authorizer", words.kafka.authorizer, "obey ACLs"));
  auto* scram = command.add_flag("--scram", words.kafka.scram_listener,
                                 "a listener with SASL: SCRAM, PLAIN, OAUTHBEARER");
  of_kafka(scram);
  command
      .add_option("--scram-user", words.scram_users,
                  "one of its users; repeatable; client files are made for the first by name")
      ->type_name("NAME=PASSWORD")
      ->needs(scram);
  auto* tls = command.add_flag("--tls", words.kafka.tls_listener,
                               "a listener with TLS, and with --scram one with both");
  of_kafka(tls);
  command
      .add_flag("--bad-tls", words.kafka.bad_tls_listeners,
                "two more, with an expired certificate and one of another host")
      ->needs(tls);
  auto* keytab = command
                     .add_option("--kerberos-keytab", words.kafka.kerberos_keytab,
                                 "a listener with Kerberos: the keytab of kafka/127.0.0.1")
                     ->type_name("FILE");
  of_kafka(keytab);
  keytab->needs(
      command
          .add_option("--kerberos-config", words.kafka.kerberos_config, "the krb5.conf that knows the realm")
          ->type_name("FILE")
          ->needs(keytab));
  words.start.chroot = "/kafka";
  of_kafka(command.add_option("--chroot", words.start.chroot, "Kafka's znode in ZooKeeper (/kafka)")
               ->type_name("PATH"));
  declare_minio(command, words);
  declare_azurite(command, words);
  declare_fake_gcs_server(command, words);
  command.callback([&words, &chosen] { chosen = [&words] { return run_start(words); }; });
}

void declare_actions(CLI::App& app, Words& words, Command& chosen) {
  const auto declare = [&](const char* word, const char* help, Action action) {
    auto& command = *app.add_subcommand(word, help);
    add_directory(command, words);
    add_names(command, words);
    if (action == Action::kStop) {
      command.add_option("--grace", words.grace, "kill what has not ended after this time (20s)")
          ->type_name("TIME");
    }
    command.callback([&words, &chosen, action] {
      chosen = [&words, action]() -> Result<int> {
        ARKIVE_ASSIGN(const auto grace, parse_duration(words.grace));
        return act(words.directory, words.names, action, grace);
      };
    });
  };
  declare("stop", "end servers in order: brokers, then ZooKeeper", Action::kStop);
  declare("kill", "kill -9", Action::kKill);
  declare("pause", "SIGSTOP: they hang, connections stay open", Action::kPause);
  declare("resume", "SIGCONT", Action::kResume);
  declare("wipe", "remove the data of servers that do not run", Action::kWipe);
}

void declare_others(CLI::App& app, Words& words, Command& chosen) {
  auto& state =
      *app.add_subcommand("status", "what stands where; exit status 3 when something does not serve");
  add_directory(state, words);
  add_json(state, words);
  state.callback([&] { chosen = [&words] { return status(words.directory, words.as_json); }; });

  auto& run =
      *app.add_subcommand("tool", "run one of Kafka's own tools: services tool -d DIR topics -- --list");
  add_directory(run, words);
  run.add_option("tool", words.tool, "topics, configs, acls, console-producer, ...")
      ->required()
      ->type_name("TOOL");
  run.add_option("arguments", words.tool_arguments, "for the tool, after --")->type_name("WORD");
  run.callback(
      [&] { chosen = [&words] { return tool(words.directory, words.tool, words.tool_arguments); }; });

  auto& bring = *app.add_subcommand("fetch",
                                    "fetch servers ahead of time: jars through Maven, MinIO and "
                                    "fake-gcs-server through Go, Azurite through npm");
  bring
      .add_option("names", words.names,
                  "zookeeper-3.8.4, kafka-3.9.1, minio, azurite, fake-gcs-server, ...; none: these five")
      ->type_name("NAME");
  bring.add_flag("--list", words.list, "print the names that are known");
  bring.callback([&] {
    chosen = [&words]() -> Result<int> {
      if (words.list) {
        for (const auto& name : known_servers()) std::printf("%s\n", name.c_str());
        return 0;
      }
      if (words.names.empty())
        words.names = {"zookeeper-3.8.4", "kafka-3.9.1", "minio", "azurite", "fake-gcs-server"};
      return fetch(words.names);
    };
  });
}

}  // namespace

Result<Command> parse(std::vector<std::string> words_given) {
  const auto words = std::make_shared<Words>();
  const auto chosen = std::make_shared<Command>();
  CLI::App app(
      "starts and stops throwaway ZooKeeper, Kafka, MinIO, Azurite and fake-gcs-server servers on 127.0.0.1",
      "services");
  app.require_subcommand(1);
  declare_start(app, *words, *chosen);
  declare_actions(app, *words, *chosen);
  declare_others(app, *words, *chosen);
  std::reverse(words_given.begin(), words_given.end());  // as CLI11 wants it
  try {
    app.parse(std::move(words_given));
    // Servers run in directories of their own; their paths must hold there too.
    if (!words->directory.empty()) words->directory = std::filesystem::absolute(words->directory).string();
  } catch (const CLI::CallForHelp& help) {
    (void)app.exit(help);
    return Command([] { return Result<int>(0); });
  } catch (const CLI::ParseError& error) {
    return fail(Outcome::kUsage, std::string("read the command line: ") + error.what(),
                "see services --help");
  }
  return Command([words, chosen] { return (*chosen)(); });
}

}  // namespace arkive::tools::services

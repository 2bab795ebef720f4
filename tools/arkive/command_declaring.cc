#include "tools/arkive/command_declaring_internal.h"

#include "stores/core/bytes.h"
#include "stores/core/time.h"

namespace arkive::tools {

// Values with a unit: the text is checked while parsing, so that a wrong one is a usage error of its option.
CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& value,
                          const std::string& shown_default, const std::string& description) {
  return app
      .add_option_function<std::string>(
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
              const std::string& description, std::uint64_t most) {
  app.add_option_function<std::string>(
         name,
         [&value, name, most](const std::string& text) {
           const Result<std::uint64_t> parsed = parse_size(text);
           if (!parsed || *parsed == 0)
             throw CLI::ValidationError(name, "'" + text + "' is no size such as 1MiB");
           if (*parsed > most)
             throw CLI::ValidationError(name, "'" + text + "' is more than " + human_size(most));
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
CLI::Option* add_kafka(CLI::App& app, KafkaOptions& options, std::chrono::seconds timeout) {
  options.timeout = timeout;
  CLI::Option* const bootstrap =
      app.add_option("--kafka", options.bootstrap, "some brokers of the cluster: host1:9092,host2:9092")
          ->type_name("BOOTSTRAP");
  app.add_option("--command-config", options.command_config,
                 "TLS and SASL settings, as Kafka's own tools take them: a client.properties file")
      ->type_name("FILE");
  add_duration(app, "--timeout", options.timeout, std::to_string(timeout.count()) + "s",
               "how long to wait for a broker or a lock");
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
                 with_reference ? "a store (directory, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, "
                                  "az://ACCOUNT/CONTAINER/PREFIX) or git:PATH, "
                                  "with @ID or @TIME "
                                  "for another run than the "
                                  "latest whole one (of topics: the latest)"
                                : "a store (directory, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, "
                                  "az://ACCOUNT/CONTAINER/PREFIX) or git:PATH")
      ->required()
      ->type_name(with_reference ? "STORE|git:PATH[@RUN]" : "STORE|git:PATH");
  app.add_option("--cluster", options.cluster, "the cluster's name there; not needed when there is only one")
      ->type_name("NAME");
  add_key(app, options.key, false);
}

void add_key(CLI::App& app, KeyOptions& options, bool makes) {
  CLI::Option* const file =
      app.add_option("--key-file", options.key_file,
                     "the key of an encrypted store, in a file of mode 0600; default: $ARKIVE_KEY_FILE")
          ->type_name("FILE");
  CLI::Option* const command =
      app.add_option("--key-command", options.key_command,
                     "a shell command that prints the key of an encrypted store: that of a key service")
          ->type_name("COMMAND")
          ->excludes(file);
  app.add_option("--passphrase-file", options.passphrase_file,
                 "the passphrase of an encrypted store, in a file of mode 0600; default: "
                 "$ARKIVE_PASSPHRASE_FILE")
      ->type_name("FILE")
      ->excludes(file)
      ->excludes(command);
  if (!makes) return;
  app.add_flag(
      "--hide-names", options.hide_names,
      "with a key and a store that is made: names of topics and clusters cannot be read in it, either");
}

void add_signing_key(CLI::App& app, std::string& file, const std::string& what) {
  app.add_option("--signing-key", file,
                 "sign " + what + " with this Ed25519 key, in a file of mode 0600: arkive key make-signing")
      ->type_name("FILE");
}

void add_public_key(CLI::App& app, std::string& file) {
  app.add_option("--public-key", file,
                 "take only what one of the public keys in this file has signed, and prove all that is read")
      ->type_name("FILE");
}

void add_to(CLI::App& app, std::vector<std::string>& to, bool required) {
  CLI::Option* option =
      app.add_option("--to", to,
                     "where to keep it: a store (directory, s3://BUCKET/PREFIX, "
                     "gs://BUCKET/PREFIX, az://ACCOUNT/CONTAINER/PREFIX) or git:PATH; may be repeated")
          ->type_name("STORE|git:PATH")
          ->allow_extra_args(false);
  if (required) option->required();
}

void add_client(CLI::App& app, const std::string& name, std::string& value, const std::string& description) {
  app.add_option(name, value, description)
      ->type_name("auto|wire|librdkafka")
      ->check(CLI::IsMember({"auto", "wire", "librdkafka"}))
      ->default_str("auto");
}

void add_topics(CLI::App& app, std::vector<std::string>& wanted, std::vector<std::string>& excluded,
                const std::string& all) {
  app.add_option("--topics", wanted, "only topics that match; globs with commas between; default: " + all)
      ->type_name("GLOB,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--exclude-topics", excluded, "leave topics out that match")
      ->type_name("GLOB,...")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_json(CLI::App& app, CommonOptions& common) {
  app.add_flag("--json", common.json, "print the facts as one JSON document");
}

void add_store_settings(CLI::App& app, CommonOptions& common) {
  app.add_option(
         "--store-settings", common.store_settings,
         "by what each bucket and container is set up, where the environment is not for all of them: a "
         "YAML file; default: $ARKIVE_STORE_SETTINGS")
      ->type_name("FILE");
}

CLI::App* subcommand(CLI::App& parent, const std::string& name, const std::string& description) {
  CLI::App* app = parent.add_subcommand(name, description);
  app->set_help_flag("-h,--help", "print this help");
  return app;
}

}  // namespace arkive::tools

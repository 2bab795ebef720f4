#include "restore-plans/rehearse/kafka_client_files.h"

#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

using Properties = std::map<std::string, std::string>;

/// One client in both tongues.
struct Words {
  Properties java;
  Properties librdkafka;
};

void say_both(Words& words, const std::string& key, const std::string& value) {
  words.java[key] = value;
  words.librdkafka[key] = value;
}

void add_tls(Words& words, const std::string& certificates, bool mutual) {
  words.java["ssl.truststore.type"] = "PEM";
  words.java["ssl.truststore.location"] = certificates + "/ca.pem";
  words.librdkafka["ssl.ca.location"] = certificates + "/ca.pem";
  words.librdkafka["ssl.endpoint.identification.algorithm"] = "https";
  if (!mutual) return;
  words.java["ssl.keystore.type"] = "PEM";
  words.java["ssl.keystore.location"] = certificates + "/client.pem";
  words.librdkafka["ssl.certificate.location"] = certificates + "/client.pem";
  words.librdkafka["ssl.key.location"] = certificates + "/client.pem";
}

void add_scram(Words& words, const std::string& user, const std::string& password) {
  say_both(words, "sasl.mechanism", "SCRAM-SHA-512");
  words.java["sasl.jaas.config"] =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=" + jaas_word(user) +
      " password=" + jaas_word(password) + ";";
  words.librdkafka["sasl.username"] = user;
  words.librdkafka["sasl.password"] = password;
}

/// librdkafka's files know no escapes.
std::string plain_lines(const Properties& properties) {
  std::string text;
  for (const auto& [key, value] : properties) text += key + "=" + value + "\n";
  return text;
}

Status write(const Words& words, const std::string& directory, std::string_view name) {
  ARKIVE_TRY(write_file_durably(client_file(directory, name, "properties"), format_properties(words.java),
                                IfExists::kReplace));
  return write_file_durably(client_file(directory, name, "kcat"), plain_lines(words.librdkafka),
                            IfExists::kReplace);
}

}  // namespace

std::string client_file(const std::string& directory, std::string_view word, std::string_view ending) {
  return directory + "/clients/" + std::string(word) + "." + std::string(ending);
}

std::string certificates_directory(const std::string& directory) {
  return directory + "/certificates";
}

Status write_client_files(const KafkaPlan& plan, const std::string& directory) {
  ARKIVE_TRY(make_directories(directory + "/clients"));
  const auto& users = plan.settings.scram_users;
  for (const auto listener : client_listeners(plan.settings)) {
    if (listener == KafkaListener::kKerberos) continue;  // its clients bring their own keytabs
    const auto& facts = facts_of(listener);
    Words words;
    say_both(words, "bootstrap.servers", plan.addresses(listener));
    say_both(words, "security.protocol", std::string(facts.protocol));
    const bool with_tls = facts.protocol.ends_with("SSL");
    if (with_tls) add_tls(words, certificates_directory(directory), false);
    if (facts.protocol.starts_with("SASL")) {
      if (users.empty()) continue;
      add_scram(words, users.begin()->first, users.begin()->second);
    }
    ARKIVE_TRY(write(words, directory, facts.word));
    if (listener != KafkaListener::kTls) continue;
    add_tls(words, certificates_directory(directory), true);
    ARKIVE_TRY(write(words, directory, "tls_mutual"));
  }
  return ok();
}

}  // namespace arkive::rehearse

#include "kafka/rdkafka/settings.h"

#include <algorithm>

#include "stores/core/files.h"

namespace arkive::kafka::rdkafka {
namespace {

constexpr std::uint64_t kMostSize = 64 << 20;
constexpr std::string_view kPemBegin = "-----BEGIN ";

tl::unexpected<Error> cannot(const std::string& key, const std::string& why, std::string hint = {}) {
  return fail(Outcome::kUsage, key + ": the reader librdkafka " + why, std::move(hint));
}

Result<bool> is_pem(const std::string& key, const std::string& path) {
  auto bytes = read_file(path, kMostSize);
  if (!bytes) return fail(std::move(bytes.error()).within(key));
  return bytes->find(kPemBegin) != std::string::npos;
}

Status check_lines(const std::string& key, const std::string& pem) {
  if (pem.find('\n', pem.find(kPemBegin)) != std::string::npos) return ok();
  return cannot(key, "wants PEM with its lines", "put it into a file and name that");
}

Status add_trust(const CertificateStore& trust, Settings& settings) {
  if (!trust.pem.empty()) {
    ARKIVE_TRY(check_lines("ssl.truststore.certificates", trust.pem));
    settings.push_back({"ssl.ca.pem", trust.pem});
    return ok();
  }
  ARKIVE_ASSIGN(const bool pem, is_pem("ssl.truststore.location", trust.location));
  if (!pem) {
    return cannot("ssl.truststore.location", "takes PEM only",
                  "convert it: openssl pkcs12 -in '" + trust.location + "' -nokeys -out trust.pem");
  }
  settings.push_back({"ssl.ca.location", trust.location});
  return ok();
}

Status add_key(const TlsSettings& tls, Settings& settings) {
  const CertificateStore& store = tls.key;
  if (!tls.key_password.empty()) settings.push_back({"ssl.key.password", tls.key_password, true});
  if (!store.pem.empty()) {
    ARKIVE_TRY(check_lines("ssl.keystore.key", store.pem));
    settings.push_back({"ssl.key.pem", store.pem, true});
    settings.push_back({"ssl.certificate.pem", store.pem, true});
    return ok();
  }
  ARKIVE_ASSIGN(const bool pem, is_pem("ssl.keystore.location", store.location));
  if (pem) {
    settings.push_back({"ssl.key.location", store.location});
    settings.push_back({"ssl.certificate.location", store.location});
  } else {
    settings.push_back({"ssl.keystore.location", store.location});
    settings.push_back({"ssl.keystore.password", store.password, true});
  }
  return ok();
}

Status add_tls(const TlsSettings& tls, Settings& settings) {
  if (!tls.protocols.empty()) return cannot("ssl.enabled.protocols", "cannot choose TLS versions");
  if (!tls.cipher_suites.empty()) return cannot("ssl.cipher.suites", "cannot choose cipher suites");
  settings.push_back({"enable.ssl.certificate.verification", "true"});
  settings.push_back({"ssl.endpoint.identification.algorithm", tls.check_host_name ? "https" : "none"});
  if (tls.trust.given()) ARKIVE_TRY(add_trust(tls.trust, settings));
  if (tls.key.given()) ARKIVE_TRY(add_key(tls, settings));
  return ok();
}

// librdkafka puts them into a command line for the shell, in double quotes.
Status check_word(const std::string& name, const std::string& word) {
  constexpr std::string_view kSpecial = "\"$`\\%\n\r";
  if (!word.starts_with('-') && word.find_first_of(kSpecial) == std::string::npos) return ok();
  return fail(Outcome::kUsage, name + ": it begins with - or has a character that a shell takes apart");
}

Status add_kerberos(const KerberosSettings& kerberos, Settings& settings) {
  if (!kerberos.service_name.empty()) {
    settings.push_back({"sasl.kerberos.service.name", kerberos.service_name});
  }
  if (kerberos.keytab.empty()) {
    // Somebody else sees to the tickets: kinit is not run.
    settings.push_back({"sasl.kerberos.min.time.before.relogin", "0"});
    return ok();
  }
  ARKIVE_TRY(check_word("option keyTab of sasl.jaas.config", kerberos.keytab));
  ARKIVE_TRY(check_word("option principal of sasl.jaas.config", kerberos.principal));
  ARKIVE_TRY(check_word("sasl.kerberos.kinit.cmd", kerberos.kinit));
  if (auto keytab = read_file(kerberos.keytab, kMostSize); !keytab) {
    return fail(std::move(keytab.error()).within("option keyTab of sasl.jaas.config"));
  }
  settings.push_back({"sasl.kerberos.keytab", kerberos.keytab});
  settings.push_back({"sasl.kerberos.principal", kerberos.principal});
  settings.push_back({"sasl.kerberos.kinit.cmd",
                      "\"" + kerberos.kinit +
                          "\" -k -t \"%{sasl.kerberos.keytab}\" \"%{sasl.kerberos.principal}\" > /dev/null"});
  settings.push_back({"sasl.kerberos.min.time.before.relogin", std::to_string(kerberos.relogin.count())});
  return ok();
}

Status add_sasl(const SaslSettings& sasl, Settings& settings) {
  if (sasl.mechanism == SaslMechanism::kOauthBearer) {
    return cannot("sasl.mechanism", "does not do OAUTHBEARER", "use the reader wire, which does");
  }
  if (sasl.delegation_token) {
    return cannot("option tokenauth of sasl.jaas.config", "does not do delegation tokens",
                  "use the reader wire, which does");
  }
  settings.push_back({"sasl.mechanism", std::string(name_of(sasl.mechanism))});
  if (sasl.mechanism == SaslMechanism::kGssapi) return add_kerberos(sasl.kerberos, settings);
  settings.push_back({"sasl.username", sasl.user});
  settings.push_back({"sasl.password", sasl.password, true});
  return ok();
}

std::string between(std::chrono::milliseconds value, std::int64_t least, std::int64_t most) {
  return std::to_string(std::clamp<std::int64_t>(value.count(), least, most));
}

}  // namespace

Result<Settings> settings_of(const std::string& bootstrap, const ClientProperties& properties) {
  const std::string& brokers = bootstrap.empty() ? properties.bootstrap_servers : bootstrap;
  if (brokers.empty()) {
    return fail(Outcome::kUsage, "no bootstrap servers", "name some brokers: host1:9092,host2:9092");
  }
  Settings settings = {
      {"bootstrap.servers", brokers},
      {"client.id", properties.client_id},
      {"security.protocol", std::string(name_of(properties.protocol))},
      {"socket.timeout.ms", between(properties.request_timeout, 1'000, 300'000)},
      {"socket.connection.setup.timeout.ms", between(properties.connect_timeout, 1'000, 2'147'483'647)},
      {"socket.keepalive.enable", "true"},
      {"log.connection.close", "false"},
      {"allow.auto.create.topics", "false"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"check.crcs", "true"},
      {"isolation.level", "read_committed"},
      {"enable.partition.eof", "true"},
      // A topic that vanished is told about after that long.
      {"topic.metadata.propagation.max.ms", "3000"},
      // What lies in memory ahead of us; most answers are that large, one batch may be larger.
      {"queued.min.messages", "1000000"},
      {"queued.max.messages.kbytes", "16384"},
      {"fetch.max.bytes", "16777216"},
      {"fetch.message.max.bytes", "4194304"},
      {"receive.message.max.bytes", "2000000000"},
      {"fetch.wait.max.ms", "100"},
      {"fetch.error.backoff.ms", "100"},
  };
  if (properties.uses_tls()) ARKIVE_TRY(add_tls(properties.tls, settings));
  if (properties.uses_sasl()) ARKIVE_TRY(add_sasl(properties.sasl, settings));
  return settings;
}

}  // namespace arkive::kafka::rdkafka

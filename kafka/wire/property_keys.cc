#include "kafka/wire/property_keys.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <set>

#include "stores/core/bytes.h"

namespace arkive::kafka::wire {
namespace {

using Take = Status (*)(PropertiesDraft& draft, const std::string& value);

Status refuse(const std::string& value, const std::string& wanted) {
  return fail(Outcome::kUsage, "'" + printable(value) + "' is not " + wanted);
}

Result<std::chrono::milliseconds> milliseconds(const std::string& value) {
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < 0) {
    return fail(Outcome::kUsage, "'" + printable(value) + "' is not a number of milliseconds");
  }
  return std::chrono::milliseconds(number);
}

std::vector<std::string> list(const std::string& value) {
  std::vector<std::string> items;
  std::string item;
  for (const char c : value + ",") {
    if (c == ',') {
      if (!item.empty()) items.push_back(std::move(item));
      item.clear();
    } else if (c != ' ') {
      item.push_back(c);
    }
  }
  return items;
}

// Letters from `first` to `last` become those from `instead` on.
std::string with_case(std::string text, char first, char last, char instead) {
  for (char& c : text) {
    if (c >= first && c <= last) c = static_cast<char>(c - first + instead);
  }
  return text;
}

Status take_protocol(PropertiesDraft& draft, const std::string& value) {
  for (const auto protocol : {SecurityProtocol::kPlaintext, SecurityProtocol::kSsl,
                              SecurityProtocol::kSaslPlaintext, SecurityProtocol::kSaslSsl}) {
    if (with_case(value, 'a', 'z', 'A') != name_of(protocol)) continue;
    draft.properties.protocol = protocol;
    return ok();
  }
  return refuse(value, "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL");
}

Status take_mechanism(PropertiesDraft& draft, const std::string& value) {
  for (const auto mechanism :
       {SaslMechanism::kPlain, SaslMechanism::kScramSha256, SaslMechanism::kScramSha512,
        SaslMechanism::kOauthBearer, SaslMechanism::kGssapi}) {
    if (value != name_of(mechanism)) continue;
    draft.properties.sasl.mechanism = mechanism;
    return ok();
  }
  return refuse(value, "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or GSSAPI");
}

Status take_host_check(PropertiesDraft& draft, const std::string& value) {
  const std::string lower = with_case(value, 'A', 'Z', 'a');
  if (!lower.empty() && lower != "https") return refuse(value, "https, or empty");
  draft.properties.tls.check_host_name = !lower.empty();
  if (lower.empty()) {
    draft.properties.warnings.emplace_back(
        "ssl.endpoint.identification.algorithm is empty: any host with a trusted certificate is taken for "
        "the "
        "broker");
  }
  return ok();
}

Status take_protocols(PropertiesDraft& draft, const std::string& value) {
  for (const std::string& protocol : list(value)) {
    if (protocol != "TLSv1.2" && protocol != "TLSv1.3") return refuse(protocol, "TLSv1.2 or TLSv1.3");
    draft.properties.tls.protocols.push_back(protocol);
  }
  return ok();
}

Status take_store_type(std::string& to, const std::string& value) {
  if (value != "PEM" && value != "PKCS12" && value != "JKS") return refuse(value, "PEM, PKCS12 or JKS");
  to = value;
  return ok();
}

Status take_login_handler(PropertiesDraft&, const std::string& value) {
  if (value.find("OAuthBearerLoginCallbackHandler") != std::string::npos) return ok();
  return fail(Outcome::kUsage, "classes cannot be loaded");
}

Status take_token_endpoint(PropertiesDraft& draft, const std::string& value) {
  bool is_local = false;
  for (const std::string_view local : {"http://localhost", "http://127.0.0.1", "http://[::1]"}) {
    const char after = value.size() > local.size() ? value[local.size()] : '/';
    is_local |= value.starts_with(local) && (after == '/' || after == ':');
  }
  if (value.find('@') != std::string::npos)
    return fail(Outcome::kUsage, "a name and password have no place in it");
  if (!is_local && !value.starts_with("https://"))
    return refuse(value, "a https URL (http is for this host alone)");
  draft.properties.sasl.token_endpoint = value;
  return ok();
}

#define ARKIVE_TAKE_TEXT(member)                                   \
  [](PropertiesDraft& draft, const std::string& value) -> Status { \
    draft.member = value;                                          \
    return ok();                                                   \
  }
#define ARKIVE_TAKE_TIME(member)                                   \
  [](PropertiesDraft& draft, const std::string& value) -> Status { \
    ARKIVE_ASSIGN(draft.member, milliseconds(value));              \
    return ok();                                                   \
  }

const std::map<std::string, Take, std::less<>>& used_keys() {
  static const std::map<std::string, Take, std::less<>> keys = {
      {"bootstrap.servers", ARKIVE_TAKE_TEXT(properties.bootstrap_servers)},
      {"client.id", ARKIVE_TAKE_TEXT(properties.client_id)},
      {"security.protocol", take_protocol},
      {"request.timeout.ms", ARKIVE_TAKE_TIME(properties.request_timeout)},
      {"socket.connection.setup.timeout.ms", ARKIVE_TAKE_TIME(properties.connect_timeout)},
      {"sasl.mechanism", take_mechanism},
      {"sasl.kerberos.kinit.cmd", ARKIVE_TAKE_TEXT(properties.sasl.kerberos.kinit)},
      {"sasl.kerberos.min.time.before.relogin", ARKIVE_TAKE_TIME(properties.sasl.kerberos.relogin)},
      {"sasl.kerberos.service.name", ARKIVE_TAKE_TEXT(properties.sasl.kerberos.service_name)},
      {"sasl.jaas.config", ARKIVE_TAKE_TEXT(jaas)},
      {"sasl.oauthbearer.token.endpoint.url", take_token_endpoint},
      {"sasl.login.callback.handler.class", take_login_handler},
      {"ssl.endpoint.identification.algorithm", take_host_check},
      {"ssl.enabled.protocols", take_protocols},
      {"ssl.cipher.suites",
       [](PropertiesDraft& draft, const std::string& value) -> Status {
         draft.properties.tls.cipher_suites = list(value);
         return ok();
       }},
      {"ssl.truststore.type",
       [](PropertiesDraft& draft, const std::string& value) {
         return take_store_type(draft.trust_type, value);
       }},
      {"ssl.truststore.location", ARKIVE_TAKE_TEXT(properties.tls.trust.location)},
      {"ssl.truststore.password", ARKIVE_TAKE_TEXT(properties.tls.trust.password)},
      {"ssl.truststore.certificates", ARKIVE_TAKE_TEXT(properties.tls.trust.pem)},
      {"ssl.keystore.type", [](PropertiesDraft& draft,
                               const std::string& value) { return take_store_type(draft.key_type, value); }},
      {"ssl.keystore.location", ARKIVE_TAKE_TEXT(properties.tls.key.location)},
      {"ssl.keystore.password", ARKIVE_TAKE_TEXT(properties.tls.key.password)},
      {"ssl.keystore.key", ARKIVE_TAKE_TEXT(key_pem)},
      {"ssl.keystore.certificate.chain", ARKIVE_TAKE_TEXT(chain_pem)},
      {"ssl.key.password", ARKIVE_TAKE_TEXT(properties.tls.key_password)},
  };
  return keys;
}

#undef ARKIVE_TAKE_TEXT
#undef ARKIVE_TAKE_TIME

// Of Kafka's own clients (ConsumerConfig, ProducerConfig, AdminClientConfig at 3.9 and 4.1): what does not
// concern a reader of bytes, or tunes what arkive does in its own way.
const std::set<std::string, std::less<>> kIgnoredKeys = {
    "acks",
    "allow.auto.create.topics",
    "auto.commit.interval.ms",
    "auto.include.jmx.reporter",
    "auto.offset.reset",
    "batch.size",
    "buffer.memory",
    "check.crcs",
    "client.dns.lookup",
    "client.rack",
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.type",
    "compression.zstd.level",
    "connections.max.idle.ms",
    "default.api.timeout.ms",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.idempotence",
    "enable.metrics.push",
    "exclude.internal.topics",
    "fetch.max.bytes",
    "fetch.max.wait.ms",
    "fetch.min.bytes",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "group.remote.assignor",
    "heartbeat.interval.ms",
    "interceptor.classes",
    "internal.leave.group.on.close",
    "internal.throw.on.fetch.stable.offset.unsupported",
    "isolation.level",
    "key.deserializer",
    "key.serializer",
    "linger.ms",
    "max.block.ms",
    "max.in.flight.requests.per.connection",
    "max.partition.fetch.bytes",
    "max.poll.interval.ms",
    "max.poll.records",
    "max.request.size",
    "metadata.max.age.ms",
    "metadata.max.idle.ms",
    "metadata.recovery.rebootstrap.trigger.ms",
    "metadata.recovery.strategy",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.recording.level",
    "metrics.sample.window.ms",
    "partition.assignment.strategy",
    "partitioner.adaptive.partitioning.enable",
    "partitioner.availability.timeout.ms",
    "partitioner.class",
    "partitioner.ignore.keys",
    "receive.buffer.bytes",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "retries",
    "retry.backoff.max.ms",
    "retry.backoff.ms",
    "sasl.kerberos.ticket.renew.jitter",
    "sasl.kerberos.ticket.renew.window.factor",
    "sasl.login.connect.timeout.ms",
    "sasl.login.read.timeout.ms",
    "sasl.login.refresh.buffer.seconds",
    "sasl.login.refresh.min.period.seconds",
    "sasl.login.refresh.window.factor",
    "sasl.login.refresh.window.jitter",
    "sasl.login.retry.backoff.max.ms",
    "sasl.login.retry.backoff.ms",
    "sasl.oauthbearer.clock.skew.seconds",
    "sasl.oauthbearer.expected.audience",
    "sasl.oauthbearer.expected.issuer",
    "sasl.oauthbearer.header.urlencode",
    "sasl.oauthbearer.jwks.endpoint.refresh.ms",
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms",
    "sasl.oauthbearer.jwks.endpoint.url",
    "sasl.oauthbearer.scope.claim.name",
    "sasl.oauthbearer.sub.claim.name",
    "send.buffer.bytes",
    "session.timeout.ms",
    "share.acknowledgement.mode",
    "socket.connection.setup.timeout.max.ms",
    "ssl.keymanager.algorithm",
    "ssl.protocol",
    "ssl.secure.random.implementation",
    "ssl.trustmanager.algorithm",
    "transaction.timeout.ms",
    "transaction.two.phase.commit.enable",
    "transactional.id",
    "value.deserializer",
    "value.serializer"};

// They would change whom we trust or what we are, and arkive cannot do what they say.
const std::map<std::string, std::string, std::less<>> kUnsupportedKeys = {
    {"bootstrap.controllers", "controllers hold no topics: name brokers with bootstrap.servers"},
    {"config.providers", "values cannot be taken from elsewhere: write them into the file"},
    {"sasl.client.callback.handler.class", "classes cannot be loaded"},
    {"sasl.login.class", "classes cannot be loaded"},
    {"security.providers", "classes cannot be loaded"},
    {"ssl.engine.factory.class", "classes cannot be loaded"},
    {"ssl.provider", "classes cannot be loaded"},
};

// Kafka takes blanks off both ends of every value.
std::string trimmed(const std::string& value) {
  constexpr std::string_view kBlanks = " \t\r\n\f";
  const std::size_t first = value.find_first_not_of(kBlanks);
  if (first == std::string::npos) return {};
  return value.substr(first, value.find_last_not_of(kBlanks) - first + 1);
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = corner + (a[i] == b[j] ? 0 : 1);
      corner = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

Status take_property(PropertiesDraft& draft, const Property& property) {
  const auto unsupported = kUnsupportedKeys.find(property.key);
  if (unsupported != kUnsupportedKeys.end()) {
    return fail(Outcome::kUsage, "not supported", unsupported->second);
  }
  if (kIgnoredKeys.contains(property.key)) {
    draft.properties.ignored.push_back(property.key);
    return ok();
  }
  const auto used = used_keys().find(property.key);
  if (used == used_keys().end()) {
    const std::string nearest = nearest_key(property.key);
    return fail(Outcome::kUsage, "unknown key", nearest.empty() ? "" : "did you mean " + nearest + "?");
  }
  if (property.key == "sasl.jaas.config") draft.jaas_line = property.line;
  return used->second(draft, trimmed(property.value));
}

std::string nearest_key(const std::string& key) {
  constexpr std::size_t kMost = 3;
  constexpr std::size_t kLongest = 100;
  std::string nearest;
  std::size_t least = kMost + 1;
  const auto look_at = [&](const std::string& known) {
    const std::size_t away = key.size() > kLongest ? least : distance(key, known);
    if (away < least) {
      least = away;
      nearest = known;
    }
  };
  for (const auto& [known, take] : used_keys()) look_at(known);
  for (const std::string& known : kIgnoredKeys) look_at(known);
  return nearest;
}

}  // namespace arkive::kafka::wire

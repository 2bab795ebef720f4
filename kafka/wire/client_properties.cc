#include "kafka/wire/client_properties.h"

#include <sys/stat.h>

#include <charconv>
#include <optional>
#include <set>

#include "kafka/wire/jaas.h"
#include "kafka/wire/properties_file.h"
#include "kafka/wire/property_keys.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"

namespace arkive::kafka {
namespace {

using wire::JaasEntry;
using wire::PropertiesDraft;

constexpr std::uint64_t kMostSize = 1 << 20;

std::optional<std::string> option(const JaasEntry& entry, const std::string& name) {
  const auto found = entry.options.find(name);
  if (found == entry.options.end()) return std::nullopt;
  return found->second;
}

std::string json_text(const std::string& text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json.push_back('\\');
    if (static_cast<unsigned char>(c) >= 0x20) json.push_back(c);
  }
  return json + "\"";
}

std::string_view module_of(SaslMechanism mechanism) {
  switch (mechanism) {
    case SaslMechanism::kPlain:
      return "PlainLoginModule";
    case SaslMechanism::kScramSha256:
    case SaslMechanism::kScramSha512:
      return "ScramLoginModule";
    case SaslMechanism::kOauthBearer:
      return "OAuthBearerLoginModule";
    case SaslMechanism::kGssapi:
      return "Krb5LoginModule";
  }
  return {};
}

// OAuthBearerUnsecuredLoginCallbackHandler.java, OAuthBearerLoginCallbackHandler.java: their options.
Status take_oauth_options(const JaasEntry& entry, SaslSettings& sasl) {
  constexpr std::string_view kText = "unsecuredLoginStringClaim_";
  constexpr std::string_view kNumber = "unsecuredLoginNumberClaim_";
  constexpr std::string_view kUnsecuredExtension = "unsecuredLoginExtension_";
  constexpr std::string_view kExtension = "extension_";
  for (const auto& [name, value] : entry.options) {
    if (name.starts_with(kText)) {
      sasl.unsecured_claims.emplace_back(name.substr(kText.size()), json_text(value));
    } else if (name.starts_with(kNumber)) {
      double number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (error != std::errc() || end != value.data() + value.size()) {
        return fail(Outcome::kUsage, "option " + printable(name) + " is no number");
      }
      sasl.unsecured_claims.emplace_back(name.substr(kNumber.size()), value);
    } else if (name.starts_with(kUnsecuredExtension)) {
      sasl.extensions.emplace_back(name.substr(kUnsecuredExtension.size()), value);
    } else if (name.starts_with(kExtension)) {
      sasl.extensions.emplace_back(name.substr(kExtension.size()), value);
    } else if (name == "unsecuredLoginLifetimeSeconds") {
      std::int32_t seconds = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
      if (error != std::errc() || end != value.data() + value.size() || seconds <= 0) {
        return fail(Outcome::kUsage, "option unsecuredLoginLifetimeSeconds is no number of seconds");
      }
      sasl.unsecured_lifetime = std::chrono::seconds(seconds);
    } else if (name != "clientId" && name != "clientSecret" && name != "scope") {
      return fail(Outcome::kUsage, "option " + printable(name) + " is not supported");
    }
  }
  sasl.client_id = option(entry, "clientId").value_or("");
  sasl.client_secret = option(entry, "clientSecret").value_or("");
  sasl.scope = option(entry, "scope").value_or("");
  if (!sasl.token_endpoint.empty()) {
    if (sasl.client_id.empty())
      return fail(Outcome::kUsage, "no clientId and clientSecret for the token endpoint");
    return ok();
  }
  for (const auto& [name, value] : sasl.unsecured_claims) {
    if (name == "sub") return ok();
  }
  return fail(Outcome::kUsage,
              "neither sasl.oauthbearer.token.endpoint.url nor unsecuredLoginStringClaim_sub");
}

// Krb5LoginModule.java (OpenJDK 17): its options. What only concerns how Java keeps tickets is passed over.
Status take_kerberos_options(const JaasEntry& entry, KerberosSettings& kerberos) {
  static const std::set<std::string, std::less<>> kPassedOver = {
      "useKeyTab",   "useTicketCache",    "storeKey",  "renewTGT",  "doNotPrompt",  "debug",
      "isInitiator", "refreshKrb5Config", "clearPass", "storePass", "useFirstPass", "tryFirstPass"};
  const auto is_true = [&](const char* name) { return option(entry, name).value_or("") == "true"; };
  for (const auto& [name, value] : entry.options) {
    if (name == "keyTab") {
      kerberos.keytab = value.starts_with("file:") ? value.substr(5) : value;
    } else if (name == "principal") {
      kerberos.principal = value;
    } else if (name == "serviceName") {
      kerberos.service_name = value;
    } else if (name == "ticketCache") {
      return fail(Outcome::kUsage, "option ticketCache is not supported",
                  "name the ticket cache with the environment variable KRB5CCNAME");
    } else if (!kPassedOver.contains(name)) {
      return fail(Outcome::kUsage, "option " + printable(name) + " is not supported");
    }
  }
  if (!is_true("useKeyTab")) {
    kerberos.keytab.clear();
    if (is_true("useTicketCache")) return ok();
    return fail(Outcome::kUsage, "neither useKeyTab=true nor useTicketCache=true: nobody can be asked");
  }
  if (kerberos.keytab.empty()) return fail(Outcome::kUsage, "useKeyTab=true without keyTab");
  if (kerberos.principal.empty()) return fail(Outcome::kUsage, "useKeyTab=true without principal");
  return ok();
}

Status take_jaas(const PropertiesDraft& draft, SaslSettings& sasl) {
  ARKIVE_ASSIGN(const JaasEntry entry, wire::parse_jaas(draft.jaas));
  if (entry.module != module_of(sasl.mechanism)) {
    return fail(Outcome::kUsage, "sasl.mechanism " + std::string(name_of(sasl.mechanism)) + " wants " +
                                     std::string(module_of(sasl.mechanism)) + ", not '" +
                                     printable(entry.module) + "'");
  }
  if (sasl.mechanism == SaslMechanism::kGssapi) return take_kerberos_options(entry, sasl.kerberos);
  if (sasl.mechanism == SaslMechanism::kOauthBearer) return take_oauth_options(entry, sasl);
  const auto user = option(entry, "username");
  const auto password = option(entry, "password");
  if (!user || user->empty()) return fail(Outcome::kUsage, "no username");
  if (!password || password->empty()) return fail(Outcome::kUsage, "no password");
  sasl.user = *user;
  sasl.password = *password;
  sasl.delegation_token = option(entry, "tokenauth").value_or("") == "true";
  return ok();
}

Status finish_sasl(PropertiesDraft& draft) {
  if (!draft.properties.uses_sasl()) return ok();
  const bool needs_jaas = draft.properties.sasl.mechanism != SaslMechanism::kGssapi;
  if (draft.jaas.empty()) {
    if (!needs_jaas) return ok();
    return fail(Outcome::kUsage, "sasl.jaas.config is missing");
  }
  auto taken = take_jaas(draft, draft.properties.sasl);
  if (taken) return ok();
  return fail(
      std::move(taken.error()).within("line " + std::to_string(draft.jaas_line) + ": sasl.jaas.config"));
}

Status finish_tls(PropertiesDraft& draft) {
  TlsSettings& tls = draft.properties.tls;
  if (!tls.trust.pem.empty() && draft.trust_type != "PEM") {
    return fail(Outcome::kUsage, "ssl.truststore.certificates wants ssl.truststore.type=PEM");
  }
  const bool inline_key = !draft.key_pem.empty() || !draft.chain_pem.empty();
  if (inline_key && draft.key_type != "PEM") {
    return fail(Outcome::kUsage, "ssl.keystore.key wants ssl.keystore.type=PEM");
  }
  if (inline_key && (draft.key_pem.empty() || draft.chain_pem.empty())) {
    return fail(Outcome::kUsage, "ssl.keystore.key and ssl.keystore.certificate.chain go together");
  }
  if (inline_key) tls.key.pem = draft.key_pem + "\n" + draft.chain_pem;
  if ((inline_key && !tls.key.location.empty()) || (!tls.trust.pem.empty() && !tls.trust.location.empty())) {
    return fail(Outcome::kUsage, "a store is given both in the file and by its location");
  }
  return ok();
}

}  // namespace

std::string_view name_of(SecurityProtocol protocol) {
  switch (protocol) {
    case SecurityProtocol::kPlaintext:
      return "PLAINTEXT";
    case SecurityProtocol::kSsl:
      return "SSL";
    case SecurityProtocol::kSaslPlaintext:
      return "SASL_PLAINTEXT";
    case SecurityProtocol::kSaslSsl:
      return "SASL_SSL";
  }
  return {};
}

std::string_view name_of(SaslMechanism mechanism) {
  switch (mechanism) {
    case SaslMechanism::kPlain:
      return "PLAIN";
    case SaslMechanism::kScramSha256:
      return "SCRAM-SHA-256";
    case SaslMechanism::kScramSha512:
      return "SCRAM-SHA-512";
    case SaslMechanism::kOauthBearer:
      return "OAUTHBEARER";
    case SaslMechanism::kGssapi:
      return "GSSAPI";
  }
  return {};
}

Result<ClientProperties> parse_client_properties(std::string_view text, const std::string& file) {
  const std::string operation = "read '" + file + "'";
  auto properties = wire::parse_properties(text);
  if (!properties) return fail(std::move(properties.error()).within(operation));
  PropertiesDraft draft;
  std::set<std::string> seen;
  for (const wire::Property& property : *properties) {
    auto taken = wire::take_property(draft, property);
    if (!taken) {
      return fail(std::move(taken.error())
                      .within("line " + std::to_string(property.line) + ": " + printable(property.key))
                      .within(operation));
    }
    if (!seen.insert(property.key).second) {
      draft.properties.warnings.push_back("'" + file + "' line " + std::to_string(property.line) + ": " +
                                          property.key + " is given again; this one counts");
    }
  }
  auto finished = finish_sasl(draft);
  if (finished) finished = finish_tls(draft);
  if (!finished) return fail(std::move(finished.error()).within(operation));
  return std::move(draft.properties);
}

Result<ClientProperties> read_client_properties(const std::string& path) {
  ARKIVE_ASSIGN(const std::string text, read_file(path, kMostSize));
  ARKIVE_ASSIGN(ClientProperties properties, parse_client_properties(text, path));
  struct stat facts {};
  const bool holds_secret = !properties.sasl.password.empty() || !properties.sasl.client_secret.empty() ||
                            !properties.tls.key_password.empty() || !properties.tls.key.password.empty() ||
                            !properties.tls.key.pem.empty();
  if (holds_secret && ::stat(path.c_str(), &facts) == 0 && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    properties.warnings.push_back("'" + path + "' holds a password and others may read it: chmod 600 '" +
                                  path + "'");
  }
  return properties;
}

}  // namespace arkive::kafka

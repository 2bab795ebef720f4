/// ClientProperties: how to reach and trust a cluster, as Kafka's own client.properties files say it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/core/result.h"

namespace arkive::kafka {

enum class SecurityProtocol : std::uint8_t { kPlaintext, kSsl, kSaslPlaintext, kSaslSsl };
enum class SaslMechanism : std::uint8_t { kPlain, kScramSha256, kScramSha512, kOauthBearer, kGssapi };

/// "SASL_SSL", "SCRAM-SHA-256": the words of the file.
std::string_view name_of(SecurityProtocol protocol);
std::string_view name_of(SaslMechanism mechanism);

/// A truststore or keystore. What kind a file is, its first bytes tell.
struct CertificateStore {
  std::string location;  ///< a file; empty: see `pem`
  std::string pem;       ///< the certificates (and the private key) themselves
  std::string password;  ///< of the file
  bool given() const { return !location.empty() || !pem.empty(); }
};

struct TlsSettings {
  CertificateStore trust;    ///< none: the system's certificate authorities
  CertificateStore key;      ///< our own certificate and private key; none: we have none
  std::string key_password;  ///< of the private key in it
  bool check_host_name = true;
  std::vector<std::string> protocols;      ///< "TLSv1.2", "TLSv1.3"; none: both
  std::vector<std::string> cipher_suites;  ///< as OpenSSL or IANA names them; none: OpenSSL's choice
};

/// GSSAPI, as Java's Krb5LoginModule is told. Without a keytab somebody else keeps the tickets fresh.
struct KerberosSettings {
  std::string service_name;  ///< of the brokers' principals; empty: "kafka"
  std::string keytab;        ///< a file
  std::string principal;     ///< ours, as it stands in the keytab
  std::string kinit = "kinit";
  std::chrono::milliseconds relogin{60'000};  ///< between two logins at least
};

struct SaslSettings {
  SaslMechanism mechanism = SaslMechanism::kGssapi;  ///< Kafka's default
  std::string user;
  std::string password;
  bool delegation_token = false;  ///< user and password are a delegation token's id and HMAC
  /// OAUTHBEARER: where to fetch a token, or, when empty, the claims of an unsecured one.
  std::string token_endpoint;
  std::string client_id;
  std::string client_secret;
  std::string scope;
  std::vector<std::pair<std::string, std::string>> unsecured_claims;  ///< names and JSON values
  std::chrono::seconds unsecured_lifetime{3600};
  std::vector<std::pair<std::string, std::string>> extensions;
  KerberosSettings kerberos;
};

/// A value. Holds secrets: never logged.
struct ClientProperties {
  std::string bootstrap_servers;  ///< empty when the file names none
  std::string client_id = "arkive";
  SecurityProtocol protocol = SecurityProtocol::kPlaintext;
  TlsSettings tls;
  SaslSettings sasl;
  std::chrono::milliseconds request_timeout{30'000};
  std::chrono::milliseconds connect_timeout{10'000};
  /// Keys that concern producers, consumers or administration only, and were passed over.
  std::vector<std::string> ignored;
  /// What the operator should hear: "'x.properties' holds a password and may be read by others".
  std::vector<std::string> warnings;

  bool uses_tls() const {
    return protocol == SecurityProtocol::kSsl || protocol == SecurityProtocol::kSaslSsl;
  }
  bool uses_sasl() const {
    return protocol == SecurityProtocol::kSaslPlaintext || protocol == SecurityProtocol::kSaslSsl;
  }
};

/// kUsage, naming file, line and key: unknown or unsupported keys and values, bad syntax, what is missing.
/// Never a value of a secret key.
Result<ClientProperties> parse_client_properties(std::string_view text, const std::string& file);
/// As above. kNotFound, kDenied: the file cannot be read.
Result<ClientProperties> read_client_properties(const std::string& path);

}  // namespace arkive::kafka

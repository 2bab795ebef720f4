#include "kafka/znodes/secrets.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "kafka/znodes/json_scan.h"
#include "kafka/znodes/words.h"
#include "kafka/znodes/znode_data.h"
#include "kafka/znodes/znode_names.h"

namespace arkive::kafka {
namespace {

using zk::SecretRange;

constexpr std::array<std::string_view, 13> kSecretEndings = {"password",
                                                             "passphrase",
                                                             "secret",
                                                             "secret.key",
                                                             "master.key",
                                                             "sasl.jaas.config",
                                                             "ssl.keystore.key",
                                                             "ssl.keystore.certificate.chain",
                                                             "ssl.truststore.certificates",
                                                             "private.key",
                                                             "credential",
                                                             "credentials",
                                                             "token"};

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == 'E' || c == '+';
  });
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

void add(std::vector<SecretRange>& ranges, std::size_t begin, std::size_t end) {
  if (begin < end) ranges.push_back({begin, end});
}

// "salt=..,stored_key=..,server_key=..,iterations=4096": all but the iterations.
void add_scram(std::vector<SecretRange>& ranges, std::string_view raw, std::size_t offset) {
  if (raw.find('\\') != std::string_view::npos) return add(ranges, offset, offset + raw.size());
  std::size_t begin = 0;
  while (begin < raw.size()) {
    const std::size_t end = std::min(raw.find(',', begin), raw.size());
    const std::string_view part = raw.substr(begin, end - begin);
    const std::size_t equals = part.find('=');
    const std::size_t value = equals == std::string_view::npos ? 0 : equals + 1;
    const bool harmless = part.starts_with("iterations=") && is_number(part.substr(value));
    if (!harmless) add(ranges, offset + begin + value, offset + end);
    begin = end + 1;
  }
}

void add_config_entry(std::vector<SecretRange>& ranges, const KafkaZnode& znode, Bytes data,
                      const JsonScalar& scalar) {
  if (scalar.keys.empty()) return add(ranges, scalar.begin, scalar.end);
  const std::string& key = scalar.keys.back();
  const std::string_view raw = data.substr(scalar.begin, scalar.end - scalar.begin);
  if (is_scram(key) && scalar.is_string) return add_scram(ranges, raw, scalar.begin);
  if (is_secret_entry(znode.type, key, unescape_json(raw))) add(ranges, scalar.begin, scalar.end);
}

bool is_understood(const KafkaZnode& znode, Bytes data) {
  if (znode.role == ZnodeRole::kConfig) return parse_config(data).has_value();
  if (znode.role == ZnodeRole::kDelegationToken) return parse_delegation_token(data).has_value();
  return false;
}

}  // namespace

bool is_secret_entry(std::string_view type, std::string_view key, std::string_view value) {
  const std::string lower = lower_case(key);
  const bool says_so = std::any_of(kSecretEndings.begin(), kSecretEndings.end(),
                                   [&](std::string_view ending) { return lower.ends_with(ending); });
  if (says_so || value.find("encryptedPassword:") != std::string_view::npos) return true;
  return type == "users" && !is_number(value);
}

std::vector<SecretRange> secrets(std::string_view path, Bytes data, std::string_view root) {
  std::vector<SecretRange> ranges;
  if (data.empty()) return ranges;
  const KafkaZnode znode = znode_at(path, root);
  const bool guarded = may_hold_secrets(path, root);
  if (!guarded && znode.role != ZnodeRole::kConfig) return ranges;
  std::vector<SecretRange> everything = {{0, data.size()}};
  if (guarded && !is_understood(znode, data)) return everything;
  const bool scanned = scan_json(data, [&](const JsonScalar& scalar) {
    if (znode.role == ZnodeRole::kConfig) {
      add_config_entry(ranges, znode, data, scalar);
    } else if (!scalar.keys.empty() && lower_case(scalar.keys.back()).find("hmac") != std::string::npos) {
      add(ranges, scalar.begin, scalar.end);
    }
  });
  if (!scanned) return guarded ? everything : std::vector<SecretRange>();
  return ranges;
}

}  // namespace arkive::kafka

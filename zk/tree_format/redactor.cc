#include "zk/tree_format/redactor.h"

#include "stores/core/files.h"
#include "stores/core/hash.h"

namespace arkive::zk {
namespace {

constexpr std::string_view kPrefix = "redacted-";
constexpr std::size_t kDigits = 16;
constexpr std::size_t kKeySize = 32;

bool is_fingerprint_at(Bytes text, std::size_t at) {
  const Bytes digits = text.substr(at + kPrefix.size(), kDigits);
  return digits.size() == kDigits && digits.find_first_not_of("0123456789abcdef") == Bytes::npos;
}

bool is_fingerprint(Bytes text) {
  return text.size() == kPrefix.size() + kDigits && text.starts_with(kPrefix) && is_fingerprint_at(text, 0);
}

}  // namespace

Redactor::Redactor(std::string key) : key_(std::move(key)) {}

Result<Redactor> Redactor::from_key_file(const std::string& path) {
  if (!path_exists(path)) {
    // kConflict: another run made it meanwhile; then its key is the one to use.
    const Status made = write_file_durably(path, random_bytes(kKeySize), IfExists::kConflict);
    if (!made && made.error().outcome != Outcome::kConflict) return fail(made.error());
  }
  ARKIVE_ASSIGN(std::string key, read_secret_file(path));
  if (key.size() != kKeySize) {
    return fail(Outcome::kCorrupt, "read redaction key '" + path + "': not 32 bytes",
                "bring the key file back from a copy; with another key every secret looks changed");
  }
  return Redactor(std::move(key));
}

std::string Redactor::fingerprint(Bytes secret) const {
  if (is_fingerprint(secret)) return std::string(secret);
  return std::string(kPrefix) + hex(hmac_sha256(key_, secret)).substr(0, kDigits);
}

Acl Redactor::redact(const Acl& acl) const {
  Acl redacted = acl;
  for (AclEntry& entry : redacted) {
    if (entry.scheme != "digest" || is_masked(entry)) continue;
    const std::size_t colon = entry.id.find(':');
    if (colon == std::string::npos) continue;
    entry.id = entry.id.substr(0, colon + 1) + fingerprint(std::string_view(entry.id).substr(colon + 1));
  }
  return redacted;
}

bool holds_redaction(Bytes text) {
  for (std::size_t at = text.find(kPrefix); at != Bytes::npos; at = text.find(kPrefix, at + 1)) {
    if (is_fingerprint_at(text, at)) return true;
  }
  return false;
}

bool holds_redaction(const Acl& acl) {
  for (const AclEntry& entry : acl) {
    if (holds_redaction(entry.id)) return true;
  }
  return false;
}

}  // namespace arkive::zk

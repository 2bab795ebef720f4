/// Redactor: replaces secrets by keyed fingerprints, so that a history can be shown and pushed and a change
/// of a secret still shows.
#pragma once

#include <string>
#include <string_view>

#include "stores/core/bytes.h"
#include "stores/core/result.h"
#include "zk/znode.h"

namespace arkive::zk {

/// Immutable; any thread. The fingerprint of a secret is "redacted-" + the first 16 hex digits of
/// HMAC-SHA-256(key, secret); redacting a redacted value changes nothing.
class Redactor {
 public:
  /// `key`: 32 bytes.
  explicit Redactor(std::string key);
  /// Reads the key file (mode 0600 required), or makes it with a random key when absent. Never inside a
  /// history.
  static Result<Redactor> from_key_file(const std::string& path);
  std::string fingerprint(Bytes secret) const;
  /// The ACL with digest hashes ("user:hash") replaced: "user:redacted-...". Masked and redacted entries stay
  /// as they are.
  Acl redact(const Acl& acl) const;

 private:
  std::string key_;
};

/// True when `text` contains a fingerprint made by a Redactor: such a znode or ACL is not restored.
bool holds_redaction(Bytes text);
bool holds_redaction(const Acl& acl);

}  // namespace arkive::zk

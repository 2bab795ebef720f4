/// KeySource: where the key to an encrypted store comes from. A key itself never stands in an argument.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/encrypted/key_files.h"
#include "stores/encrypted/secret.h"

namespace arkive::encrypted {

struct KeySource {
  enum class Kind : std::uint8_t { kFile, kCommand, kPassphraseFile };
  Kind kind = Kind::kFile;
  std::string text;  ///< path, or command for /bin/sh
  Wrapping::Method method() const {
    return kind == Kind::kPassphraseFile ? Wrapping::Method::kPassphrase : Wrapping::Method::kKey;
  }
};

/// The key (kKeySize bytes) or the passphrase. A key is 32 bytes, 64 hex digits or 44 characters of Base64,
/// the latter two with at most a newline behind. kDenied: a file that others may use. kUsage: not the form of
/// a key. What the command writes to standard error goes nowhere: it might hold the key.
Result<Secret> read_key(const KeySource& source, Deadline deadline);

/// Reads each key once and keeps it, and the data keys it opened, as long as it lives: a command asks a
/// person or a server, and a passphrase is slow. Any thread.
class KeyReader {
 public:
  /// As read_key().
  Result<Secret> key(const KeySource& source, Deadline deadline);
  /// The data key remembered for what `source` opens in the store of `encryption` (hex of a SHA-256).
  std::optional<Secret> data_key(const KeySource& source, const std::string& encryption) const;
  void remember(const KeySource& source, const std::string& encryption, const Secret& data_key);

 private:
  using Place = std::pair<KeySource::Kind, std::string>;
  mutable std::mutex mutex_;
  std::map<Place, Secret> keys_;
  std::map<std::pair<Place, std::string>, Secret> data_keys_;
};

/// A key for a new wrapping; kUsage for a passphrase of fewer than 12 bytes.
Status check_new_key(const KeySource& source, const Secret& secret);

/// Writes a new random key, in Base64, to a file that must not exist yet (mode 0600, durable).
Status make_key_file(const std::string& path);

}  // namespace arkive::encrypted

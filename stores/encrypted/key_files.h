/// The objects below "keys/": what says that a store is encrypted, and the data key wrapped by keys of people
/// (docs/format-encryption.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/encrypted/secret.h"
#include "stores/encrypted/store_key.h"

namespace arkive::encrypted {

inline constexpr std::string_view kEncryptionKey = "keys/encryption.json";

/// keys/encryption.json.
struct EncryptionFile {
  std::string id;     ///< 32 hex digits
  std::string store;  ///< the id in arkive.json
  std::uint32_t chunk = kDefaultChunk;
  bool hide_names = false;

  std::string to_json() const;
  /// kUsage: a newer format; kCorrupt: anything else that is wrong.
  static Result<EncryptionFile> from_json(std::string_view text);
};

/// keys/<id>.json.
struct Wrapping {
  enum class Method : std::uint8_t { kKey, kPassphrase };
  std::string id;  ///< 16 hex digits
  std::string label;
  UnixMilliseconds created = 0;
  Method method = Method::kKey;
  std::string encryption;  ///< SHA-256 of keys/encryption.json, hex
  std::string salt;        ///< 16 bytes
  std::uint64_t n = 1 << 17;
  std::uint64_t r = 8;
  std::uint64_t p = 1;
  std::string wrapped;  ///< data key and tag

  std::string to_json() const;
  static Result<Wrapping> from_json(std::string_view text);
  /// "keys/<id>.json"
  std::string key() const;
};

/// "key", "passphrase"
std::string_view method_name(Wrapping::Method method);

/// Wraps `data_key` anew with `secret` (of a key: kKeySize bytes; of a passphrase: its bytes): fills salt and
/// wrapped of `wrapping`, of which all else is set. Errors as scrypt().
Status wrap(Wrapping& wrapping, Bytes secret, Bytes data_key);
/// The data key. kDenied when `secret` is not the one, or the wrapping was changed. Errors as scrypt().
Result<Secret> unwrap(const Wrapping& wrapping, Bytes secret);

}  // namespace arkive::encrypted

/// The algorithms of docs/format-encryption.md, by OpenSSL: the only place of this folder that knows it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "stores/core/bytes.h"
#include "stores/core/result.h"
#include "stores/encrypted/secret.h"

namespace arkive::encrypted {

inline constexpr std::size_t kKeySize = 32;
inline constexpr std::size_t kTagSize = 16;

/// AES-256-GCM under one key, the nonce a number. One thread at a time.
class Aead {
 public:
  /// `key` has kKeySize bytes.
  explicit Aead(Bytes key);
  Aead(Aead&&) noexcept;
  Aead& operator=(Aead&&) noexcept;
  ~Aead();
  /// Writes the ciphertext and its tag to `to`, which has plain.size() + kTagSize bytes and does not overlap
  /// `plain`. The caller gives each number once.
  void seal(std::uint64_t number, Bytes additional, Bytes plain, char* to);
  /// Decrypts in place what seal() wrote, `size` bytes from `sealed`. False, and the bytes wiped, when the
  /// tag does not fit; on true size - kTagSize bytes are plaintext.
  bool open(std::uint64_t number, Bytes additional, char* sealed, std::size_t size);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// HKDF-SHA-256, RFC 5869. `size` at most 255 * 32.
Secret hkdf(Bytes key, Bytes salt, Bytes info, std::size_t size);

/// scrypt, RFC 7914, of kKeySize bytes. kFail when it needs more memory than 1 GiB or there is none.
Result<Secret> scrypt(Bytes passphrase, Bytes salt, std::uint64_t n, std::uint64_t r, std::uint64_t p);

/// AES-256-SIV, RFC 5297, with one element of associated data that is not empty; `key` has 64 bytes, `plain`
/// is not empty. Returns the synthetic IV and the ciphertext.
std::string siv_seal(Bytes key, Bytes additional, Bytes plain);
/// Nothing when it was not made so.
std::optional<std::string> siv_open(Bytes key, Bytes additional, Bytes sealed);

/// True when both are the same; the time it takes tells only their sizes.
bool same_bytes(Bytes a, Bytes b);

}  // namespace arkive::encrypted

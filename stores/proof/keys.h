/// The keys of docs/format-proof.md: Ed25519 (RFC 8032), in PEM. OpenSSL stands in keys.cc and nowhere else.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::proof {

inline constexpr std::size_t kSignatureSize = 64;

/// Checks signatures. A value; any thread.
class PublicKey {
 public:
  using Raw = std::array<unsigned char, 32>;
  explicit PublicKey(const Raw& raw);
  /// SHA-256 of its SubjectPublicKeyInfo, in hex.
  const std::string& id() const { return id_; }
  /// One block of PEM, with a newline at the end.
  std::string pem() const;
  /// False too when `signature` has not kSignatureSize bytes, or the key is no point of the curve.
  bool verifies(Bytes message, Bytes signature) const;

 private:
  Raw raw_;
  std::string id_;
};

/// Those that a reader trusts.
class PublicKeys {
 public:
  PublicKeys() = default;
  explicit PublicKeys(std::vector<PublicKey> keys) : keys_(std::move(keys)) {}
  /// All PUBLIC KEY blocks of a text. kUsage, for what stands before ": ...": there is none, one is no
  /// Ed25519 key or cannot be read, or there is a private one.
  static Result<PublicKeys> from_pem(std::string_view text, const std::string& where);
  /// from_pem() of a file.
  static Result<PublicKeys> read(const std::string& path);
  /// Null: there is none of that id.
  const PublicKey* find(std::string_view id) const;
  const std::vector<PublicKey>& all() const { return keys_; }

 private:
  std::vector<PublicKey> keys_;
};

/// Signs. Immutable; any thread. Its bytes are wiped when it is destroyed.
class SigningKey {
 public:
  /// Of an unencrypted PKCS #8 block. kUsage as PublicKeys::from_pem().
  static Result<std::shared_ptr<const SigningKey>> from_pem(std::string_view text, const std::string& where);
  /// from_pem() of a file of mode 0600 or narrower (kDenied).
  static Result<std::shared_ptr<const SigningKey>> read(const std::string& path);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  const PublicKey& public_key() const { return public_key_; }
  /// kSignatureSize bytes.
  std::string sign(Bytes message) const;

 private:
  struct State;
  SigningKey(std::unique_ptr<State> state, const PublicKey& public_key);

  std::unique_ptr<State> state_;
  PublicKey public_key_;
};

/// Writes a new key to `path` (PKCS #8, mode 0600) and its public half to "<path>.pub", durably. kConflict
/// when either exists. The id of the key.
Result<std::string> make_signing_key(const std::string& path);

/// The 64 bytes that a field `signature` holds in Base64; empty when it is not just that.
std::string signature_in(std::string_view base64_text);

}  // namespace arkive::proof

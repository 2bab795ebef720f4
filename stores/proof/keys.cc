#include "stores/proof/keys.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstdlib>

#include "stores/core/files.h"
#include "stores/core/handle.h"
#include "stores/core/hash.h"
#include "stores/core/memory.h"

namespace arkive::proof {

namespace {

using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using Source = Handle<BIO, BIO_free_all>;

// RFC 8410: what stands before the 32 bytes of the key.
constexpr std::string_view kInfoStart("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);

constexpr std::string_view kBegin = "-----BEGIN PUBLIC KEY-----";
constexpr std::string_view kEnd = "-----END PUBLIC KEY-----";

/// What fails only without memory, or with an OpenSSL that lacks Ed25519.
void must(bool holds) {
  if (!holds) end_out_of_memory("an OpenSSL without Ed25519");
}

const unsigned char* unsigned_data(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Source source_of(std::string_view text) {
  Source source(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  must(source != nullptr);
  return source;
}

std::string info_of(const PublicKey::Raw& raw) {
  std::string info(kInfoStart);
  info.append(reinterpret_cast<const char*>(raw.data()), raw.size());
  return info;
}

/// None when `key` is of another kind.
bool raw_public(const EVP_PKEY* key, PublicKey::Raw& raw) {
  std::size_t size = raw.size();
  return EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 &&
         EVP_PKEY_get_raw_public_key(key, raw.data(), &size) == 1 && size == raw.size();
}

// A passphrase is never asked for.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

PublicKey::PublicKey(const Raw& raw) : raw_(raw), id_(hex(sha256(info_of(raw)))) {}

std::string PublicKey::pem() const {
  return "-----BEGIN PUBLIC KEY-----\n" + base64(info_of(raw_)) + "\n-----END PUBLIC KEY-----\n";
}

bool PublicKey::verifies(Bytes message, Bytes signature) const {
  if (signature.size() != kSignatureSize) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw_.data(), raw_.size()));
  const DigestContext context(EVP_MD_CTX_new());
  must(context != nullptr);
  const bool fits = key != nullptr &&
                    EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                    EVP_DigestVerify(context.get(), unsigned_data(signature), signature.size(),
                                     unsigned_data(message), message.size()) == 1;
  ERR_clear_error();
  return fits;
}

Result<PublicKeys> PublicKeys::from_pem(std::string_view text, const std::string& where) {
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) {
    return fail(Outcome::kUsage, where + ": it holds a private key",
                "name the file of the public one (FILE.pub), and keep this one where backups are written");
  }
  std::vector<PublicKey> keys;
  for (std::size_t at = 0; (at = text.find(kBegin, at)) != std::string_view::npos;) {
    const std::size_t end = text.find(kEnd, at);
    if (end == std::string_view::npos || text.find(kBegin, at + 1) < end)
      return fail(Outcome::kUsage, where + ": a PEM block in it is damaged");
    const Source source = source_of(text.substr(at, end + kEnd.size() - at));
    const Key key(PEM_read_bio_PUBKEY(source.get(), nullptr, no_passphrase, nullptr));
    PublicKey::Raw raw = {};
    const bool good = key != nullptr && raw_public(key.get(), raw);
    ERR_clear_error();
    if (!good) return fail(Outcome::kUsage, where + ": a public key in it is no Ed25519 key, or damaged");
    keys.emplace_back(raw);
    at = end;
  }
  if (keys.empty()) {
    return fail(Outcome::kUsage, where + ": it holds no public key",
                "arkive key make-signing FILE writes FILE.pub; openssl pkey -in FILE -pubout prints it, too");
  }
  return PublicKeys(std::move(keys));
}

Result<PublicKeys> PublicKeys::read(const std::string& path) {
  ARKIVE_ASSIGN(const std::string text, read_file(path, 1 << 20));
  return from_pem(text, "read public key '" + printable(path) + "'");
}

const PublicKey* PublicKeys::find(std::string_view id) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const PublicKey& key) { return key.id() == id; });
  return found == keys_.end() ? nullptr : &*found;
}

struct SigningKey::State {
  Key key;
};

SigningKey::SigningKey(std::unique_ptr<State> state, const PublicKey& public_key)
    : state_(std::move(state)), public_key_(public_key) {}
SigningKey::~SigningKey() = default;

Result<std::shared_ptr<const SigningKey>> SigningKey::from_pem(std::string_view text,
                                                               const std::string& where) {
  const Source source = source_of(text);
  auto state = std::make_unique<State>();
  state->key.reset(PEM_read_bio_PrivateKey(source.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (state->key == nullptr) {
    const bool is_encrypted = text.find("ENCRYPTED") != std::string_view::npos;
    return fail(Outcome::kUsage,
                where + (is_encrypted ? ": the key in it is encrypted" : ": it holds no private key in PEM"),
                is_encrypted ? "openssl pkey -in FILE -out PLAIN decrypts it; keep it in mode 0600"
                             : "arkive key make-signing FILE writes one");
  }
  PublicKey::Raw raw = {};
  if (!raw_public(state->key.get(), raw)) {
    ERR_clear_error();
    return fail(Outcome::kUsage, where + ": the key in it is no Ed25519 key",
                "arkive key make-signing FILE writes one");
  }
  return std::shared_ptr<const SigningKey>(new SigningKey(std::move(state), PublicKey(raw)));
}

Result<std::shared_ptr<const SigningKey>> SigningKey::read(const std::string& path) {
  ARKIVE_ASSIGN(std::string text, read_secret_file(path));
  auto key = from_pem(text, "read signing key '" + printable(path) + "'");
  OPENSSL_cleanse(text.data(), text.size());
  return key;
}

std::string SigningKey::sign(Bytes message) const {
  std::string signature(kSignatureSize, '\0');
  std::size_t size = signature.size();
  const DigestContext context(EVP_MD_CTX_new());
  must(context != nullptr);
  must(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) == 1);
  must(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                      unsigned_data(message), message.size()) == 1);
  must(size == kSignatureSize);
  return signature;
}

Result<std::string> make_signing_key(const std::string& path) {
  const std::string public_path = path + ".pub";
  if (path_exists(public_path)) {
    return fail(Outcome::kConflict, "write '" + printable(public_path) + "': there is a file of that name",
                "give the new key another name");
  }
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  must(key != nullptr);
  const Source to(BIO_new(BIO_s_secmem()));
  must(to != nullptr);
  must(PEM_write_bio_PKCS8PrivateKey(to.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(to.get(), &text);
  must(size > 0);
  PublicKey::Raw raw = {};
  must(raw_public(key.get(), raw));
  const PublicKey public_key(raw);
  ARKIVE_TRY(write_file_durably(path, Bytes(text, static_cast<std::size_t>(size)), IfExists::kConflict));
  ARKIVE_TRY(write_file_durably(public_path, public_key.pem(), IfExists::kConflict));
  return public_key.id();
}

std::string signature_in(std::string_view base64_text) {
  constexpr std::size_t kTextSize = 88;
  if (base64_text.size() != kTextSize || !base64_text.ends_with("==")) return {};
  std::string bytes(kTextSize / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), unsigned_data(base64_text),
                                   static_cast<int>(base64_text.size()));
  ERR_clear_error();
  if (size < static_cast<int>(kSignatureSize)) return {};
  bytes.resize(kSignatureSize);
  return base64(bytes) == base64_text ? bytes : std::string();
}

}  // namespace arkive::proof

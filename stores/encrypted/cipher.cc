#include "stores/encrypted/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <cstdlib>

#include "stores/core/handle.h"
#include "stores/core/hash.h"
#include "stores/core/memory.h"

namespace arkive::encrypted {

namespace {

using Context = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using Cipher = Handle<EVP_CIPHER, EVP_CIPHER_free>;

const unsigned char* unsigned_data(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* unsigned_data(char* bytes) {
  return reinterpret_cast<unsigned char*>(bytes);
}

/// What fails only without memory, or with an OpenSSL that lacks AES. Going on would write plaintext.
void must(bool holds) {
  if (!holds) end_out_of_memory("an OpenSSL without AES-256-GCM");
}

// Fetched once: OpenSSL 3 takes longer to find an algorithm than to encrypt a small object.
const EVP_CIPHER* gcm() {
  static const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  must(cipher != nullptr);
  return cipher.get();
}

const EVP_CIPHER* siv() {
  static const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-256-SIV", nullptr));
  must(cipher != nullptr);
  return cipher.get();
}

constexpr std::size_t kNonceSize = 12;

std::array<unsigned char, kNonceSize> nonce_of(std::uint64_t number) {
  std::array<unsigned char, kNonceSize> nonce = {};
  store_big_endian(reinterpret_cast<char*>(nonce.data()) + 4, number);
  return nonce;
}

}  // namespace

void wipe(std::string& text) {
  if (!text.empty()) OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

struct Aead::State {
  Context sealing;
  Context opening;
  Secret key;
};

Aead::Aead(Bytes key) : state_(std::make_unique<State>()) {
  must(key.size() == kKeySize);
  state_->key = Secret(std::string(key));
}
Aead::Aead(Aead&&) noexcept = default;
Aead& Aead::operator=(Aead&&) noexcept = default;
Aead::~Aead() = default;

void Aead::seal(std::uint64_t number, Bytes additional, Bytes plain, char* to) {
  Context& context = state_->sealing;
  if (context == nullptr) {
    context.reset(EVP_CIPHER_CTX_new());
    must(context != nullptr && EVP_EncryptInit_ex2(context.get(), gcm(), unsigned_data(state_->key.bytes()),
                                                   nullptr, nullptr) == 1);
  }
  const auto nonce = nonce_of(number);
  int size = 0;
  must(EVP_EncryptInit_ex2(context.get(), nullptr, nullptr, nonce.data(), nullptr) == 1);
  must(EVP_EncryptUpdate(context.get(), nullptr, &size, unsigned_data(additional),
                         static_cast<int>(additional.size())) == 1);
  if (!plain.empty()) {
    must(EVP_EncryptUpdate(context.get(), unsigned_data(to), &size, unsigned_data(plain),
                           static_cast<int>(plain.size())) == 1);
  }
  unsigned char none[EVP_MAX_BLOCK_LENGTH];
  must(EVP_EncryptFinal_ex(context.get(), none, &size) == 1);
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagSize),
                           to + plain.size()) == 1);
}

bool Aead::open(std::uint64_t number, Bytes additional, char* sealed, std::size_t size) {
  if (size < kTagSize) return false;
  Context& context = state_->opening;
  if (context == nullptr) {
    context.reset(EVP_CIPHER_CTX_new());
    must(context != nullptr && EVP_DecryptInit_ex2(context.get(), gcm(), unsigned_data(state_->key.bytes()),
                                                   nullptr, nullptr) == 1);
  }
  const std::size_t plain = size - kTagSize;
  const auto nonce = nonce_of(number);
  int done = 0;
  must(EVP_DecryptInit_ex2(context.get(), nullptr, nullptr, nonce.data(), nullptr) == 1);
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagSize),
                           sealed + plain) == 1);
  must(EVP_DecryptUpdate(context.get(), nullptr, &done, unsigned_data(additional),
                         static_cast<int>(additional.size())) == 1);
  if (plain != 0) {
    must(EVP_DecryptUpdate(context.get(), unsigned_data(sealed), &done, unsigned_data(sealed),
                           static_cast<int>(plain)) == 1);
  }
  unsigned char none[EVP_MAX_BLOCK_LENGTH];
  if (EVP_DecryptFinal_ex(context.get(), none, &done) == 1) return true;
  OPENSSL_cleanse(sealed, size);
  return false;
}

Secret hkdf(Bytes key, Bytes salt, Bytes info, std::size_t size) {
  const auto as_bytes = [](const Sha256Digest& digest) {
    return Bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
  };
  static constexpr char kNoSalt[32] = {};
  Sha256Digest extracted = hmac_sha256(salt.empty() ? Bytes(kNoSalt, sizeof kNoSalt) : salt, key);
  std::string all;
  all.reserve(size + extracted.size());  // so that no copy of it is left behind
  std::string block;
  block.reserve(extracted.size() + info.size() + 1);
  Sha256Digest last = {};
  for (char number = 1; all.size() < size; ++number) {
    block.assign(all.empty() ? Bytes() : as_bytes(last)).append(info).push_back(number);
    last = hmac_sha256(as_bytes(extracted), block);
    all.append(as_bytes(last));
  }
  OPENSSL_cleanse(all.data() + size, all.size() - size);
  all.resize(size);
  wipe(block);
  OPENSSL_cleanse(extracted.data(), extracted.size());
  OPENSSL_cleanse(last.data(), last.size());
  return Secret(std::move(all));
}

Result<Secret> scrypt(Bytes passphrase, Bytes salt, std::uint64_t n, std::uint64_t r, std::uint64_t p) {
  constexpr std::uint64_t kMostMemory = 1ULL << 30;
  std::string key(kKeySize, '\0');
  if (EVP_PBE_scrypt(passphrase.data(), passphrase.size(), unsigned_data(salt), salt.size(), n, r, p,
                     kMostMemory, unsigned_data(key.data()), key.size()) != 1) {
    return fail(Outcome::kFail,
                "derive a key from the passphrase: scrypt failed with n=" + std::to_string(n) +
                    " r=" + std::to_string(r) + " p=" + std::to_string(p),
                "it needs " + human_size(128 * n * r) + " of memory");
  }
  return Secret(std::move(key));
}

std::string siv_seal(Bytes key, Bytes additional, Bytes plain) {
  const Context context(EVP_CIPHER_CTX_new());
  std::string sealed(kTagSize + plain.size(), '\0');
  int size = 0;
  must(context != nullptr && key.size() == 2 * kKeySize && !additional.empty() && !plain.empty());
  must(EVP_EncryptInit_ex2(context.get(), siv(), unsigned_data(key), nullptr, nullptr) == 1);
  must(EVP_EncryptUpdate(context.get(), nullptr, &size, unsigned_data(additional),
                         static_cast<int>(additional.size())) == 1);
  must(EVP_EncryptUpdate(context.get(), unsigned_data(sealed.data() + kTagSize), &size, unsigned_data(plain),
                         static_cast<int>(plain.size())) == 1);
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagSize), sealed.data()) ==
       1);
  return sealed;
}

std::optional<std::string> siv_open(Bytes key, Bytes additional, Bytes sealed) {
  if (sealed.size() <= kTagSize) return std::nullopt;
  const Context context(EVP_CIPHER_CTX_new());
  std::string tag(sealed.substr(0, kTagSize));
  std::string plain(sealed.size() - kTagSize, '\0');
  int size = 0;
  must(context != nullptr && key.size() == 2 * kKeySize && !additional.empty());
  must(EVP_DecryptInit_ex2(context.get(), siv(), unsigned_data(key), nullptr, nullptr) == 1);
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagSize), tag.data()) ==
       1);
  must(EVP_DecryptUpdate(context.get(), nullptr, &size, unsigned_data(additional),
                         static_cast<int>(additional.size())) == 1);
  if (EVP_DecryptUpdate(context.get(), unsigned_data(plain.data()), &size,
                        unsigned_data(sealed.substr(kTagSize)), static_cast<int>(plain.size())) != 1) {
    wipe(plain);
    return std::nullopt;
  }
  return plain;
}

bool same_bytes(Bytes a, Bytes b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace arkive::encrypted

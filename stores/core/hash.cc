// The EVP interface of OpenSSL 3 spends more time on finding its algorithm than on hashing 120 bytes, and git
// asks for one such hash per znode. The functions below are deprecated in favour of EVP, not for being
// unsafe.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "stores/core/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "stores/core/memory.h"

namespace arkive {

namespace {

const unsigned char* unsigned_data(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

template <std::size_t size>
std::string hex_of(const std::array<unsigned char, size>& digest) {
  return to_hex(Bytes(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

}  // namespace

struct Sha256Stream::State {
  SHA256_CTX context;
};

struct Sha1Stream::State {
  SHA_CTX context;
};

Sha256Digest sha256(Bytes data) {
  Sha256Digest digest;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, data.data(), data.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

Sha1Digest sha1(Bytes data) {
  return sha1(Bytes(), data);
}

Sha1Digest sha1(Bytes header, Bytes data) {
  Sha1Digest digest;
  SHA_CTX context;
  SHA1_Init(&context);
  SHA1_Update(&context, header.data(), header.size());
  SHA1_Update(&context, data.data(), data.size());
  SHA1_Final(digest.data(), &context);
  return digest;
}

Sha256Digest hmac_sha256(Bytes key, Bytes data) {
  // RFC 2104 hashes a key longer than the block first; done here, its length always fits OpenSSL's int.
  Sha256Digest short_key;
  if (key.size() > SHA256_CBLOCK) {
    short_key = sha256(key);
    key = Bytes(reinterpret_cast<const char*>(short_key.data()), short_key.size());
  }
  Sha256Digest digest;
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), unsigned_data(data), data.size(),
           digest.data(), &size) == nullptr) {
    end_out_of_memory("an OpenSSL without SHA-256");
  }
  return digest;
}

std::string hex(const Sha256Digest& digest) {
  return hex_of(digest);
}

std::string hex(const Sha1Digest& digest) {
  return hex_of(digest);
}

std::string base64(Bytes data) {
  constexpr std::size_t kChunk = 3072;  // a multiple of 3: only the last chunk is padded
  std::string text;
  text.reserve((data.size() + 2) / 3 * 4);
  unsigned char encoded[kChunk / 3 * 4 + 1];
  for (std::size_t at = 0; at < data.size(); at += kChunk) {
    const Bytes chunk = data.substr(at, kChunk);
    const int size = EVP_EncodeBlock(encoded, unsigned_data(chunk), static_cast<int>(chunk.size()));
    text.append(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
  }
  return text;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t have = 0; have < count;) {
    const ssize_t got = ::getrandom(bytes.data() + have, count - have, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      std::abort();  // a kernel without getrandom(2); weak randomness would be worse than no run
    }
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  SHA256_Init(&state_->context);
}

Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::update(Bytes data) {
  SHA256_Update(&state_->context, data.data(), data.size());
}

Sha256Digest Sha256Stream::finish() {
  Sha256Digest digest;
  SHA256_Final(digest.data(), &state_->context);
  return digest;
}

Sha1Stream::Sha1Stream() : state_(std::make_unique<State>()) {
  SHA1_Init(&state_->context);
}

Sha1Stream::~Sha1Stream() = default;
Sha1Stream::Sha1Stream(Sha1Stream&&) noexcept = default;
Sha1Stream& Sha1Stream::operator=(Sha1Stream&&) noexcept = default;

void Sha1Stream::update(Bytes data) {
  SHA1_Update(&state_->context, data.data(), data.size());
}

Sha1Digest Sha1Stream::finish() {
  Sha1Digest digest;
  SHA1_Final(digest.data(), &state_->context);
  return digest;
}

}  // namespace arkive

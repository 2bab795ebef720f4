// OpenSSL's own MD5 and not that of its EVP interface, which machines under FIPS rules leave out: nothing
// here protects against anybody.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "stores/remote/content_md5.h"

#include <openssl/md5.h>

#include <array>

#include "stores/core/hash.h"

namespace arkive::remote {

struct Md5Stream::State {
  MD5_CTX context;
};

Md5Stream::Md5Stream() : state_(std::make_unique<State>()) {
  MD5_Init(&state_->context);
}
Md5Stream::~Md5Stream() = default;

void Md5Stream::update(Bytes data) {
  MD5_Update(&state_->context, data.data(), data.size());
}

std::string Md5Stream::finish() {
  std::array<unsigned char, MD5_DIGEST_LENGTH> digest{};
  MD5_Final(digest.data(), &state_->context);
  return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string content_md5(Bytes data) {
  Md5Stream stream;
  stream.update(data);
  return stream.finish();
}

}  // namespace arkive::remote

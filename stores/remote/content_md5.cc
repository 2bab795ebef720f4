// OpenSSL's own MD5 and not that of its EVP interface, which machines under FIPS rules leave out: nothing
// here protects against anybody.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "stores/remote/content_md5.h"

#include <openssl/md5.h>

#include <algorithm>
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

std::string md5_in(const http::Response& response) {
  constexpr std::string_view kName = "md5=";
  for (const auto& [name, value] : response.headers) {
    if (name != "x-goog-hash") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      std::string_view one = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
      while (one.starts_with(' ')) one.remove_prefix(1);
      if (one.starts_with(kName)) return std::string(one.substr(kName.size()));
    }
  }
  return {};
}

}  // namespace arkive::remote

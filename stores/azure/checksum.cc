// OpenSSL's own MD5 and not that of its EVP interface, which machines under FIPS rules leave out: nothing
// here protects against anybody.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "stores/azure/checksum.h"

#include <openssl/md5.h>

#include <array>

#include "stores/core/hash.h"

namespace arkive::azure {

std::string content_md5(Bytes data) {
  MD5_CTX state;
  MD5_Init(&state);
  MD5_Update(&state, data.data(), data.size());
  std::array<unsigned char, MD5_DIGEST_LENGTH> digest{};
  MD5_Final(digest.data(), &state);
  return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace arkive::azure

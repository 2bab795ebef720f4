/// Hashing with OpenSSL: SHA-256 for what arkive writes, SHA-1 for git's object ids and ZooKeeper's digest
/// scheme.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "stores/core/bytes.h"

namespace arkive {

/// A digest of 32 (SHA-256) or 20 (SHA-1) bytes.
using Sha256Digest = std::array<unsigned char, 32>;
using Sha1Digest = std::array<unsigned char, 20>;

Sha256Digest sha256(Bytes data);
Sha1Digest sha1(Bytes data);
/// SHA-1 of `header` followed by `data`, without joining them: git's object id is sha1("blob <size>\0",
/// data).
Sha1Digest sha1(Bytes header, Bytes data);
/// HMAC-SHA-256, RFC 2104.
Sha256Digest hmac_sha256(Bytes key, Bytes data);

std::string hex(const Sha256Digest& digest);
std::string hex(const Sha1Digest& digest);

/// Base64, RFC 4648 section 4, with padding.
std::string base64(Bytes data);

/// `count` random bytes from the system.
std::string random_bytes(std::size_t count);

/// SHA-256 over a stream. Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  void update(Bytes data);
  /// Ends the stream; update() after it is an error of the caller.
  Sha256Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SHA-1 over a stream, as Sha256Stream.
class Sha1Stream {
 public:
  Sha1Stream();
  ~Sha1Stream();
  Sha1Stream(Sha1Stream&&) noexcept;
  Sha1Stream& operator=(Sha1Stream&&) noexcept;
  void update(Bytes data);
  Sha1Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace arkive

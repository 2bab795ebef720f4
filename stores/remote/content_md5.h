/// MD5, the checksum that the servers of Azure and Google look at. Against damage on the way, not against
/// anybody.
#pragma once

#include <memory>
#include <string>

#include "stores/core/bytes.h"
#include "stores/http/client.h"

namespace arkive::remote {

/// The value of Content-MD5: Base64.
std::string content_md5(Bytes data);

/// The MD5 in Google's x-goog-hash ("crc32c=...,md5=...", or one header each); empty: none.
std::string md5_in(const http::Response& response);

/// The same of what comes piece by piece. One thread.
class Md5Stream {
 public:
  Md5Stream();
  ~Md5Stream();
  void update(Bytes data);
  /// Base64; update() after it is an error of the caller.
  std::string finish();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace arkive::remote

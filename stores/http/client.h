/// Client: one HTTP/1.1 request and its response (RFC 9110, 9112), over libcurl.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Response;

/// Takes a piece of the body of a response, from byte `at` of it, on the thread of Client::send(). `head`:
/// the response without its body. false: no more of it, and send() fails with kFail.
using TakeBody = std::function<bool(const Response& head, std::uint64_t at, Bytes piece)>;

struct Request {
  std::string method = "GET";
  std::string url = {};
  Headers headers = {};          ///< Content-Length and Host are added
  Bytes body = {};               ///< borrowed until send() returns; sent with PUT and POST
  std::uint64_t most_bytes = 0;  ///< of the body of a response with a status of 200 to 299; 0: 1 MiB
  /// Takes that body piece by piece, as it comes; Response::body stays empty. Borrowed until send() returns.
  const TakeBody* take = nullptr;
  /// A response whose connection breaks after so many bytes were taken is given as it is; 0: none is.
  std::uint64_t enough_bytes = 0;
};

struct Response {
  int status = 0;
  Headers headers = {};  ///< names in lower case
  std::string body = {};
  /// The first header of that name (lower case); empty when there is none.
  std::string_view header(std::string_view name) const;
};

/// What plain http beyond loopback is; on loopback it is always taken, and by no proxy.
enum class PlainHttp : std::uint8_t {
  kRefused,
  kTold,      ///< taken, and a warning says so once
  kExpected,  ///< what a machine's own services speak
};

/// As a user's switch says.
inline PlainHttp plain_http_if(bool allowed) {
  return allowed ? PlainHttp::kTold : PlainHttp::kRefused;
}

struct ClientSettings {
  std::string certificate_authorities = {};  ///< a PEM file in place of the system's
  PlainHttp plain_http = PlainHttp::kRefused;
  bool use_proxy = true;                      ///< of the environment: https_proxy, http_proxy, no_proxy
  std::chrono::milliseconds connect{10'000};  ///< longest wait for a connection, TLS included
  std::chrono::seconds stalled{30};           ///< a request that moves less than 1 KiB/s so long is cut
};

/// Any thread; up to as many requests at once as there are threads. Connections are kept and used again.
class Client {
 public:
  explicit Client(ClientSettings settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// The response of whatever status, its body whole (as long as its Content-Length said). Redirects are
  /// responses like any other. Errors, whose text is the cause alone: kRetry (no connection, cut, stalled,
  /// `deadline` passed), kDenied (a certificate that cannot be trusted, saying why; a proxy that refuses us),
  /// kUsage (plain http where that is not allowed, no such scheme, a header with a line break, an address of
  /// a proxy that is none: it is not shown, for it may hold a password), kCorrupt (a body of more than
  /// most_bytes, a refusal of more than 1 MiB, no HTTP), kInterrupted (a signal came meanwhile).
  Result<Response> send(const Request& request, Deadline deadline) const;

 private:
  class Handles;
  const ClientSettings settings_;
  const std::unique_ptr<Handles> handles_;
  mutable std::once_flag told_of_plain_http_;
};

}  // namespace arkive::http

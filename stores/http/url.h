/// Addresses, as far as object stores need them (RFC 3986).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::http {

enum class Slash : std::uint8_t { kEncode, kKeep };

/// Every byte but letters, digits and "-._~" as %XX.
std::string percent_encoded(Bytes bytes, Slash slash = Slash::kEncode);
/// The bytes that `text` says. kCorrupt for a % that is followed by no two hex digits.
Result<std::string> percent_decoded(std::string_view text);

using Query = std::vector<std::pair<std::string, std::string>>;
/// "a=1&b=", percent-encoded, ascending.
std::string query_text(Query query);

/// "https://host:port/path": no user, no query.
struct Url {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< of IPv6 with its brackets
  std::string port;    ///< digits; empty: that of the scheme
  std::string path;    ///< "" or "/a/b", without a / at its end

  /// kUsage for anything else. What is no scheme ("localhost:9000") is refused, too.
  static Result<Url> parse(std::string_view text);
  /// What stands in the Host header: with the port unless it is the scheme's own.
  std::string authority() const;
  /// "https://host:port"
  std::string origin() const { return scheme + "://" + authority(); }
  /// localhost and what is below it (RFC 6761, which libcurl resolves by itself), 127.0.0.0/8 or [::1].
  bool is_loopback() const;
};

}  // namespace arkive::http

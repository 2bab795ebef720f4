#include "stores/http/url.h"

#include <algorithm>

namespace arkive::http {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c);
}

bool is_unreserved(char c) {
  return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 2 && host.ends_with(']') &&
           std::all_of(host.begin() + 1, host.end() - 1,
                       [](char c) { return hex_digit(c) >= 0 || c == ':' || c == '.'; });
  }
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
  });
}

}  // namespace

std::string percent_encoded(Bytes bytes, Slash slash) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) {
    if (is_unreserved(c) || (c == '/' && slash == Slash::kKeep)) {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text += '%';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

Result<std::string> percent_decoded(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return fail(Outcome::kCorrupt, "a % stands before no two hex digits");
    bytes += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return bytes;
}

std::string query_text(Query query) {
  for (auto& [name, value] : query) {
    name = percent_encoded(name);
    value = percent_encoded(value);
  }
  std::sort(query.begin(), query.end());
  std::string text;
  for (const auto& [name, value] : query) text += (text.empty() ? "" : "&") + name + "=" + value;
  return text;
}

Result<Url> Url::parse(std::string_view text) {
  // Before an @ a password may stand: that is refused, and not shown.
  const std::size_t at = text.rfind('@');
  const std::string whole(at == std::string_view::npos ? text : text.substr(at));
  const auto bad = [&](std::string_view cause) {
    return fail(Outcome::kUsage, "read the address '" + printable(whole) + "': " + std::string(cause),
                "an address looks like https://storage.example.net:9000");
  };
  Url url;
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return bad("it begins neither with https:// nor with http://");
  url.scheme = text.substr(0, scheme);
  if (url.scheme != "http" && url.scheme != "https")
    return bad("it begins neither with https:// nor with http://");
  text.remove_prefix(scheme + 3);
  const std::size_t slash = std::min(text.find('/'), text.size());
  url.path = text.substr(slash);
  while (url.path.ends_with('/')) url.path.pop_back();
  if (!std::all_of(url.path.begin(), url.path.end(), [](char c) { return is_unreserved(c) || c == '/'; }))
    return bad("its path holds other characters than letters, digits and -._~/");
  text = text.substr(0, slash);
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    url.port = text.substr(colon + 1);
    text = text.substr(0, colon);
    if (url.port.empty() || url.port.size() > 5 || !std::all_of(url.port.begin(), url.port.end(), is_digit) ||
        std::stoi(url.port) > 65'535)
      return bad("its port is no number");
  }
  url.host = text;
  if (!is_host(url.host)) return bad("it names no host");
  if (url.port == (url.scheme == "https" ? "443" : "80")) url.port.clear();
  return url;
}

std::string Url::authority() const {
  return port.empty() ? host : host + ":" + port;
}

bool Url::is_loopback() const {
  if (host == "localhost" || host.ends_with(".localhost") || host == "[::1]") return true;
  return host.starts_with("127.") &&
         std::all_of(host.begin(), host.end(), [](char c) { return is_digit(c) || c == '.'; });
}

}  // namespace arkive::http

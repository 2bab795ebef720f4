#include "stores/http/date.h"

#include <curl/curl.h>

#include <string>

namespace arkive::http {

std::optional<UnixMilliseconds> parse_date(std::string_view text) {
  const std::time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return static_cast<UnixMilliseconds>(seconds) * 1000;
}

}  // namespace arkive::http

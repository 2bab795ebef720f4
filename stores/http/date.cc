#include "stores/http/date.h"

#include <curl/curl.h>

#include <string>

namespace arkive::http {

std::optional<UnixMilliseconds> parse_date(std::string_view text) {
  const std::time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return static_cast<UnixMilliseconds>(seconds) * 1000;
}

Result<UnixMilliseconds> time_in(const Response& response, std::string_view header) {
  const auto moment = parse_date(response.header(header));
  if (!moment) return fail(Outcome::kCorrupt, "the answer has no " + std::string(header) + " that is a time");
  return *moment;
}

}  // namespace arkive::http

#include "stores/http/date.h"

#include <curl/curl.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace arkive::http {

std::optional<UnixMilliseconds> parse_date(std::string_view text) {
  const std::time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return static_cast<UnixMilliseconds>(seconds) * 1000;
}

std::string format_date(UnixMilliseconds moment) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(moment / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};  // not strftime's names: they are those of the locale
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                kMonths.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_year + 1900, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text.data();
}

Result<UnixMilliseconds> time_in(const Response& response, std::string_view header) {
  const auto moment = parse_date(response.header(header));
  if (!moment) return fail(Outcome::kCorrupt, "the answer has no " + std::string(header) + " that is a time");
  return *moment;
}

}  // namespace arkive::http

#include "stores/core/time.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"

namespace arkive {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Takes text from the front of a string; every take says whether it succeeded.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }

  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Exactly `digits` decimal digits.
  std::optional<int> number(std::size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }

  /// The digits after a decimal point as milliseconds; further digits are read and cut off.
  std::optional<int> fraction() {
    int value = 0;
    int weight = 100;
    std::size_t count = 0;
    for (; count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9'; ++count) {
      value += (rest_[count] - '0') * weight;
      weight /= 10;
    }
    if (count == 0) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }

 private:
  std::string_view rest_;
};

struct Moment {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0;
  int offset_minutes = 0;
};

std::optional<UnixMilliseconds> to_unix(const Moment& m) {
  const std::chrono::year_month_day date{std::chrono::year(m.year),
                                         std::chrono::month(static_cast<unsigned>(m.month)),
                                         std::chrono::day(static_cast<unsigned>(m.day))};
  if (!date.ok() || m.hour > 23 || m.minute > 59 || m.second > 59) return std::nullopt;
  const auto moment = std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(m.hour) +
                      std::chrono::minutes(m.minute - m.offset_minutes) + seconds(m.second) +
                      milliseconds(m.millisecond);
  return std::chrono::duration_cast<milliseconds>(moment).count();
}

bool scan_zone(Scanner& scan, Moment& m) {
  if (scan.done() || scan.take('Z')) return scan.done();
  const bool west = scan.take('-');
  if (!west && !scan.take('+')) return false;
  const auto hours = scan.number(2);
  if (!hours || *hours > 23 || !scan.take(':')) return false;
  const auto minutes = scan.number(2);
  if (!minutes || *minutes > 59 || !scan.done()) return false;
  m.offset_minutes = (west ? -1 : 1) * (*hours * 60 + *minutes);
  return true;
}

bool scan_clock(Scanner& scan, Moment& m) {
  const auto hour = scan.number(2);
  if (!hour || !scan.take(':')) return false;
  const auto minute = scan.number(2);
  if (!minute) return false;
  m.hour = *hour;
  m.minute = *minute;
  if (scan.take(':')) {
    const auto second = scan.number(2);
    if (!second) return false;
    m.second = *second;
    if (scan.take('.')) {
      const auto fraction = scan.fraction();
      if (!fraction) return false;
      m.millisecond = *fraction;
    }
  }
  return scan_zone(scan, m);
}

std::optional<UnixMilliseconds> scan_time(std::string_view text) {
  Scanner scan(text);
  Moment m;
  const auto year = scan.number(4);
  if (!year || !scan.take('-')) return std::nullopt;
  const auto month = scan.number(2);
  if (!month || !scan.take('-')) return std::nullopt;
  const auto day = scan.number(2);
  if (!day) return std::nullopt;
  m.year = *year;
  m.month = *month;
  m.day = *day;
  if (!scan.done()) {
    if (!scan.take('T') && !scan.take(' ')) return std::nullopt;
    if (!scan_clock(scan, m)) return std::nullopt;
  }
  return to_unix(m);
}

struct CivilTime {
  int year;
  unsigned month, day;
  int hour, minute, second;
};

CivilTime civil(UnixMilliseconds moment) {
  const auto point = std::chrono::floor<seconds>(std::chrono::sys_time<milliseconds>(milliseconds(moment)));
  const auto days = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss<seconds> clock(point - days);
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

/// A whole number and the unit after it; nothing when there is no number or it does not fit.
struct Quantity {
  std::uint64_t count = 0;
  std::string_view unit;
};

std::optional<Quantity> scan_quantity(std::string_view text) {
  Quantity quantity;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quantity.count);
  if (error != std::errc()) return std::nullopt;
  quantity.unit = text.substr(static_cast<std::size_t>(end - text.data()));
  return quantity;
}

struct Unit64 {
  std::string_view name;
  std::uint64_t factor;
};

template <std::size_t size>
std::optional<std::uint64_t> scaled(const Quantity& quantity, const std::array<Unit64, size>& units,
                                    std::uint64_t most) {
  for (const Unit64& unit : units) {
    if (unit.name != quantity.unit) continue;
    if (quantity.count > most / unit.factor) return std::nullopt;
    return quantity.count * unit.factor;
  }
  return std::nullopt;
}

constexpr std::array<Unit64, 5> kDurationUnits = {
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

constexpr std::array<Unit64, 11> kSizeUnits = {{{"", 1},
                                                {"B", 1},
                                                {"KiB", 1ULL << 10},
                                                {"MiB", 1ULL << 20},
                                                {"GiB", 1ULL << 30},
                                                {"TiB", 1ULL << 40},
                                                {"kB", 1'000},
                                                {"KB", 1'000},
                                                {"MB", 1'000'000},
                                                {"GB", 1'000'000'000},
                                                {"TB", 1'000'000'000'000}}};

}  // namespace

UnixMilliseconds wall_clock_now() {
#ifdef ARKIVE_FAULTS
  if (const char* const scripted = std::getenv("ARKIVE_NOW")) {
    const auto moment = scan_time(scripted);
    if (!moment) {
      (void)std::fprintf(stderr, "ARKIVE_NOW '%s' is no RFC 3339 time\n", scripted);
      std::abort();  // a test with a clock it did not ask for would prove nothing
    }
    return *moment;
  }
#endif
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<milliseconds>(now).count();
}

std::string format_time(UnixMilliseconds moment) {
  const CivilTime t = civil(moment);
  char text[64];
  (void)std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", t.year, t.month, t.day, t.hour,
                      t.minute, t.second);
  return text;
}

Result<UnixMilliseconds> parse_time(std::string_view text) {
  if (const auto moment = scan_time(text)) return *moment;
  return fail(
      Outcome::kUsage, "read time '" + printable(text) + "': not a time",
      "write it as 2026-11-20T23:30:00Z, 2026-11-20T23:30:00+01:00, 2026-11-20 23:30 or 2026-11-20 (UTC)");
}

Result<milliseconds> parse_duration(std::string_view text) {
  // A hundred years: in nanoseconds, which the steady clock counts, it can still be added to any moment.
  constexpr std::uint64_t kMost = 36'525ULL * 86'400'000;
  if (const auto quantity = scan_quantity(text)) {
    if (const auto count = scaled(*quantity, kDurationUnits, kMost)) {
      return milliseconds(static_cast<milliseconds::rep>(*count));
    }
  }
  return fail(Outcome::kUsage, "read duration '" + printable(text) + "': not a duration",
              "write a whole number and its unit: 500ms, 30s, 5m, 2h or 1d");
}

Result<std::uint64_t> parse_size(std::string_view text) {
  if (const auto quantity = scan_quantity(text)) {
    if (const auto size = scaled(*quantity, kSizeUnits, std::numeric_limits<std::uint64_t>::max()))
      return *size;
  }
  return fail(Outcome::kUsage, "read size '" + printable(text) + "': not a size",
              "write a whole number of bytes, or one with its unit: 4096, 64MiB or 1GB");
}

std::string human_duration(milliseconds span) {
  const auto ms = span.count();
  if (ms < 0)
    return "-" +
           human_duration(ms == std::numeric_limits<milliseconds::rep>::min() ? milliseconds::max() : -span);
  if (ms < 1000) return std::to_string(ms) + " ms";
  if (ms < 59'950) {
    char text[32];
    (void)std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms) / 1000);
    return text;
  }
  const auto whole = ms / 1000 + (ms % 1000 >= 500 ? 1 : 0);
  const auto two = [](std::int64_t large, const char* large_unit, std::int64_t small,
                      const char* small_unit) {
    return std::to_string(large) + large_unit + std::to_string(small) + small_unit;
  };
  if (whole < 3600) return two(whole / 60, " min ", whole % 60, " s");
  if (whole < 86'400) return two(whole / 3600, " h ", whole % 3600 / 60, " min");
  return two(whole / 86'400, " d ", whole % 86'400 / 3600, " h");
}

std::string new_run_id(UnixMilliseconds moment) {
  const CivilTime t = civil(moment);
  char text[64];
  (void)std::snprintf(text, sizeof text, "%04d%02u%02uT%02d%02d%02dZ-", t.year, t.month, t.day, t.hour,
                      t.minute, t.second);
  return text + to_hex(random_bytes(3));
}

Result<UnixMilliseconds> run_id_time(std::string_view id) {
  constexpr std::size_t kTime = 16;  // "20261120T233000Z"
  constexpr std::size_t kRandom = 6;
  if (id.size() == kTime + 1 + kRandom && id[kTime] == '-' &&
      id.substr(kTime + 1).find_first_not_of("0123456789abcdef") == std::string_view::npos) {
    std::string text(id.substr(0, kTime));
    text.insert(13, ":").insert(11, ":").insert(6, "-").insert(4, "-");
    if (const auto moment = scan_time(text)) return *moment;
  }
  return fail(Outcome::kUsage, "read run id '" + printable(id) + "': not a run id",
              "a run id looks like 20261120T233000Z-8f3a2c; `arkive list` shows them");
}

}  // namespace arkive

#include "stores/retention/retention.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace arkive {
namespace {

// What a calendar of four digits holds; a manifest may claim any time.
constexpr UnixMilliseconds kFirstMoment = 0;
constexpr UnixMilliseconds kLastMoment = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

std::chrono::sys_days day_of(UnixMilliseconds moment) {
  const std::chrono::milliseconds since_1970(std::clamp(moment, kFirstMoment, kLastMoment));
  return std::chrono::floor<std::chrono::days>(std::chrono::sys_time<std::chrono::milliseconds>(since_1970));
}

template <class... Number>
std::string formatted(const char* format, Number... numbers) {
  char text[48];
  (void)std::snprintf(text, sizeof text, format, numbers...);
  return text;
}

std::string day_name(UnixMilliseconds moment) {
  const std::chrono::year_month_day date(day_of(moment));
  return formatted("%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()));
}

// The year of a week is that of its Thursday (ISO 8601).
std::string week_name(UnixMilliseconds moment) {
  const std::chrono::sys_days day = day_of(moment);
  const std::chrono::days from_monday = std::chrono::weekday(day) - std::chrono::Monday;
  const std::chrono::sys_days thursday = day - from_monday + std::chrono::days(3);
  const std::chrono::year year = std::chrono::year_month_day(thursday).year();
  const std::chrono::days into_year = thursday - std::chrono::sys_days(year / std::chrono::January / 1);
  return formatted("%04d-W%02d", static_cast<int>(year), static_cast<int>(into_year.count()) / 7 + 1);
}

std::string month_name(UnixMilliseconds moment) {
  return day_name(moment).substr(0, 7);
}

std::string year_name(UnixMilliseconds moment) {
  return day_name(moment).substr(0, 4);
}

/// As parse_duration() reads it.
std::string span_text(std::chrono::milliseconds span) {
  struct Named {
    std::int64_t milliseconds;
    const char* name;
  };
  for (const Named unit : {Named{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}}) {
    if (span.count() % unit.milliseconds == 0)
      return std::to_string(span.count() / unit.milliseconds) + unit.name;
  }
  return std::to_string(span.count()) + "ms";
}

struct Judged {
  DatedRun run;
  std::vector<std::string> reasons;
};

/// Newest first.
using Candidates = std::vector<Judged*>;

/// The rules over those runs alone. `suffix` stands behind the reasons.
class Rules {
 public:
  explicit Rules(const RetentionRules& rules) : rules_(rules) {}

  /// Whole runs are counted among themselves. Those that are not whole stay as though they were: they are
  /// counted among all, and a whole one of the same day stands for it.
  void judge(const Candidates& all) const {
    Candidates whole;
    std::copy_if(all.begin(), all.end(), std::back_inserter(whole),
                 [](const Judged* one) { return one->run.whole; });
    keep_last(whole, true);
    keep_last(all, false);
    keep_within(all, whole.empty() ? all : whole);
    for (const Period& period : periods()) {
      keep_periods(period, whole, true);
      keep_periods(period, all, false);
    }
  }

 private:
  struct Period {
    const char* word;
    std::uint64_t count;
    std::string (*name)(UnixMilliseconds);
  };

  std::vector<Period> periods() const {
    return {{"daily ", rules_.daily, day_name},
            {"weekly ", rules_.weekly, week_name},
            {"monthly ", rules_.monthly, month_name},
            {"yearly ", rules_.yearly, year_name}};
  }

  static void keep(Judged& one, std::string reason) {
    if (!one.run.whole) reason += ", not whole";
    one.reasons.push_back(std::move(reason));
  }

  void keep_last(const Candidates& runs, bool whole) const {
    for (std::size_t i = 0; i < runs.size() && i < rules_.last; ++i) {
      if (runs[i]->run.whole == whole) keep(*runs[i], "last " + std::to_string(rules_.last));
    }
  }

  void keep_within(const Candidates& runs, const Candidates& measured_from) const {
    if (!rules_.within || runs.empty()) return;
    const UnixMilliseconds first =
        std::clamp(measured_from.front()->run.started, kFirstMoment, kLastMoment) - rules_.within->count();
    for (Judged* const one : runs) {
      if (one->run.started >= first) keep(*one, "within " + span_text(*rules_.within));
    }
  }

  static void keep_periods(const Period& period, const Candidates& runs, bool whole) {
    std::set<std::string> seen;
    for (auto at = runs.begin(); at != runs.end();) {
      const std::string name = period.name((*at)->run.started);
      if (seen.size() == period.count) return;
      seen.insert(name);
      // Of its runs, newest first, the newest whole one; else the newest.
      const auto end = std::find_if(at, runs.end(),
                                    [&](const Judged* one) { return period.name(one->run.started) != name; });
      const auto newest_whole = std::find_if(at, end, [](const Judged* one) { return one->run.whole; });
      Judged& chosen = newest_whole != end ? **newest_whole : **at;
      if (chosen.run.whole == whole) keep(chosen, period.word + name);
      at = end;
    }
  }

  const RetentionRules& rules_;
};

}  // namespace

std::vector<RetentionVerdict> apply_retention(const RetentionRules& rules, std::vector<DatedRun> runs,
                                              UnixMilliseconds now) {
  std::sort(runs.begin(), runs.end(), [](const DatedRun& a, const DatedRun& b) {
    return a.started != b.started ? a.started < b.started : a.id < b.id;
  });
  std::vector<Judged> judged;
  judged.reserve(runs.size());
  for (DatedRun& run : runs) judged.push_back({std::move(run), {}});
  Candidates candidates;
  for (auto one = judged.rbegin(); one != judged.rend(); ++one) {
    if (one->run.started > now) {
      one->reasons.emplace_back("in the future");
    } else {
      candidates.push_back(&*one);
    }
  }
  if (!candidates.empty()) {
    const auto whole =
        std::find_if(candidates.begin(), candidates.end(), [](const Judged* one) { return one->run.whole; });
    if (whole != candidates.end()) (*whole)->reasons.emplace_back("newest whole");
    if (!candidates.front()->run.whole) candidates.front()->reasons.emplace_back("newest");
  }
  Rules(rules).judge(candidates);
  std::vector<RetentionVerdict> verdicts;
  verdicts.reserve(judged.size());
  for (Judged& one : judged) verdicts.push_back({std::move(one.run.id), std::move(one.reasons)});
  return verdicts;
}

}  // namespace arkive

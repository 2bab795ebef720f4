#include "stores/remote/server_clock.h"

#include <algorithm>
#include <cstdlib>

#include "stores/core/log.h"
#include "stores/http/date.h"

namespace arkive::remote {
namespace {

constexpr UnixMilliseconds kSameClock = 2'000;
constexpr UnixMilliseconds kMostOff = 60'000;  // servers themselves bear a quarter of an hour

}  // namespace

void ServerClock::look_at(const http::Response& response) {
  const auto server = http::time_in(response, "date");
  if (!server) return;
  // Its moments are whole seconds: of what differs by less than two the earliest is kept, so that a lease
  // does not seem to end by turns sooner and later.
  const UnixMilliseconds offset = *server - wall_clock_now();
  const UnixMilliseconds known = offset_;
  offset_ = std::abs(offset - known) > kSameClock ? offset : std::min(offset, known);
}

bool ServerClock::set_right(const http::Response& response, const std::string& host) {
  const auto server = http::time_in(response, "date");
  if (!server || std::abs(*server - now()) < kMostOff) return false;
  offset_ = *server - wall_clock_now();
  log_warning("the clock of this machine is off by " +
              human_duration(std::chrono::milliseconds(std::abs(offset_.load()))) + " from that of '" + host +
              "'; requests are signed with the latter");
  return true;
}

Result<Deadline> ServerClock::within(const Validity& valid, Deadline deadline,
                                     const std::string& operation) const {
  const std::chrono::milliseconds left(valid.end() - now());
  if (left > std::chrono::milliseconds(0)) return deadline.sooner(left);
  return fail(Outcome::kConflict, operation + ": the lock was not renewed in time",
              "this process stood still for longer than its lock lasts; run the command again");
}

}  // namespace arkive::remote

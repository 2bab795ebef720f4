#include "stores/remote/pacer.h"

#include <algorithm>
#include <cmath>

namespace arkive::remote {
namespace {

constexpr double kSlower = 0.7;
constexpr double kGrowth = 0.001;  // as a share of the rate, so that slow and fast clients recover alike
constexpr double kLeast = 1;
constexpr std::chrono::milliseconds kWindow{500};
/// Complaints about requests that were under way together are one.
constexpr std::chrono::milliseconds kOneComplaint{500};

double seconds(SteadyClock::duration span) {
  return std::chrono::duration<double>(span).count();
}

}  // namespace

SteadyClock::duration Pacer::reserve(Moment now) {
  const std::lock_guard lock(mutex_);
  measure(now);
  if (!bounded_) return {};
  const Moment moment = std::max(now, next_free_);
  const std::chrono::duration<double> gap(1 / bound(now));
  next_free_ = moment + std::chrono::duration_cast<SteadyClock::duration>(gap);
  return moment - now;
}

void Pacer::served(Moment now) {
  const std::lock_guard lock(mutex_);
  ++counted_;
  measure(now);
}

void Pacer::throttled(Moment now) {
  const std::lock_guard lock(mutex_);
  measure(now);
  if (bounded_ && now - complained_ < kOneComplaint) return;
  // What was served lately; the first complaint may come before there is anything measured.
  const double fresh = static_cast<double>(counted_) / std::max(seconds(now - measured_since_), 0.1);
  const double served = std::max({measured_, fresh, kLeast});
  last_most_ = bounded_ ? std::min(bound(now), served) : served;
  complained_ = now;
  bounded_ = true;
}

double Pacer::rate(Moment now) const {
  const std::lock_guard lock(mutex_);
  return bounded_ ? bound(now) : 0;
}

void Pacer::measure(Moment now) {
  if (measured_since_ == Moment{}) measured_since_ = now;
  const SteadyClock::duration span = now - measured_since_;
  if (span < kWindow) return;
  const double fresh = static_cast<double>(counted_) / seconds(span);
  measured_ = measured_ == 0 ? fresh : 0.2 * measured_ + 0.8 * fresh;
  counted_ = 0;
  measured_since_ = now;
}

double Pacer::bound(Moment now) const {
  const double until_old = std::cbrt((1 - kSlower) / kGrowth);
  const double since = seconds(now - complained_) - until_old;
  return std::max(kLeast, last_most_ * (1 + kGrowth * since * since * since));
}

void RetryBudget::request() {
  const std::lock_guard lock(mutex_);
  ++requests_;
}

bool RetryBudget::take() {
  const std::lock_guard lock(mutex_);
  if (retries_ >= requests_ / 3 + 10) return false;
  ++retries_;
  return true;
}

}  // namespace arkive::remote

#include "zk/client/size_estimate.h"

#include <algorithm>
#include <cmath>

namespace arkive::zk {
namespace {

constexpr double kDigitsOfCertainty = 6;  // one in a million
constexpr double kDeviations = 4;

}  // namespace

void SizeEstimate::saw(std::uint64_t bytes) {
  ++seen_;
  const auto size = static_cast<double>(bytes);
  const double distance = size - mean_;
  mean_ += distance / static_cast<double>(seen_);
  squares_ += distance * (size - mean_);
  largest_ = std::max(largest_, size);
}

std::uint64_t SizeEstimate::of(std::uint64_t count) const {
  if (count == 0) return 0;
  const auto k = static_cast<double>(count);
  if (seen_ == 0) return static_cast<std::uint64_t>(k * largest_);
  const auto n = static_cast<double>(seen_);
  const double variance = squares_ / n;
  const double surprises = std::min(k, kDigitsOfCertainty / std::log10(1 + n / k));
  const double bytes = k * mean_ + kDeviations * std::sqrt(k * variance) + surprises * (largest_ - mean_);
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace arkive::zk

/// SizeEstimate: how many bytes the answers about znodes of unknown size will take together. ZooKeeper tells
/// a znode's size only with its data, and an answer too big kills the server for everybody, so the guess errs
/// on the high side. Internal to zk/client.
///
/// Precondition: the znodes are asked for in random order. Then those still unknown are like those seen, and
/// the number of "surprises" (znodes of a size class not seen so far) among the next k, after n without one,
/// exceeds j with probability (k / (n + k))^j at most, whatever the sizes and whoever chose them. The
/// estimate takes the j for which that is one in a million, and every surprise for a znode of the largest
/// size.
#pragma once

#include <cstdint>

namespace arkive::zk {

class SizeEstimate {
 public:
  /// jute.maxbuffer, as servers come: no znode is larger unless they were told otherwise.
  static constexpr std::uint64_t kLargestZnode = 1 << 20;

  /// `bytes`: what one answer took, data and Stat.
  void saw(std::uint64_t bytes);
  bool has_seen_any() const { return seen_ > 0; }
  /// Bytes of `count` further answers together: their mean, four standard deviations, and the surprises.
  std::uint64_t of(std::uint64_t count) const;

 private:
  std::uint64_t seen_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // sum of squared distances from the mean (Welford)
  double largest_ = static_cast<double>(kLargestZnode);
};

}  // namespace arkive::zk

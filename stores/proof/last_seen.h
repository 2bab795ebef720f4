/// LastSeen: what a reader remembers of a store, so that a store put back to an older state shows
/// (docs/format-proof.md, "last-seen").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stores/proof/chain.h"

namespace arkive::proof {

struct LastSeen {
  static constexpr int kFormat = 1;
  /// Heads: run_id is not kept.
  std::vector<Link> chains;
  std::uint64_t history_number = 0;  ///< 0: there was none
  std::string history_sha256;

  /// Sealed.
  std::string to_json() const;
  /// kCorrupt, kUsage (newer format).
  static Result<LastSeen> from_json(std::string_view text);

  /// What of it `report` (the chain of `cluster`) contradicts.
  std::vector<Finding> contradictions(const std::string& cluster, const ChainReport& report) const;
  std::vector<Finding> contradictions(const History& history) const;
  /// Takes the heads of a report without findings over; a higher number stays.
  void take(const ChainReport& report);
  void take(const History& history);
};

}  // namespace arkive::proof

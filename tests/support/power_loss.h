/// Power losses at every moment of what was recorded on a disk (test 3 of docs/reliability.md), and whether
/// what they leave is as it may be.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "tests/support/disk_states.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {

struct PowerLosses {
  std::uint64_t states = 0;  ///< looked at, each another one
  std::uint64_t failures = 0;
  std::string first;  ///< of the failures
};

/// Looks at `most` states or somewhat more, or at all there are: every moment is among them. `trouble` gives
/// what is wrong on a disk: all was done, and its doer was told so, when `is_done`.
inline PowerLosses try_power_losses(
    const DiskRecord& record, std::uint64_t seed, std::size_t most,
    const std::function<std::string(const Disk& disk, bool is_done)>& trouble) {
  DiskStates states(record, seed);
  const std::size_t end = states.moments() - 1;
  PowerLosses losses;
  std::set<std::string> seen;
  const auto look = [&](const Disk& disk, std::size_t moment) {
    if (!seen.insert(text_of(disk) + (moment == end ? "done" : "")).second) return;
    ++losses.states;
    const std::string found = trouble(disk, moment == end);
    if (found.empty() || losses.failures++ > 0) return;
    losses.first = "after " + std::to_string(moment) + " of " + std::to_string(end) + " operations: " + found;
  };
  for (std::size_t moment = 0; moment <= end; ++moment) {
    look(states.least(moment), moment);
    look(states.names_before_bytes(moment), moment);
  }
  // The end is looked at more often: what is lost there was promised.
  for (std::size_t tries = 0; losses.states < most && tries < 20 * most; ++tries) {
    const std::size_t moment = tries % 8 == 0 ? end : states.random_moment();
    look(states.random(moment), moment);
  }
  return losses;
}

/// The record of one who forgets those syncs.
inline DiskRecord without_syncs(DiskRecord record,
                                const std::function<bool(const DiskOperation& sync)>& is_forgotten) {
  std::erase_if(record.operations, [&](const DiskOperation& operation) {
    const bool is_sync =
        operation.what == DiskOperation::What::kSync || operation.what == DiskOperation::What::kSyncAll;
    return is_sync && is_forgotten(operation);
  });
  return record;
}

}  // namespace arkive::test

/// The chain of runs that each key has in a cluster, checked as a whole (docs/format-proof.md, "The chain").
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/proof/history.h"
#include "stores/proof/keys.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::proof {

/// A run that is proven, and its place in the chain of its key.
struct Link {
  std::string cluster;
  std::string run_id;
  std::string key;
  std::uint64_t number = 0;
  std::string statement;
};

struct ChainReport {
  std::vector<Finding> findings;
  std::vector<Link> links;            ///< ascending by key, then number
  std::uint64_t unsigned_before = 0;  ///< runs from before the first signed one: nothing proves them
};

/// Reads every manifest of `cluster` and holds it against `keys`; `history`: what read_history() gave with
/// the same keys. A cluster without any signed run is a finding when it has runs or a record tells of some.
/// Errors: the store cannot be read; kUsage (a newer format).
Result<ChainReport> check_chain(const Store& store, const std::string& cluster, const PublicKeys& keys,
                                const History& history, Deadline deadline);

}  // namespace arkive::proof

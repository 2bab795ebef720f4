/// Steps of a run, and the requests they travel in.
#pragma once

#include <cstdint>
#include <vector>

#include "zk/client/session.h"
#include "zk/restore/ledger.h"

namespace arkive::zk {

struct Step {
  enum class Kind : std::uint8_t {
    kCreate,
    kSetData,
    kCounter,     ///< `count` create+delete pairs
    kQuotaStats,  ///< the znode beside a quota's limits, which the server fills
    kFinalAcl
  };
  std::uint32_t item = 0;
  Kind kind = Kind::kCreate;
  std::uint32_t count = 1;
};

/// What is sent as one request. A multi, unless `alone`: then a single create.
struct Request {
  std::vector<Step> steps;
  bool alone = false;
};

/// Appends the step's operations.
void append_operations(const Ledger& ledger, const Step& step, std::vector<WriteOperation>& to);
/// How many append_operations appends.
std::size_t operation_count(const Step& step);
/// Bytes it takes in a multi. `own_size`: what own_acl() becomes on the server.
std::size_t step_size(const Ledger& ledger, const Step& step, std::size_t own_size);

}  // namespace arkive::zk

#include "stores/proof/standing.h"

#include "stores/core/bytes.h"
#include "stores/proof/run_proof.h"

namespace arkive::proof {

std::vector<RunStanding> standings_of(const std::vector<Manifest>& runs, const PublicKeys& keys) {
  std::vector<RunStanding> all;
  all.reserve(runs.size());
  const Manifest* first = nullptr;
  for (const Manifest& run : runs) {
    RunStanding& one = all.emplace_back();
    if (const Status proven = check_run(run, keys); !proven) {
      one.doubt = proven.error().what;
      continue;
    }
    one.standing = Standing::kProven;
    if (first == nullptr || earlier_run(run, *first)) first = &run;
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].proof.key.empty()) continue;
    if (first == nullptr || earlier_run(runs[i], *first)) {
      all[i] = {Standing::kUnsignedBefore};
    } else {
      all[i].doubt += ", and runs before it are";
    }
  }
  return all;
}

}  // namespace arkive::proof

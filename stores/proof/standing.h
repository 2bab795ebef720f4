/// What the runs of a cluster count for to somebody who has keys (docs/format-proof.md, "Runs that count").
#pragma once

#include <string>
#include <vector>

#include "stores/manifest/manifest.h"
#include "stores/proof/keys.h"

namespace arkive::proof {

enum class Standing {
  kProven,
  kUnsignedBefore,  ///< not signed, and older than every proven run: from before anybody signed
  kDoubtful,        ///< any other: it may be what somebody made of a run, or put there
};

struct RunStanding {
  Standing standing = Standing::kDoubtful;
  std::string doubt = {};  ///< why a doubtful one is, naming it; else empty
};

/// One for each of `runs`, which are those of one cluster in any order, as from_json() read them. Where none
/// is proven, all that are not signed are from before.
std::vector<RunStanding> standings_of(const std::vector<Manifest>& runs, const PublicKeys& keys);

}  // namespace arkive::proof

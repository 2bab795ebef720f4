/// Deltas as packs hold them (gitformat-pack(5), "Deltified representation"): a target as copies from a base
/// and new bytes.
#pragma once

#include <string>

#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::git {

/// The delta that makes `target` from `base`, or an empty string when it would be longer than `most` bytes.
/// Both shorter than 4 GiB. Time is linear in both.
std::string make_delta(Bytes base, Bytes target, std::size_t most);

/// kCorrupt when `delta` does not belong to `base` or is damaged.
Result<std::string> apply_delta(Bytes base, Bytes delta);

}  // namespace arkive::git

/// What `arkive verify --public-key` finds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stores/repository.h"
#include "tools/arkive/options.h"
#include "tools/places/repositories.h"

namespace arkive::tools {

struct ProofFacts {
  std::vector<Finding> findings;
  std::uint64_t proven = 0;              ///< runs
  std::uint64_t unsigned_before = 0;     ///< runs from before the first signed one
  std::uint64_t records = 0;             ///< of the history
  std::vector<std::string> passed_over;  ///< clusters that restores made, of which nothing is signed
  bool made_last_seen = false;           ///< the file of --last-seen was not there
};

/// Chains of `clusters` and the history, held against --public-key and --last-seen; the latter is written
/// anew when nothing is found. kUsage for a git history, or files that are none of those.
Result<ProofFacts> verify_proof(const RepositoryName& name, const VerifyOptions& options,
                                const std::vector<std::string>& clusters);

/// "proven: 12 runs, ...", "first look: ...".
void print_proof(const ProofFacts& facts, const VerifyOptions& options);

}  // namespace arkive::tools

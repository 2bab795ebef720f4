/// The history of a store: its records, each chained to the one before.
#pragma once

#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/proof/record.h"
#include "stores/proof/run_proof.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::proof {

/// Puts `record` behind the last one; number and previous are filled in, and with `key` it is signed. The
/// record as it lies there. Errors: those of the store; kConflict when others are faster all the time.
Result<Record> append_record(Store& store, Record record, const SigningKey* key, Deadline deadline);

struct History {
  std::vector<Record> records;    ///< ascending by number; those that can be read
  std::vector<Finding> findings;  ///< what is damaged, missing, exchanged or wrongly signed
};

/// All of it. With `keys`, a signed record whose signature does not fit, or whose key is none of these, is a
/// finding, and not among the records. Errors: the store cannot be read; kUsage (a newer format).
Result<History> read_history(const Store& store, const PublicKeys* keys, Deadline deadline);

/// The greatest place in the chain of `key` in `cluster` that records signed by it tell of. Reads from the
/// newest record back to the first that tells of a run written there.
Result<ChainPlace> newest_told(const Store& store, const std::string& cluster, const PublicKey& key,
                               Deadline deadline);

}  // namespace arkive::proof

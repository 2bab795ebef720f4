/// Record: one line of the history of a store: who did what with it, and when (docs/format-proof.md, "The
/// history").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/proof/keys.h"

namespace arkive::proof {

/// A run that a record tells of.
struct RunName {
  std::string id;
  std::string key = {};        ///< empty: the run is not signed
  std::uint64_t number = 0;    ///< in the key's chain; 0: not signed
  std::string statement = {};  ///< hash; empty: not signed
};

/// Numbers of a chain that its owner says are gone.
struct Removed {
  std::string key;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

struct Record {
  static constexpr int kFormat = 1;
  std::uint64_t number = 0;  ///< 1, 2, 3, ...
  std::string id;            ///< 64 random bits, hex: no two records are the same bytes
  std::string previous;      ///< SHA-256 of the file of the record before, hex; empty: it is the first
  UnixMilliseconds time = 0;
  std::string host;
  std::string user;
  std::string arkive_version;
  std::string command;  ///< "dump", "restore znodes", "prune", ...
  std::string cluster;  ///< empty: the whole store
  std::string outcome;  ///< "whole", "not whole", "failed: ..."
  std::string words;
  std::vector<RunName> runs;
  std::vector<Removed> removed;
  std::string key;        ///< id; empty: it is not signed
  std::string signature;  ///< 64 bytes in Base64
  /// Not in the JSON: hashes of the file that was read, and of its statement.
  std::string sha256;
  std::string statement_sha256;

  /// Sealed (stores/manifest/seal.h).
  std::string to_json() const;
  /// kCorrupt with the field's name; kUsage when its format is newer than kFormat.
  static Result<Record> from_json(std::string_view text);
};

/// Fills `key` and `signature`.
void sign_record(Record& record, const SigningKey& key);

/// Whether a key of `keys` signed `record`, just as from_json() read it, and the signature fits.
bool is_signed_by(const Record& record, const PublicKeys& keys);

/// "history/0000000008.json".
std::string record_key(std::uint64_t number);
/// 0: it is no such key.
std::uint64_t record_number_in(std::string_view key);

}  // namespace arkive::proof

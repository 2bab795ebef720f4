/// The manifest of a run: what makes a backup whole. Its create-only write is the commit point of the run
/// (docs/format-store.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive {

/// A part of the run that should be there and is not.
struct Missing {
  std::string object;  ///< "znode /secret"
  std::string cause;   ///< "not authorised to read"
};

/// One file tree of a run.
struct TreePart {
  std::string location;  ///< where the repository keeps it: a key prefix in a store, a commit id in git. An
                         ///< unchanged tree is that of an earlier run
  std::string sha256;    ///< TreeDigest, hex
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// What a signed run says of itself (docs/format-proof.md).
struct RunProof {
  std::string key;           ///< id of the public key, hex; empty: the run is not signed
  std::uint64_t number = 0;  ///< among the runs of its cluster that this key signed, from 1 on
  std::string previous;      ///< hash of the statement of the run before; empty: it is the first
  std::string signature;     ///< 64 bytes in Base64
};

/// Field by field in docs/format-store.md. JSON on disk, one object, keys sorted, two-space indent, newline
/// at the end; unknown fields are ignored by a reader of the same major format.
struct Manifest {
  static constexpr int kFormat = 1;
  int format = kFormat;
  std::string id;  ///< new_run_id()
  std::string cluster;
  std::string what;  ///< "dump", "archive"
  std::string arkive_version;
  std::string host;
  UnixMilliseconds started = 0;
  UnixMilliseconds finished = 0;
  bool whole = false;            ///< nothing is missing
  bool changed = false;          ///< the tree differs from the run before
  std::vector<Missing> missing;  ///< at most 10,000 named
  std::uint64_t missing_count = 0;
  bool redacted = false;  ///< secrets were replaced by fingerprints; a restore refuses those znodes
  std::string summary;    ///< the changes in words, as the commit message says them
  TreePart tree;
  TreePart record;
  /// Of an archive of logs (docs/format-archive.md): `location` is the key of its list, `sha256` that of the
  /// list, `files` how many segments it names, `bytes` how many they hold. Empty location: no such part. A
  /// run without a tree has an empty tree.location.
  TreePart logs;
  std::string facts = "{}";  ///< a JSON object of the layer above (zk/dump: counts, zxids, consistency)
  RunProof proof;
  /// Not in the JSON: the hash of the statement (statement.h) of what from_json() read.
  std::string statement_sha256;

  /// Text that is no UTF-8 gets U+FFFD in its place; `facts` that is no JSON object is written as {}.
  std::string to_json() const;
  /// kCorrupt with the field's name when it is not a manifest; kUsage when its format is newer than kFormat.
  static Result<Manifest> from_json(std::string_view text);
};

/// The order of runs, oldest first: by `started`, then by id.
bool earlier_run(const Manifest& a, const Manifest& b);

}  // namespace arkive

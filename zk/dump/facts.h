/// DumpFacts: what a dump's manifest says of the reading, in Manifest::facts (docs/format-tree.md, "The
/// manifest's facts").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"
#include "stores/manifest/manifest.h"
#include "zk/application.h"
#include "zk/source.h"

namespace arkive::zk {

struct DumpFacts {
  struct FoundApplication {
    std::string name;  ///< "kafka"
    std::string root;  ///< "" or "/kafka"
  };
  std::string source;       ///< "client"
  std::string server;       ///< "127.0.0.1:2181 (3.8.4)"
  std::string consistency;  ///< "quiet", "fuzzy", "exact"
  std::int64_t zxid_first = 0;
  std::int64_t zxid_last = 0;
  int passes = 0;
  std::uint64_t znodes = 0;
  std::uint64_t data_bytes = 0;
  std::uint64_t ephemerals = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t masked_acls = 0;
  std::uint64_t vanished = 0;
  std::uint64_t still_moving = 0;
  std::uint64_t acls_read = 0;
  std::uint64_t changed_files = 0;
  std::uint64_t read_ms = 0;  ///< how long the reading took; 0: not told (older runs)
  std::string path = "/";     ///< what was asked for
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::vector<FoundApplication> applications;

  static DumpFacts of(const Reading& reading, const Selection& selection);
  std::string to_json() const;
  /// Missing fields keep their defaults (a run whose record was pruned says little); kCorrupt when it is no
  /// JSON object.
  static Result<DumpFacts> from_json(std::string_view text);
  /// The applications of `known` that this dump held, where it found them.
  std::vector<ApplicationAt> applications_among(std::span<const Application* const> known) const;
};

/// Nothing of the run's tree is missing, whatever else the run holds or lacks; false for a run without a
/// tree.
bool tree_is_whole(const Manifest& run);

}  // namespace arkive::zk

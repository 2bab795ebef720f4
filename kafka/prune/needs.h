/// What runs need of a store's lists and segments.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/manifest/manifest.h"
#include "stores/store.h"

namespace arkive::kafka {

/// Of the runs of one cluster; of other clusters' runs in the same store only the lists, for these are
/// shared.
class Needs {
 public:
  explicit Needs(std::string cluster) : cluster_(std::move(cluster)) {}

  /// Lists and segments of `run`; nothing of one without topics. Its lists are read: an error means that what
  /// it needs is not known, and nothing may be removed. Upon kCorrupt all that is known of it was added.
  Status add(const Store& store, const Manifest& run, Deadline deadline);
  /// Its lists only.
  Status add_lists(const Store& store, const Manifest& run, Deadline deadline);

  bool has_list(const std::string& sha256) const { return lists_.contains(sha256); }
  /// `key`: of a file of a segment of the cluster, as parse_segment_key() reads it. Of a .log and a .log.zst
  /// of one segment, only the one that a list means is needed.
  bool has_segment_file(std::string_view key) const;

  /// SHA-256 of lists, and the keys of the files with the bytes of segments.
  const std::unordered_set<std::string>& lists() const { return lists_; }
  const std::unordered_set<std::string>& logs() const { return logs_; }

 private:
  std::string cluster_;
  std::unordered_set<std::string> lists_;   ///< SHA-256, of both kinds
  std::unordered_set<std::string> runs_;    ///< lists of topics, all of whose segments are in here
  std::unordered_set<std::string> topics_;  ///< lists of segments that were read
  std::unordered_set<std::string> logs_;    ///< keys of .log and .log.zst
  std::unordered_set<std::string> stems_;   ///< of segments
};

}  // namespace arkive::kafka

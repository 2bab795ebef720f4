/// GroupPlan: what restoring the groups of an archive would commit, item by item, before anything is written.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/groups/group_names.h"
#include "kafka/groups/placement.h"
#include "kafka/log_source.h"
#include "kafka/replay/offset_map.h"
#include "stores/core/glob.h"
#include "stores/core/result.h"
#include "stores/store.h"

namespace arkive::kafka {

struct PlannedOffset {
  CommittedOffset archived;
  OffsetKind kind = OffsetKind::kLeftOut;
  /// What the target is to hold. Leader epoch -1: those of the archive mean nothing to another cluster.
  /// Offset -1: left out.
  CommittedOffset wanted;
  std::string note;                      ///< Place::note
  std::optional<CommittedOffset> there;  ///< what the target holds now
  std::optional<std::int64_t> lag_then;  ///< behind the end of the archive; nothing: not archived
  std::optional<std::int64_t> lag_now;   ///< behind the end of the target's log; nothing: left out

  bool is_left_out() const { return kind == OffsetKind::kLeftOut; }
  /// The target holds it already.
  bool is_there() const;
};

/// The same position: partition, offset and metadata. Brokers tell no metadata as an empty one.
bool same_position(const CommittedOffset& one, const CommittedOffset& other);

enum class GroupAction : std::uint8_t {
  kCommit,     ///< what is missing on the target is committed; what is there is as wanted
  kOverwrite,  ///< it holds other offsets there, and was named to be overwritten
  kSame,       ///< all is there already
  kKeep,       ///< it holds other offsets there: nothing of it is touched
  kLive,       ///< it has members there, or is no state to be written in: refused
  kNotKnown,   ///< its offsets could not be archived, or those there cannot be looked at: refused
  kNothing     ///< it has no offsets, or all are left out
};
/// "commit", "overwrite", "same", "keep", "live", "not known", "nothing".
std::string_view group_action_name(GroupAction action);

struct PlannedGroup {
  std::string name;
  std::string state;     ///< when it was archived
  std::string protocol;  ///< "consumer", "connect"; empty: it was committed to without members
  GroupAction action = GroupAction::kNothing;
  std::string reason;                  ///< of what is not kCommit or kSame
  std::vector<PlannedOffset> offsets;  ///< in the archive's order

  bool is_written() const { return action == GroupAction::kCommit || action == GroupAction::kOverwrite; }
  std::size_t left_out() const;
};

struct GroupPlan {
  std::vector<PlannedGroup> groups;  ///< ascending by name
  std::vector<std::string> notes;

  std::size_t count(GroupAction action) const;
  std::size_t left_out() const;
  /// Nothing is kept, refused or left out.
  bool is_complete() const;
};

/// References must outlive the calls.
struct GroupRestore {
  const Store* store = nullptr;
  const ArchiveIndex* archive = nullptr;
  std::string run;                 ///< of the archive, for notes
  const OffsetMap* map = nullptr;  ///< null: offsets as they were
  GroupGlobs groups;               ///< empty: all
  GroupGlobs excluded;
  GroupGlobs overwrite;
  /// Over names of topics: only offsets in these, and groups that have some; empty: all.
  std::vector<Glob> topics;
  std::chrono::milliseconds patience{60'000};  ///< of each question to the cluster
};

/// Asks the target and changes nothing. kNotFound: no group of the archive is meant; kConflict: the map is of
/// another archive or of another cluster; errors of reading the archive and of LogSource.
Result<GroupPlan> plan_groups(const GroupRestore& restore, LogSource& target);

}  // namespace arkive::kafka

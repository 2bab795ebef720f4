#include "kafka/groups/group_plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

using Logs = std::map<TopicPartition, PartitionOffsets>;

std::string quoted(const std::string& name) {
  return "'" + printable(name) + "'";
}

Status check_map(const GroupRestore& restore, const ClusterFacts& target) {
  const OffsetMap& map = *restore.map;
  const std::string& source = restore.archive->cluster.cluster_id;
  if (!map.source_cluster.empty() && !source.empty() && map.source_cluster != source) {
    return fail(Outcome::kConflict,
                "translate offsets of cluster " + source + ": the journal is of a replay of cluster " +
                    map.source_cluster,
                "give --journal of the replay of this archive");
  }
  if (!map.target_cluster.empty() && map.target_cluster != target.cluster_id) {
    return fail(
        Outcome::kConflict,
        "restore groups into cluster " + target.cluster_id + ": the journal is of a replay into cluster " +
            map.target_cluster,
        "give --kafka of the cluster that the topics were replayed into, or --journal of the replay into "
        "this one");
  }
  return ok();
}

/// Groups of the archive, with the offsets that are meant.
Result<std::vector<GroupFacts>> select(const GroupRestore& restore, std::vector<std::string>& notes) {
  std::vector<GroupFacts> selected;
  std::vector<std::string> names;
  const auto is_elsewhere = [&](const CommittedOffset& committed) {
    return std::ranges::none_of(restore.topics,
                                [&](const Glob& glob) { return glob.matches(committed.partition.topic); });
  };
  for (const GroupFacts& group : restore.archive->groups) {
    names.push_back(group.name);
    if (!restore.groups.empty() && !restore.groups.match(group.name)) continue;
    if (restore.excluded.match(group.name)) continue;
    GroupFacts meant = group;
    if (!restore.topics.empty()) {
      std::erase_if(meant.offsets, is_elsewhere);
      // One whose offsets are not known may have some there.
      if (meant.offsets.empty() && meant.error.empty()) continue;
    }
    selected.push_back(std::move(meant));
  }
  if (selected.empty()) {
    std::string there;
    for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 12); ++i) {
      there += (i == 0 ? "" : ", ") + printable(names[i]);
    }
    if (names.size() > 12) there += " and " + std::to_string(names.size() - 12) + " more";
    return fail(Outcome::kNotFound, "restore groups of run " + restore.run + ": no group of it is meant",
                names.empty() ? "it holds no groups; arkive list shows other runs" : "it holds " + there);
  }
  for (const auto* globs : {&restore.groups, &restore.overwrite, &restore.excluded}) {
    for (const std::string& text : globs->without_match(names)) {
      notes.push_back("no archived group matches " + quoted(text));
    }
  }
  return selected;
}

Place place_of(const GroupRestore& restore, const AllBounds& bounds, const CommittedOffset& committed) {
  const auto found = bounds.find(committed.partition);
  const ArchivedBounds* const archived = found == bounds.end() ? nullptr : &found->second;
  return restore.map != nullptr ? place_by_map(*restore.map, archived, committed)
                                : place_as_it_was(archived, committed);
}

// Two source partitions that became one have two offsets for it.
void leave_out_ambiguous(std::vector<Place>& places) {
  std::map<TopicPartition, int> count;
  for (const Place& place : places) {
    if (place.kind != OffsetKind::kLeftOut) ++count[place.partition];
  }
  for (Place& place : places) {
    if (place.kind == OffsetKind::kLeftOut || count[place.partition] == 1) continue;
    place = {OffsetKind::kLeftOut,
             {},
             -1,
             "several partitions of the archive went into " + place.partition.text()};
  }
}

// Partitions that are not there are not asked for: a cluster would be waited for to make them.
Result<Logs> look_at_logs(LogSource& target, const std::set<TopicPartition>& wanted, Deadline deadline) {
  ARKIVE_ASSIGN(const std::vector<TopicFacts> topics, target.topics(deadline));
  std::vector<TopicPartition> existing;
  for (const TopicFacts& topic : topics) {
    for (const PartitionFacts& partition : topic.partitions) {
      TopicPartition one{topic.name, partition.partition};
      if (wanted.contains(one)) existing.push_back(std::move(one));
    }
  }
  Logs logs;
  if (existing.empty()) return logs;
  ARKIVE_ASSIGN(std::vector<PartitionOffsets> offsets, target.offsets(existing, deadline));
  for (std::size_t i = 0; i < existing.size(); ++i) logs[existing[i]] = std::move(offsets[i]);
  return logs;
}

PlannedOffset planned(const CommittedOffset& archived, const Place& place, const AllBounds& bounds,
                      const Logs& logs, const GroupFacts* there) {
  PlannedOffset item;
  item.archived = archived;
  item.kind = place.kind;
  item.note = place.note;
  if (const auto found = bounds.find(archived.partition); found != bounds.end()) {
    item.lag_then = std::max<std::int64_t>(found->second.next - archived.offset, 0);
  }
  item.wanted.offset = -1;
  if (item.is_left_out()) return item;
  item.wanted = {place.partition, place.offset, -1, archived.metadata};
  item.lag_now = logs.at(place.partition).high_watermark - place.offset;
  if (there != nullptr) {
    for (const CommittedOffset& committed : there->offsets) {
      if (committed.partition == place.partition) item.there = committed;
    }
  }
  return item;
}

bool is_live(const GroupFacts& there) {
  return there.members > 0 || (!there.state.empty() && there.state != "Empty" && there.state != "Dead");
}

std::string differing(const PlannedGroup& group) {
  std::size_t count = 0;
  const PlannedOffset* first = nullptr;
  for (const PlannedOffset& item : group.offsets) {
    if (item.is_left_out() || !item.there || item.is_there()) continue;
    if (count++ == 0) first = &item;
  }
  if (count == 0) return {};
  std::string text = "on the target it is at " + std::to_string(first->there->offset) + " of " +
                     first->wanted.partition.text() + ", not at " + std::to_string(first->wanted.offset);
  if (first->there->offset == first->wanted.offset) text += " with this metadata";
  if (count > 1) text += ", and so on in " + std::to_string(count) + " partitions";
  return text;
}

void decide(PlannedGroup& group, const GroupFacts& archived, const GroupFacts* there,
            const GroupGlobs& overwrite) {
  const auto set = [&](GroupAction action, std::string reason = {}) {
    group.action = action;
    group.reason = std::move(reason);
  };
  if (!archived.error.empty()) {
    return set(GroupAction::kNotKnown, "its offsets could not be archived: " + archived.error);
  }
  if (group.offsets.empty()) {
    return set(GroupAction::kNothing, group.protocol.empty() || group.protocol == "consumer"
                                          ? "it had committed nothing"
                                          : "groups of protocol " + group.protocol + " commit no offsets");
  }
  if (group.left_out() == group.offsets.size()) {
    return set(GroupAction::kNothing, "no offset of it can be brought there");
  }
  if (there != nullptr && !there->error.empty()) {
    return set(GroupAction::kNotKnown, "it cannot be looked at on the target: " + there->error);
  }
  const bool all_there = std::all_of(group.offsets.begin(), group.offsets.end(),
                                     [](const auto& item) { return item.is_left_out() || item.is_there(); });
  if (all_there) return set(GroupAction::kSame);
  if (there != nullptr && is_live(*there)) {
    return set(GroupAction::kLive,
               "it lives on the target (" + there->state + ", " + std::to_string(there->members) +
                   (there->members == 1 ? " member" : " members") + "): stop its consumers first");
  }
  std::string reason = differing(group);
  if (reason.empty()) return set(GroupAction::kCommit);
  set(overwrite.match(group.name) ? GroupAction::kOverwrite : GroupAction::kKeep, std::move(reason));
}

}  // namespace

bool same_position(const CommittedOffset& one, const CommittedOffset& other) {
  return one.partition == other.partition && one.offset == other.offset &&
         one.metadata.value_or("") == other.metadata.value_or("");
}

bool PlannedOffset::is_there() const {
  return there && same_position(*there, wanted);
}

std::string_view group_action_name(GroupAction action) {
  switch (action) {
    case GroupAction::kCommit:
      return "commit";
    case GroupAction::kOverwrite:
      return "overwrite";
    case GroupAction::kSame:
      return "same";
    case GroupAction::kKeep:
      return "keep";
    case GroupAction::kLive:
      return "live";
    case GroupAction::kNotKnown:
      return "not known";
    case GroupAction::kNothing:
      break;
  }
  return "nothing";
}

std::size_t PlannedGroup::left_out() const {
  return static_cast<std::size_t>(std::count_if(
      offsets.begin(), offsets.end(), [](const PlannedOffset& item) { return item.is_left_out(); }));
}

std::size_t GroupPlan::count(GroupAction action) const {
  return static_cast<std::size_t>(std::count_if(
      groups.begin(), groups.end(), [&](const PlannedGroup& group) { return group.action == action; }));
}

std::size_t GroupPlan::left_out() const {
  std::size_t all = 0;
  for (const PlannedGroup& group : groups) all += group.left_out();
  return all;
}

bool GroupPlan::is_complete() const {
  return left_out() == 0 && count(GroupAction::kKeep) == 0 && count(GroupAction::kLive) == 0 &&
         count(GroupAction::kNotKnown) == 0;
}

Result<GroupPlan> plan_groups(const GroupRestore& restore, LogSource& target) {
  const auto patience = [&] { return Deadline::after(restore.patience); };
  GroupPlan plan;
  ARKIVE_ASSIGN(const auto selected, select(restore, plan.notes));
  if (restore.map != nullptr) {
    ARKIVE_ASSIGN(const ClusterFacts cluster, target.cluster(patience()));
    ARKIVE_TRY(check_map(restore, cluster));
    if (!restore.map->run.empty() && restore.map->run != restore.run) {
      plan.notes.push_back("the groups are those of run " + restore.run + ", the topics those of run " +
                           restore.map->run);
    }
  }
  ARKIVE_ASSIGN(const AllBounds bounds,
                read_bounds(*restore.store, *restore.archive, selected, Deadline::never()));
  std::vector<std::vector<Place>> places;
  std::set<TopicPartition> wanted;
  for (const GroupFacts& group : selected) {
    auto& of_group = places.emplace_back();
    for (const CommittedOffset& committed : group.offsets) {
      of_group.push_back(place_of(restore, bounds, committed));
    }
    leave_out_ambiguous(of_group);
    for (const Place& place : of_group) {
      if (place.kind != OffsetKind::kLeftOut) wanted.insert(place.partition);
    }
  }
  ARKIVE_ASSIGN(const Logs logs, look_at_logs(target, wanted, patience()));
  ARKIVE_ASSIGN(const std::vector<GroupFacts> live, target.groups(patience()));
  std::map<std::string_view, const GroupFacts*> by_name;
  for (const GroupFacts& group : live) by_name[group.name] = &group;

  for (std::size_t i = 0; i < selected.size(); ++i) {
    const GroupFacts& archived = selected[i];
    const auto found = by_name.find(archived.name);
    const GroupFacts* const there = found == by_name.end() ? nullptr : found->second;
    PlannedGroup group{archived.name, archived.state, archived.protocol, {}, {}, {}};
    for (std::size_t k = 0; k < archived.offsets.size(); ++k) {
      const auto log = logs.find(places[i][k].partition);
      const Place place = within_log(places[i][k], log == logs.end() ? nullptr : &log->second);
      group.offsets.push_back(planned(archived.offsets[k], place, bounds, logs, there));
    }
    decide(group, archived, there, restore.overwrite);
    plan.groups.push_back(std::move(group));
  }
  return plan;
}

}  // namespace arkive::kafka

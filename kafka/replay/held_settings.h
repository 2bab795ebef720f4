/// Settings that topics have while a replay runs, and what they are to be afterwards: old records are not to
/// be deleted before all are there, and their timestamps are to stay. The file settings.json of the journal
/// keeps them, so that they are put back after a kill, too (docs/format-replay.md).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "kafka/topic_admin.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Of one topic: by name what it is to be; nothing: the cluster's default.
using Settings = std::map<std::string, std::optional<std::string>>;
using HeldSettings = std::map<std::string, Settings>;

/// What `configs` of a topic have to be while it is replayed into; what was there before comes back as
/// Settings.
Settings hold_settings(std::map<std::string, std::string>& configs);

/// Empty when there is no file. kCorrupt.
Result<HeldSettings> read_held_settings(const std::string& journal_directory);
/// Adds to those that are held; what is held already stays. Before the topics are made.
Status keep_held_settings(const std::string& journal_directory, const HeldSettings& more);
/// Sets them, and removes the file when the brokers have taken all. kFail naming the topics that refused.
Status put_settings_back(const std::string& journal_directory, TopicAdmin& admin, Deadline deadline);

}  // namespace arkive::kafka

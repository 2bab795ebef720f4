/// A target cluster made ready for a replay, and put back after it: what would go wrong is found before the
/// first write, topics are made, and settings that would lose or refuse old records are raised meanwhile.
///
///   inspect()   reads only: all findings, and what prepare() would do
///   prepare()   writes settings.json into the journal directory, then makes and changes topics
///   put_back()  from settings.json alone, after the replay or after a kill at any moment
///
/// The format of settings.json is docs/format-prepare.md.
///
/// One thread at a time for one journal directory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/log_source.h"
#include "kafka/topic_admin.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// One topic to be restored. Borrows the archive's list.
struct WantedTopic {
  const ArchivedTopic* archived = nullptr;
  std::string target;                   ///< its name in the target cluster
  std::int32_t partitions = 0;          ///< when it is made; 0: as archived
  std::int16_t replication_factor = 0;  ///< when it is made; 0: as archived
  std::uint64_t bytes = 0;              ///< of its log that are to come, about; 0: not known
};

struct PrepareOptions {
  bool append = false;             ///< topics that hold records already are taken
  bool keep_raised = false;        ///< settings are not put back: told in the findings
  bool leave_out_unknown = false;  ///< settings the target does not know are left out, not refused
  bool fewer_replicas = false;     ///< archived replication factors above the live brokers are lowered
  bool leave_existing = false;     ///< settings of topics that exist are not raised; what harms is told
  /// Znodes of operators that delete topics they have no resource for ("/strimzi"), where a tree was read.
  std::vector<std::string> operator_znodes;
};

enum class Severity : std::uint8_t {
  kRefuse,   ///< prepare() does nothing
  kChanged,  ///< prepare() changes a setting while the replay runs
  kWarn
};

struct Finding {
  Severity severity = Severity::kWarn;
  std::string object;  ///< "topic 'orders'", "cluster"
  std::string cause;
  std::string advice;  ///< what to do; may be empty
  bool operator==(const Finding&) const = default;
};

/// "refused: topic 'orders': ...; <advice>".
std::string finding_line(const Finding& finding);
/// A JSON array of {"severity": "refuse" | "changed" | "warn", "object", "cause", "advice"}.
std::string findings_json(std::span<const Finding> findings);

/// Settings of one topic: what it has while the replay runs, and what it gets at the end.
struct TopicSettings {
  std::string topic;
  std::map<std::string, std::string> raised;
  /// The same names; nothing: the cluster's default.
  std::map<std::string, std::optional<std::string>> final;
  bool operator==(const TopicSettings&) const = default;
};

/// What inspect() found and what prepare() does.
struct Preparation {
  std::string cluster_id;
  std::vector<Finding> findings;        ///< refusals first
  std::vector<NewTopic> made;           ///< with their raised settings
  std::vector<TopicSettings> settings;  ///< of all topics, made or not, that have any
  bool refused() const;
};

/// Reads the target; makes and changes nothing. `admin` null: what only the controller knows (authorisation,
/// settings it refuses) is not asked. Errors are those of LogSource; what is wrong with one topic is a
/// finding.
Result<Preparation> inspect(std::span<const WantedTopic> topics, const PrepareOptions& options,
                            LogSource& target, TopicAdmin* admin, Deadline deadline);

/// settings.json is durable before the first change; values that are in it already from a run that was killed
/// stay the final ones. kUsage when `preparation` is refused; kConflict when the settings.json there is of
/// another cluster; kDenied and others as the brokers say, naming the topic. After an error put_back() is
/// right.
Status prepare(const Preparation& preparation, const std::string& journal_directory, LogSource& target,
               TopicAdmin& admin, Deadline deadline);

struct PutBack {
  std::vector<std::string> topics;  ///< whose settings are as they should be now
  /// Left as they are, because the topic is gone or somebody else changed them meanwhile.
  std::vector<Finding> findings;
};

/// Sets what prepare() raised to its final value, then removes settings.json. Without that file: nothing to
/// do. May be called any number of times. Errors name the topic; settings.json stays then.
Result<PutBack> put_back(const std::string& journal_directory, LogSource& target, TopicAdmin& admin,
                         Deadline deadline);

/// For settings that are to stay raised: the commands (kafka-configs.sh) that put them back by hand, a topic
/// each. settings.json stays, so that put_back() may be called later.
Result<std::vector<std::string>> put_back_commands(const std::string& journal_directory,
                                                   const std::string& bootstrap);

}  // namespace arkive::kafka

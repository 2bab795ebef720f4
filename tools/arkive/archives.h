/// Archives of topics, as the command line names them: the run of --from, a topic in it, a place in that.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "stores/core/time.h"
#include "stores/manifest/manifest.h"
#include "stores/store.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

/// An archive as one run left it.
struct OpenedArchive {
  std::unique_ptr<Store> store;
  std::string cluster;
  Manifest run;
  kafka::ArchiveIndex index;
};

/// Without a reference: the newest run, whole or not, for it holds what all before it hold. kUsage for a git
/// history; kNotFound with what there is; with --public-key kDenied unless that very run is signed.
Result<OpenedArchive> open_archive(const FromOptions& from);

/// Reads the segments of the topics that `is_wanted` names, and holds each against its hash, its index files
/// against it. kCorrupt, naming the first that does not fit; no file: nothing is read.
Status prove_segments(const OpenedArchive& archive, const std::string& public_key,
                      const std::function<bool(std::string_view topic)>& is_wanted);

/// The runs of a store that archived topics, oldest first; none in a git history.
Result<std::vector<Manifest>> archive_runs_of(const FromOptions& from, const std::string& cluster);

/// "topic[@id][/partition[/gN][@offset|@time]]", as the directories are called.
struct TopicAddress {
  std::string text;  ///< all of it
  std::string topic;
  std::optional<kafka::TopicId> id;  ///< of an older topic of that name; zero: "none"
  std::optional<std::int32_t> partition;
  std::optional<std::int32_t> generation;  ///< none: the newest
  std::optional<std::int64_t> offset;
  std::optional<UnixMilliseconds> time;
  /// kUsage, saying how it is written.
  static Result<TopicAddress> parse(std::string_view text);
};

/// An offset: digits only. kUsage.
Result<std::int64_t> parse_offset(std::string_view text);
/// As parse_time(), and "1700000000123ms" as format_timestamp() writes what is in no calendar.
Result<UnixMilliseconds> parse_record_time(std::string_view text);

/// The topic; of several of that name the newest, unless its id is given. kNotFound naming those there are.
Result<kafka::ArchivedTopic> read_topic_of(const OpenedArchive& archive, const TopicAddress& address);
/// kNotFound naming the partitions there are.
Result<const kafka::ArchivedPartition*> partition_of(const kafka::ArchivedTopic& topic,
                                                     std::int32_t partition);
/// The partition that `address` names, in the generation it names. kNotFound as above, and naming
/// generations.
Result<kafka::ArchivedPartition> partition_at(const OpenedArchive& archive, const kafka::ArchivedTopic& topic,
                                              const TopicAddress& address);

/// `error`, with what to do about damage where it says nothing.
Error with_hint_at_damage(Error error);

/// What the run says is missing of `topic`, one line each.
std::vector<std::string> missing_of(const Manifest& run, const std::string& topic);

}  // namespace arkive::tools

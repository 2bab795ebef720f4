#include "kafka/inspect/logs_report.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "kafka/archive/json_document.h"
#include "kafka/archive/layout.h"
#include "stores/core/bytes.h"
#include "stores/manifest/json_fields.h"
#include "stores/manifest/seal.h"

namespace arkive::kafka {
namespace {

using Fields = JsonFields;
using Json = nlohmann::json;
using Kind = PartitionDirectory::Kind;

constexpr std::string_view kReport = "log-directories";
constexpr std::uint64_t kMostBytes = 256 << 20;  // some 400,000 partitions
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMost32 = std::numeric_limits<std::int32_t>::max();
constexpr std::pair<Kind, std::string_view> kKinds[] = {
    {Kind::kLive, "live"}, {Kind::kDelete, "delete"}, {Kind::kFuture, "future"}, {Kind::kStray, "stray"}};

std::string_view kind_name(Kind kind) {
  return kKinds[static_cast<std::size_t>(kind)].second;
}

Json damage_json(const LogDamage& damage) {
  return {{"file", damage.file}, {"position", damage.position}, {"cause", damage.cause}};
}

Json partition_json(const InspectedPartition& partition) {
  Json damage = Json::array();
  for (const LogDamage& one : partition.damage) damage.push_back(damage_json(one));
  return {{"directory", partition.directory},
          {"kind", kind_name(partition.kind)},
          {"topic", partition.partition.topic},
          {"partition", partition.partition.partition},
          {"topic_id", partition.topic_id.text()},
          {"log_start", partition.log_start},
          {"log_end", partition.log_end},
          {"high_watermark", partition.high_watermark ? Json(*partition.high_watermark) : Json(nullptr)},
          {"bytes", partition.bytes},
          {"segments", partition.segments},
          {"batches", partition.batches},
          {"last_epoch", partition.last_epoch},
          {"highest_epoch", partition.highest_epoch},
          {"highest_producer_id", partition.highest_producer_id},
          {"cut_short", partition.cut_short},
          {"damage", std::move(damage)},
          {"damage_count", partition.damage_count},
          {"error", partition.error}};
}

Json meta_json(const std::optional<MetaProperties>& meta) {
  if (!meta) return nullptr;
  return {{"version", meta->version},
          {"broker", meta->broker},
          {"cluster_id", meta->cluster_id},
          {"directory_id", meta->directory_id}};
}

Json directory_json(const InspectedDirectory& directory) {
  Json partitions = Json::array();
  for (const InspectedPartition& one : directory.partitions) partitions.push_back(partition_json(one));
  return {{"path", directory.path},
          {"meta", meta_json(directory.meta)},
          {"clean_shutdown", directory.clean_shutdown},
          {"in_use", directory.in_use},
          {"error", directory.error},
          {"partitions", std::move(partitions)}};
}

LogDamage damage_from(Fields fields) {
  LogDamage damage;
  fields.take("file", damage.file);
  fields.take("position", damage.position);
  fields.take("cause", damage.cause);
  return damage;
}

/// The fields that say the same must agree.
void check_names(Fields& fields, const InspectedPartition& partition, std::string_view kind) {
  const auto named = parse_partition_directory(partition.directory);
  if (!named || kind_name(named->kind) != kind || named->partition != partition.partition ||
      !is_topic_name(partition.partition.topic)) {
    fields.wrong("directory", "is not the name of this partition's directory");
  }
  if (named) fields.require(named->kind == partition.kind, "kind", "does not fit the directory");
}

InspectedPartition partition_from(Fields fields) {
  InspectedPartition partition;
  std::string kind;
  std::string topic_id;
  fields.take("directory", partition.directory);
  fields.take("kind", kind);
  fields.take("topic", partition.partition.topic);
  fields.take("partition", partition.partition.partition, 0, kMost32);
  fields.take("topic_id", topic_id);
  fields.take("log_start", partition.log_start, 0, kMost);
  fields.take("log_end", partition.log_end, partition.log_start, kMost);
  if (!fields.is_null("high_watermark")) {
    fields.take("high_watermark", partition.high_watermark.emplace(), 0, kMost);
  }
  fields.take("bytes", partition.bytes);
  fields.take("segments", partition.segments);
  fields.take("batches", partition.batches);
  fields.take("last_epoch", partition.last_epoch, -1, kMost32);
  fields.take("highest_epoch", partition.highest_epoch, -1, kMost32);
  fields.take("highest_producer_id", partition.highest_producer_id, -1, kMost);
  fields.take("cut_short", partition.cut_short);
  fields.for_each("damage", [&](Fields one) { partition.damage.push_back(damage_from(one)); });
  fields.take("damage_count", partition.damage_count);
  fields.take("error", partition.error);
  for (const auto& [value, name] : kKinds) {
    if (name == kind) partition.kind = value;
  }
  check_names(fields, partition, kind);
  const auto id = TopicId::from_text(topic_id);
  fields.require(id.has_value(), "topic_id", "is no topic id");
  if (id) partition.topic_id = *id;
  fields.require(partition.last_epoch <= partition.highest_epoch, "highest_epoch", "is below 'last_epoch'");
  const auto named = std::min<std::uint64_t>(partition.damage_count, InspectedPartition::kMostDamages);
  fields.require(partition.damage.size() == named, "damage", "does not hold as many as 'damage_count' says");
  return partition;
}

MetaProperties meta_from(Fields fields) {
  MetaProperties meta;
  fields.take("version", meta.version, 0, 1);
  fields.take("broker", meta.broker, -1, kMost32);
  fields.take("cluster_id", meta.cluster_id);
  fields.take("directory_id", meta.directory_id);
  return meta;
}

InspectedDirectory directory_from(Fields fields) {
  InspectedDirectory directory;
  fields.take("path", directory.path);
  if (!fields.is_null("meta")) directory.meta = meta_from(fields.object("meta"));
  fields.take("clean_shutdown", directory.clean_shutdown);
  fields.take("in_use", directory.in_use);
  fields.take("error", directory.error);
  fields.for_each("partitions", [&](Fields one) {
    InspectedPartition partition = partition_from(one);
    one.require(directory.partitions.empty() || directory.partitions.back().directory < partition.directory,
                "directory", "does not come after the one before");
    directory.partitions.push_back(std::move(partition));
  });
  return directory;
}

/// Writing a document again goes as deep as it does: ours need 8.
bool is_flat(std::string_view text) {
  constexpr int kDeepest = 16;
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) return false;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

}  // namespace

bool LogsReport::is_sound() const {
  return std::all_of(directories.begin(), directories.end(), [](const InspectedDirectory& directory) {
    return !directory.in_use && directory.error.empty() &&
           std::all_of(directory.partitions.begin(), directory.partitions.end(),
                       [](const InspectedPartition& partition) {
                         return partition.error.empty() && partition.damage_count == 0;
                       });
  });
}

std::string LogsReport::to_json() const {
  Json list = Json::array();
  for (const InspectedDirectory& directory : directories) list.push_back(directory_json(directory));
  const Json document = {{"report", kReport},         {"format", kFormat}, {"host", host},
                         {"inspected_ms", inspected}, {"broker", broker},  {"directories", std::move(list)}};
  return sealed_json(document.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace));
}

Result<LogsReport> LogsReport::from_json(std::string_view text) {
  const auto corrupt = [](const std::string& why) {
    return fail(Outcome::kCorrupt, "read report of log directories: " + why,
                "make it anew: arkive inspect-logs on the broker's host");
  };
  if (text.size() > kMostBytes) return corrupt("is larger than " + human_size(kMostBytes));
  if (!is_flat(text)) return corrupt("is too deep");
  const Json document = parse_json_document(text);
  if (!document.is_object()) return corrupt("is no JSON object");
  std::string problem;
  Fields fields(document, "", problem);
  std::string report;
  std::int64_t format = 0;
  fields.take("report", report);
  fields.take("format", format, 1, kMost);
  fields.require(report == kReport, "report", "is not \"log-directories\"");
  if (!problem.empty()) return corrupt(problem);
  if (format > kFormat) {
    return fail(Outcome::kUsage,
                "read report of log directories: format " + std::to_string(format) + " is newer than " +
                    std::to_string(kFormat) + ", the newest this arkive knows",
                "use the arkive that made it, or a newer one");
  }
  if (Status sealed = check_seal(text); !sealed) return corrupt(sealed.error().what);
  LogsReport read;
  fields.take("host", read.host);
  fields.take("inspected_ms", read.inspected, std::numeric_limits<std::int64_t>::min(), kMost);
  fields.take("broker", read.broker, -1, kMost32);
  fields.for_each("directories", [&](Fields one) { read.directories.push_back(directory_from(one)); });
  if (!problem.empty()) return corrupt(problem);
  return read;
}

}  // namespace arkive::kafka

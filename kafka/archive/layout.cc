#include "kafka/archive/layout.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "stores/core/hash.h"

namespace arkive::kafka {
namespace {

constexpr std::string_view kLists = "lists/";
constexpr std::string_view kListEnding = ".json";
constexpr std::size_t kLongestTopic = 249;
// With '~', a hash, '@' and an id it stays a file name (255 bytes).
constexpr std::size_t kLongestInKey = 200;
constexpr std::size_t kHashDigits = 16;

std::string topic_in_key(const std::string& name) {
  if (name.size() <= kLongestInKey) return name;
  return name.substr(0, kLongestInKey - kHashDigits - 1) + "~" + hex(sha256(name)).substr(0, kHashDigits);
}

bool is_topic_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "g0", "g0.m1".
bool is_generation(std::string_view text) {
  if (!text.starts_with('g')) return false;
  const std::size_t end = std::min(text.find(".m"), text.size());
  return is_number(text.substr(1, end - 1)) && (end == text.size() || is_number(text.substr(end + 2)));
}

}  // namespace

bool is_topic_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestTopic && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), is_topic_letter);
}

const char* ending_of(SegmentFile file) {
  switch (file) {
    case SegmentFile::kLog:
      return ".log";
    case SegmentFile::kCompressedLog:
      return ".log.zst";
    case SegmentFile::kOffsetIndex:
      return ".index";
    case SegmentFile::kTimeIndex:
      return ".timeindex";
    case SegmentFile::kTransactionIndex:
      return ".txnindex";
  }
  return "";
}

std::string topics_prefix(std::string_view cluster) {
  return "topics/" + std::string(cluster) + "/";
}

std::string segment_key(std::string_view cluster, const ArchivedTopic& topic, std::int32_t partition,
                        const ArchivedSegment& segment, SegmentFile file) {
  char name[32];
  std::snprintf(name, sizeof name, "%020lld", static_cast<long long>(segment.base_offset));
  const std::string id = topic.id.text();
  const std::string merge = segment.merge > 0 ? ".m" + std::to_string(segment.merge) : std::string();
  return topics_prefix(cluster) + topic_in_key(topic.name) + "@" + (id.empty() ? "none" : id) + "/" +
         std::to_string(partition) + "/g" + std::to_string(segment.generation) + merge + "/" + name +
         ending_of(file);
}

std::optional<SegmentKey> parse_segment_key(std::string_view cluster, std::string_view key) {
  constexpr std::size_t kOffsetDigits = 20;
  const std::string prefix = topics_prefix(cluster);
  if (!key.starts_with(prefix)) return {};
  // <topic>@<id>/<partition>/g<generation>[.m<merge>]/<offset><ending>
  std::vector<std::string_view> parts;
  for (std::size_t at = prefix.size(); at <= key.size();) {
    const std::size_t end = std::min(key.find('/', at), key.size());
    parts.push_back(key.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() != 4 || parts[0].find('@') == std::string_view::npos || !is_number(parts[1]) ||
      !is_generation(parts[2])) {
    return {};
  }
  const std::string_view name = parts[3];
  if (name.size() <= kOffsetDigits || !is_number(name.substr(0, kOffsetDigits))) return {};
  for (const SegmentFile file : {SegmentFile::kLog, SegmentFile::kCompressedLog, SegmentFile::kOffsetIndex,
                                 SegmentFile::kTimeIndex, SegmentFile::kTransactionIndex}) {
    if (name.substr(kOffsetDigits) != ending_of(file)) continue;
    return SegmentKey{key.substr(0, key.size() - name.size() + kOffsetDigits), file};
  }
  return {};
}

std::string log_key(std::string_view cluster, const ArchivedTopic& topic, std::int32_t partition,
                    const ArchivedSegment& segment) {
  return segment_key(cluster, topic, partition, segment,
                     segment.is_compressed() ? SegmentFile::kCompressedLog : SegmentFile::kLog);
}

std::string list_key(std::string_view sha256) {
  return std::string(kLists) + std::string(sha256) + std::string(kListEnding);
}

std::string_view hash_in_list_key(std::string_view key) {
  constexpr std::size_t kHash = 64;
  if (key.size() != kLists.size() + kHash + kListEnding.size() || !key.starts_with(kLists) ||
      !key.ends_with(kListEnding)) {
    return {};
  }
  key = key.substr(kLists.size(), kHash);
  return key.find_first_not_of("0123456789abcdef") == std::string_view::npos ? key : std::string_view();
}

std::string manifest_key(std::string_view cluster, std::string_view id) {
  return "runs/" + std::string(cluster) + "/" + std::string(id) + ".json";
}

std::string prune_key(std::string_view cluster) {
  return "prunes/" + std::string(cluster) + ".json";
}

std::string archive_lock(std::string_view cluster) {
  return "topics/" + std::string(cluster);
}

}  // namespace arkive::kafka

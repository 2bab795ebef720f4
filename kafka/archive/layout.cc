#include "kafka/archive/layout.h"

#include <cstdio>

namespace arkive::kafka {
namespace {

constexpr std::string_view kLists = "lists/";
constexpr std::string_view kListEnding = ".json";

}  // namespace

const char* ending_of(SegmentFile file) {
  switch (file) {
    case SegmentFile::kLog:
      return ".log";
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
                        std::int32_t generation, std::int64_t base_offset, SegmentFile file) {
  char name[32];
  std::snprintf(name, sizeof name, "%020lld", static_cast<long long>(base_offset));
  const std::string id = topic.id.text();
  return topics_prefix(cluster) + topic.name + "@" + (id.empty() ? "none" : id) + "/" +
         std::to_string(partition) + "/g" + std::to_string(generation) + "/" + name + ending_of(file);
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

std::string archive_lock(std::string_view cluster) {
  return "topics/" + std::string(cluster);
}

}  // namespace arkive::kafka

#include "kafka/log_directories/partition_files.h"

#include <charconv>
#include <cstdio>

namespace arkive::kafka {
namespace {

constexpr std::string_view kVersionLine = "version: 0";
constexpr std::string_view kIdField = "topic_id: ";

}  // namespace

std::string partition_directory_name(const TopicPartition& partition) {
  return partition.text();
}

std::optional<PartitionDirectory> parse_partition_directory(std::string_view name) {
  using Kind = PartitionDirectory::Kind;
  constexpr std::size_t kUniqueId = 32;
  PartitionDirectory directory;
  for (const auto& [ending, kind] : {std::pair{std::string_view("-delete"), Kind::kDelete},
                                     std::pair{std::string_view("-future"), Kind::kFuture},
                                     std::pair{std::string_view("-stray"), Kind::kStray}}) {
    if (!name.ends_with(ending)) continue;
    const std::string_view with_id = name.substr(0, name.size() - ending.size());
    const std::size_t dot = with_id.rfind('.');
    // A topic may be called "to-delete"; then the partition follows.
    if (dot == std::string_view::npos || with_id.size() - dot - 1 != kUniqueId) return std::nullopt;
    directory.kind = kind;
    name = with_id.substr(0, dot);
    break;
  }
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || dash + 1 == name.size()) return std::nullopt;
  const std::string_view number = name.substr(dash + 1);
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), directory.partition.partition);
  if (error != std::errc() || end != number.data() + number.size() || number.front() == '-')
    return std::nullopt;
  if (number.size() > 1 && number.front() == '0') return std::nullopt;  // brokers write none
  directory.partition.topic = name.substr(0, dash);
  return directory;
}

std::string partition_metadata_text(const TopicId& id) {
  return std::string(kVersionLine) + "\n" + std::string(kIdField) + id.text();
}

Result<TopicId> parse_partition_metadata(std::string_view text) {
  const std::size_t first_end = std::min(text.find('\n'), text.size());
  std::string_view second = text.substr(std::min(first_end + 1, text.size()));
  second = second.substr(0, second.find('\n'));
  if (text.substr(0, first_end) != kVersionLine || !second.starts_with(kIdField)) {
    return fail(Outcome::kCorrupt, "read partition.metadata: it is not as Kafka writes it");
  }
  return TopicId::from_text(second.substr(kIdField.size()));
}

std::string segment_file_name(std::int64_t base_offset, std::string_view ending) {
  char digits[21];
  (void)std::snprintf(digits, sizeof digits, "%020lld", static_cast<long long>(base_offset));
  return digits + std::string(ending);
}

}  // namespace arkive::kafka

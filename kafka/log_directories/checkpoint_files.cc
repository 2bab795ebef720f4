#include "kafka/log_directories/checkpoint_files.h"

#include <charconv>

namespace arkive::kafka {
namespace {

constexpr std::string_view kVersion = "0\n";

tl::unexpected<Error> wrong(std::size_t line) {
  return fail(Outcome::kCorrupt,
              "read a checkpoint file at line " + std::to_string(line) + ": it makes no sense");
}

template <class T>
bool number(std::string_view text, T& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc() && end == text.data() + text.size();
}

/// Calls `each` with the words of each entry; it says whether they make sense.
template <class Each>
Status for_each_entry(std::string_view text, std::size_t words_of_entry, Each each) {
  std::size_t line = 0;
  std::size_t expected = 0;
  std::size_t found = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view rest = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (line == 1) {
      if (rest != "0") return wrong(line);
    } else if (line == 2) {
      if (!number(rest, expected)) return wrong(line);
    } else {
      std::vector<std::string_view> words;
      while (!rest.empty()) {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        words.push_back(rest.substr(0, space));
        rest.remove_prefix(std::min(space + 1, rest.size()));
      }
      if (words.size() != words_of_entry || !each(words)) return wrong(line);
      ++found;
    }
  }
  if (line < 2 || found != expected) return wrong(line + 1);
  return ok();
}

}  // namespace

std::string offset_checkpoint_text(const OffsetCheckpoint& offsets) {
  std::string text = std::string(kVersion) + std::to_string(offsets.size()) + "\n";
  for (const auto& [partition, offset] : offsets) {
    text += partition.topic + ' ' + std::to_string(partition.partition) + ' ' + std::to_string(offset) + '\n';
  }
  return text;
}

Result<OffsetCheckpoint> parse_offset_checkpoint(std::string_view text) {
  OffsetCheckpoint offsets;
  ARKIVE_TRY(for_each_entry(text, 3, [&](const std::vector<std::string_view>& words) {
    TopicPartition partition{std::string(words[0]), 0};
    std::int64_t offset = 0;
    if (!number(words[1], partition.partition) || !number(words[2], offset)) return false;
    return offsets.emplace(std::move(partition), offset).second;
  }));
  return offsets;
}

std::string leader_epoch_checkpoint_text(const std::vector<LeaderEpochStart>& epochs) {
  std::string text = std::string(kVersion) + std::to_string(epochs.size()) + "\n";
  for (const LeaderEpochStart& epoch : epochs) {
    text += std::to_string(epoch.epoch) + ' ' + std::to_string(epoch.start_offset) + '\n';
  }
  return text;
}

Result<std::vector<LeaderEpochStart>> parse_leader_epoch_checkpoint(std::string_view text) {
  std::vector<LeaderEpochStart> epochs;
  ARKIVE_TRY(for_each_entry(text, 2, [&](const std::vector<std::string_view>& words) {
    LeaderEpochStart epoch;
    if (!number(words[0], epoch.epoch) || !number(words[1], epoch.start_offset)) return false;
    if (!epochs.empty() &&
        (epoch.epoch <= epochs.back().epoch || epoch.start_offset < epochs.back().start_offset)) {
      return false;
    }
    epochs.push_back(epoch);
    return true;
  }));
  return epochs;
}

}  // namespace arkive::kafka

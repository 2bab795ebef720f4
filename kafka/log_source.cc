#include "kafka/log_source.h"

#include <algorithm>
#include <charconv>

#include "stores/core/hash.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kTextSize = 22;

int value_of_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  if (c == '_') return 63;
  return -1;
}

}  // namespace

bool TopicId::is_zero() const {
  return std::all_of(bytes.begin(), bytes.end(), [](unsigned char byte) { return byte == 0; });
}

std::string TopicId::text() const {
  if (is_zero()) return {};
  std::string text = base64(Bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  text.resize(kTextSize);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

Result<TopicId> TopicId::from_text(std::string_view text) {
  TopicId id;
  if (text.empty()) return id;
  std::uint32_t bits = 0;
  int have = 0;
  std::size_t at = 0;
  for (const char c : text) {
    const int value = value_of_digit(c);
    if (value < 0 || text.size() != kTextSize) {
      return fail(Outcome::kCorrupt, "read the topic id '" + printable(text) + "': not 22 base64 digits");
    }
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    if (at < id.bytes.size()) id.bytes[at++] = static_cast<unsigned char>(bits >> have);
  }
  return id;
}

std::string TopicPartition::text() const {
  return topic + "-" + std::to_string(partition);
}

std::optional<std::int64_t> number_of(std::span<const ConfigEntry> settings, std::string_view name) {
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [&](const ConfigEntry& entry) { return entry.name == name; });
  if (found == settings.end() || !found->value) return std::nullopt;
  const std::string& text = *found->value;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace arkive::kafka

#include "kafka/wire/messages/protocol.h"

#include <algorithm>

namespace arkive::kafka::wire {
namespace {

constexpr std::uint32_t kSevenBits = 0x7f;
constexpr std::uint32_t kMore = 0x80;

}  // namespace

void Writer::topic_id(const TopicId& id) {
  to_.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
}

void Writer::unsigned_varint(std::uint32_t value) {
  while (value > kSevenBits) {
    to_.push_back(static_cast<char>((value & kSevenBits) | kMore));
    value >>= 7;
  }
  to_.push_back(static_cast<char>(value));
}

void Writer::string(std::string_view value) {
  if (flexible_) {
    unsigned_varint(static_cast<std::uint32_t>(value.size()) + 1);
  } else {
    int16(static_cast<std::int16_t>(value.size()));
  }
  to_.append(value);
}

void Writer::null_string() {
  if (flexible_) {
    unsigned_varint(0);
  } else {
    int16(-1);
  }
}

void Writer::bytes(Bytes value) {
  array(value.size());
  to_.append(value);
}

void Writer::array(std::size_t count) {
  if (flexible_) {
    unsigned_varint(static_cast<std::uint32_t>(count) + 1);
  } else {
    int32(static_cast<std::int32_t>(count));
  }
}

void Writer::null_array() {
  if (flexible_) {
    unsigned_varint(0);
  } else {
    int32(-1);
  }
}

void Writer::end() {
  if (flexible_) unsigned_varint(0);
}

void Reader::give_up() {
  ok_ = false;
  left_ = {};
}

Bytes Reader::take(std::size_t size) {
  if (size > left_.size()) {
    give_up();
    return {};
  }
  const Bytes taken = left_.substr(0, size);
  left_.remove_prefix(size);
  return taken;
}

TopicId Reader::topic_id() {
  TopicId id;
  const Bytes taken = take(id.bytes.size());
  std::copy(taken.begin(), taken.end(), id.bytes.begin());
  return id;
}

std::uint32_t Reader::unsigned_varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    const auto byte = static_cast<std::uint8_t>(int8());
    value |= static_cast<std::uint64_t>(byte & kSevenBits) << shift;
    if ((byte & kMore) != 0) continue;
    if (value <= UINT32_MAX) return static_cast<std::uint32_t>(value);
    break;
  }
  give_up();
  return 0;
}

std::optional<Bytes> Reader::nullable_string() {
  if (flexible_) return nullable_bytes();
  const std::int16_t size = int16();
  if (size < 0 || !ok_) return std::nullopt;
  return take(static_cast<std::size_t>(size));
}

std::optional<Bytes> Reader::nullable_bytes() {
  const std::int64_t size = flexible_ ? static_cast<std::int64_t>(unsigned_varint()) - 1 : int32();
  if (size < 0 || !ok_) return std::nullopt;
  return take(static_cast<std::size_t>(size));
}

std::size_t Reader::array(std::size_t element_size) {
  const std::int64_t count = flexible_ ? static_cast<std::int64_t>(unsigned_varint()) - 1 : int32();
  if (count <= 0) return 0;
  if (static_cast<std::size_t>(count) > left_.size() / element_size) {
    give_up();
    return 0;
  }
  return static_cast<std::size_t>(count);
}

void Reader::end() {
  if (!flexible_) return;
  for (std::uint32_t fields = unsigned_varint(); fields > 0 && ok_; --fields) {
    (void)unsigned_varint();
    take(unsigned_varint());
  }
}

}  // namespace arkive::kafka::wire

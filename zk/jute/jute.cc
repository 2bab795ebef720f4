#include "zk/jute/jute.h"

namespace arkive::zk::jute {

void Writer::string(std::string_view value) {
  int32(static_cast<std::int32_t>(value.size()));
  to_.append(value);
}

void Writer::buffer(std::optional<Bytes> value) {
  if (value) {
    string(*value);
  } else {
    int32(-1);
  }
}

Bytes Reader::take(std::size_t size) {
  if (size > left_.size()) {
    ok_ = false;
    left_ = {};
    return {};
  }
  const Bytes taken = left_.substr(0, size);
  left_.remove_prefix(size);
  return taken;
}

bool Reader::boolean() {
  const Bytes taken = take(1);
  return !taken.empty() && taken.front() != '\0';
}

std::int32_t Reader::int32() {
  const Bytes taken = take(sizeof(std::int32_t));
  return taken.empty() ? 0 : load_big_endian<std::int32_t>(taken.data());
}

std::int64_t Reader::int64() {
  const Bytes taken = take(sizeof(std::int64_t));
  return taken.empty() ? 0 : load_big_endian<std::int64_t>(taken.data());
}

Bytes Reader::string() {
  const std::int32_t size = int32();
  return size > 0 ? take(static_cast<std::size_t>(size)) : Bytes();
}

std::optional<Bytes> Reader::buffer() {
  const std::int32_t size = int32();
  if (size < 0 || !ok_) return std::nullopt;
  return take(static_cast<std::size_t>(size));
}

std::int32_t Reader::count(std::size_t element_size) {
  const std::int32_t announced = int32();
  if (announced <= 0) return 0;
  if (static_cast<std::size_t>(announced) > left_.size() / element_size) {
    ok_ = false;
    left_ = {};
    return 0;
  }
  return announced;
}

}  // namespace arkive::zk::jute

/// Jute, ZooKeeper's wire encoding: big-endian integers, a byte for a boolean, strings and buffers with an
/// int32 length (-1: null), vectors with an int32 count.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stores/core/bytes.h"

namespace arkive::zk::jute {

/// Appends to a string that somebody else owns.
class Writer {
 public:
  explicit Writer(std::string& to) : to_(to) {}
  void boolean(bool value) { to_.push_back(value ? '\1' : '\0'); }
  void int32(std::int32_t value) { append_big_endian(to_, value); }
  void int64(std::int64_t value) { append_big_endian(to_, value); }
  /// At most 2^31 - 1 bytes.
  void string(std::string_view value);
  /// An absent optional is null (-1).
  void buffer(std::optional<Bytes> value);

 private:
  std::string& to_;
};

/// Takes bytes of unknown origin apart. After the first thing that does not fit, ok() is false and every
/// further value is zero or empty; what was handed out before stays right. Values point into the bytes given.
class Reader {
 public:
  explicit Reader(Bytes from) : left_(from) {}
  bool boolean();
  std::int32_t int32();
  std::int64_t int64();
  /// A null string comes as an empty one.
  Bytes string();
  /// Null (any negative length) is an absent optional.
  std::optional<Bytes> buffer();
  /// The count of a vector whose elements take at least `element_size` bytes each: never more than the bytes
  /// left can hold. A null vector has none.
  std::int32_t count(std::size_t element_size);
  void skip(std::size_t size) { take(size); }

  bool ok() const { return ok_; }
  Bytes left() const { return left_; }

 private:
  Bytes take(std::size_t size);

  Bytes left_;
  bool ok_ = true;
};

}  // namespace arkive::zk::jute

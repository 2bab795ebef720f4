/// Kafka's wire encoding (KIP-482, clients/src/main/resources/common/message/README.md): big-endian integers;
/// classic strings, bytes and arrays have an int16 or int32 length (-1: null); flexible ones an unsigned
/// varint of length + 1 (0: null), and every structure ends with tagged fields: varint count, then
/// { varint tag  varint size  bytes } each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kafka/log_source.h"
#include "stores/core/bytes.h"

namespace arkive::kafka::wire {

/// Appends to a string that somebody else owns.
class Writer {
 public:
  /// `flexible`: the message's version is a flexible one.
  Writer(std::string& to, bool flexible) : to_(to), flexible_(flexible) {}

  void boolean(bool value) { to_.push_back(value ? '\1' : '\0'); }
  void int8(std::int8_t value) { append_big_endian(to_, value); }
  void int16(std::int16_t value) { append_big_endian(to_, value); }
  void int32(std::int32_t value) { append_big_endian(to_, value); }
  void int64(std::int64_t value) { append_big_endian(to_, value); }
  void topic_id(const TopicId& id);
  void unsigned_varint(std::uint32_t value);
  /// At most 32767 bytes when not flexible.
  void string(std::string_view value);
  void null_string();
  void bytes(Bytes value);
  /// Before the elements of an array.
  void array(std::size_t count);
  void null_array();
  /// The end of a structure: no tagged fields; nothing when not flexible.
  void end();

 private:
  std::string& to_;
  bool flexible_;
};

/// Takes bytes of unknown origin apart. After the first thing that does not fit, ok() is false and every
/// further value is zero or empty; what was handed out before stays right. Values point into the bytes given.
class Reader {
 public:
  Reader(Bytes from, bool flexible) : left_(from), flexible_(flexible) {}

  bool boolean() { return number<std::int8_t>() != 0; }
  std::int8_t int8() { return number<std::int8_t>(); }
  std::int16_t int16() { return number<std::int16_t>(); }
  std::int32_t int32() { return number<std::int32_t>(); }
  std::int64_t int64() { return number<std::int64_t>(); }
  TopicId topic_id();
  std::uint32_t unsigned_varint();
  /// Null comes as an empty one.
  Bytes string() { return nullable_string().value_or(Bytes()); }
  std::optional<Bytes> nullable_string();
  std::optional<Bytes> nullable_bytes();
  /// The count of an array whose elements take at least `element_size` bytes each (1 or more): never more
  /// than the bytes left can hold. A null array has none.
  std::size_t array(std::size_t element_size);
  /// The end of a structure: passes over tagged fields, known or not.
  void end();

  bool ok() const { return ok_; }
  Bytes left() const { return left_; }

 private:
  template <class T>
  T number() {
    const Bytes taken = take(sizeof(T));
    return taken.empty() ? T{} : load_big_endian<T>(taken.data());
  }
  Bytes take(std::size_t size);
  void give_up();

  Bytes left_;
  bool flexible_;
  bool ok_ = true;
};

}  // namespace arkive::kafka::wire

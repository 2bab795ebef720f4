/// The records that the record producer makes up: the same ones for the same wishes, on every machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/core/result.h"

namespace arkive::producer {

enum class ValueKind : std::uint8_t {
  kRandom,  ///< bytes that no codec makes smaller
  kJson,    ///< one JSON object of the size asked for, much like its neighbours
  kText,    ///< words with some letters beyond ASCII
  kEmpty,   ///< there, with no byte in it
  kNull     ///< not there
};
enum class HeaderKind : std::uint8_t {
  kNone,
  kSome,  ///< two ordinary ones
  kOdd    ///< null, empty, doubled and binary values, an empty name
};

/// What kind of records, all alike.
struct RecordWishes {
  std::uint64_t seed = 1;
  ValueKind value = ValueKind::kJson;
  std::size_t size = 100;  ///< bytes of each value
  /// How many different keys ("key-0" ...); 0: no key. Which record gets which is drawn from the seed.
  std::uint64_t keys = 0;
  bool empty_keys = false;            ///< instead: every key is there, and empty
  std::uint64_t tombstone_every = 0;  ///< each N-th value is null; 0: none
  HeaderKind headers = HeaderKind::kNone;
  std::int64_t first_timestamp = 1'700'000'000'000;  ///< milliseconds since 1970; not 0
  std::int64_t timestamp_step = 1000;                ///< from each record to the next
};

struct Record {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  std::int64_t timestamp = 0;
};

/// Record number `number` (from 0), whatever came before it, into `record` (whose memory is used again).
void make_record(const RecordWishes& wishes, std::uint64_t number, Record& record);

/// "random", "json", ...; kUsage for another word.
Result<ValueKind> value_kind(std::string_view word);
/// "none", "some", "odd"; kUsage for another word.
Result<HeaderKind> header_kind(std::string_view word);

}  // namespace arkive::producer

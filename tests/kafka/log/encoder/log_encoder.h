/// Writes log entries for tests, by its own plain code: what kafka/log reads must come back.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kafka/log/batch.h"

namespace arkive::kafka::test {

struct SentRecord {
  std::int64_t offset = 0;
  UnixMilliseconds timestamp = 0;
  std::optional<std::string> key{};
  std::optional<std::string> value{};
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  bool operator==(const SentRecord&) const = default;
};

/// How a codec is written: producers differ.
struct CompressStyle {
  bool xerial = true;              ///< snappy: framed, as Kafka's clients do; else one raw block
  std::size_t block = 32 << 10;    ///< snappy: bytes of one framed block
  bool broken_lz4_header = false;  ///< the header checksum of Kafka before 0.10
  bool lz4_checksums = false;      ///< checksums of blocks and content
  bool lz4_linked = false;         ///< blocks that refer to those before
  bool zstd_content_size = false;  ///< Kafka's zstd frames come without
};
std::string compress(Codec codec, Bytes data, const CompressStyle& style = {});

struct BatchOptions {
  std::int64_t first_offset = 0;
  std::optional<std::int64_t> last_offset{};  ///< none: that of the last record
  std::int32_t leader_epoch = 0;
  Codec codec = Codec::kNone;
  CompressStyle style{};
  std::optional<UnixMilliseconds> log_append_time{};  ///< set: max timestamp and its attribute
  std::optional<UnixMilliseconds> delete_horizon{};   ///< set: base timestamp and its attribute
  std::optional<UnixMilliseconds> max_timestamp{};    ///< none: the greatest of the records, -1 without
  bool transactional = false;
  bool control = false;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
};

/// A record batch (magic 2) with a right CRC.
std::string encode_batch(const BatchOptions& options, const std::vector<SentRecord>& records);

/// Writes the CRC of `entry`, whatever its magic, anew.
void repair_crc(std::string& entry);

/// Of a transaction of this producer: type 0 aborts, 1 commits.
std::string encode_marker(std::int16_t type, std::int64_t offset, std::int64_t producer_id,
                          std::int32_t coordinator_epoch = 0, UnixMilliseconds timestamp = 0);

/// One message of magic 0 or 1 (no headers; magic 0 has no timestamp).
std::string encode_message(std::int8_t magic, const SentRecord& record, bool log_append_time = false);

struct WrapperOptions {
  std::int8_t magic = 1;
  Codec codec = Codec::kGzip;
  CompressStyle style{};
  /// Magic 1: inner offsets count from 0 and the wrapper has the last one's absolute offset. Off: the inner
  /// offsets are absolute (magic 0).
  bool relative = true;
  std::optional<std::int64_t> offset{};               ///< of the wrapper; none: that of the last record
  std::optional<UnixMilliseconds> log_append_time{};  ///< set: the wrapper's timestamp counts
};
/// A message that holds others, compressed.
std::string encode_wrapper(const WrapperOptions& options, const std::vector<SentRecord>& records);

}  // namespace arkive::kafka::test

#include "kafka/log/batch_encoder.h"

#include <algorithm>

#include "kafka/log/crc32c.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kCrcAt = 17;
constexpr std::size_t kCrcBegin = 21;  // it covers all from here on

void put_varlong(std::string& to, std::int64_t value) {
  auto bits = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  while (bits >= 0x80) {
    to.push_back(static_cast<char>(bits | 0x80));
    bits >>= 7;
  }
  to.push_back(static_cast<char>(bits));
}

void put_bytes(std::string& to, const std::optional<Bytes>& bytes) {
  put_varlong(to, bytes ? static_cast<std::int64_t>(bytes->size()) : -1);
  if (bytes) to.append(*bytes);
}

template <class T>
void put_at(std::string& in, std::size_t at, T value) {
  std::string bytes;
  append_big_endian(bytes, value);
  in.replace(at, bytes.size(), bytes);
}

// Wraps around as the reader's addition does.
std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

}  // namespace

bool BatchEncoder::fits(const RecordToEncode& record) const {
  if (record.offset != next_offset_ || bytes_.size() - begin_ >= batch_bytes_) return false;
  if (record.log_append_time != log_append_time_) return false;
  // All records of such a batch have one timestamp; and none at all is not a time that deltas count from.
  if (log_append_time_) return record.timestamp == base_timestamp_;
  return (record.timestamp == kNoTimestamp) == (base_timestamp_ == kNoTimestamp);
}

void BatchEncoder::begin(const RecordToEncode& record) {
  open_ = true;
  begin_ = bytes_.size();
  first_offset_ = record.offset;
  base_timestamp_ = max_timestamp_ = record.timestamp;
  log_append_time_ = record.log_append_time;
  count_ = 0;
  bytes_.append(kBatchHeader, '\0');
}

void BatchEncoder::append(const RecordToEncode& record) {
  if (open_ && !fits(record)) finish();
  if (!open_) begin(record);
  record_.assign(1, '\0');  // attributes: none are defined
  put_varlong(record_, difference(record.timestamp, base_timestamp_));
  put_varlong(record_, record.offset - first_offset_);
  put_bytes(record_, record.key);
  put_bytes(record_, record.value);
  put_varlong(record_, static_cast<std::int64_t>(record.headers.size()));
  for (const Header& header : record.headers) {
    put_bytes(record_, header.name);
    put_bytes(record_, header.value);
  }
  put_varlong(bytes_, static_cast<std::int64_t>(record_.size()));
  bytes_ += record_;
  max_timestamp_ = std::max(max_timestamp_, record.timestamp);
  next_offset_ = record.offset + 1;
  ++count_;
}

void BatchEncoder::finish() {
  if (!open_) return;
  std::string header;
  append_big_endian(header, first_offset_);
  append_big_endian(header, static_cast<std::int32_t>(bytes_.size() - begin_ - kEntryPrefix));
  append_big_endian<std::int32_t>(header, -1);  // leader epoch
  header.push_back(2);
  append_big_endian<std::uint32_t>(header, 0);  // the CRC, below
  append_big_endian<std::int16_t>(header, log_append_time_ ? 0x08 : 0);
  append_big_endian(header, static_cast<std::int32_t>(next_offset_ - 1 - first_offset_));
  append_big_endian(header, base_timestamp_);
  append_big_endian(header, max_timestamp_);
  append_big_endian<std::int64_t>(header, -1);  // producer id
  append_big_endian<std::int16_t>(header, -1);  // its epoch
  append_big_endian<std::int32_t>(header, -1);  // base sequence
  append_big_endian(header, count_);
  bytes_.replace(begin_, kBatchHeader, header);
  put_at(bytes_, begin_ + kCrcAt, crc32c(Bytes(bytes_).substr(begin_ + kCrcBegin)));
  open_ = false;
}

Bytes BatchEncoder::batches() {
  finish();
  return bytes_;
}

void BatchEncoder::clear() {
  open_ = false;
  bytes_.clear();
}

}  // namespace arkive::kafka

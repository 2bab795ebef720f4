#include "tests/kafka/log/encoder/log_encoder.h"

#include <algorithm>

#include "kafka/log/crc32c.h"

namespace arkive::kafka::test {
namespace {

/// Zigzag, seven bits a byte: written out by division so that it shares nothing with the reader.
void put_varlong(std::string& to, std::int64_t value) {
  std::uint64_t rest =
      value >= 0 ? static_cast<std::uint64_t>(value) * 2 : static_cast<std::uint64_t>(-(value + 1)) * 2 + 1;
  while (rest >= 128) {
    to += static_cast<char>(rest % 128 + 128);
    rest /= 128;
  }
  to += static_cast<char>(rest);
}

void put_nullable(std::string& to, const std::optional<std::string>& value) {
  put_varlong(to, value ? static_cast<std::int64_t>(value->size()) : -1);
  if (value) to += *value;
}

void put_old_nullable(std::string& to, const std::optional<std::string>& value) {
  append_big_endian<std::int32_t>(to, value ? static_cast<std::int32_t>(value->size()) : -1);
  if (value) to += *value;
}

void overwrite(std::string& in, std::size_t at, std::uint32_t value) {
  std::string bytes;
  append_big_endian(bytes, value);
  in.replace(at, bytes.size(), bytes);
}

std::string encode_old(std::int8_t magic, std::int64_t offset, int attributes, UnixMilliseconds timestamp,
                       const std::optional<std::string>& key, const std::optional<std::string>& value) {
  std::string body;
  body += static_cast<char>(magic);
  body += static_cast<char>(attributes);
  if (magic == 1) append_big_endian(body, timestamp);
  put_old_nullable(body, key);
  put_old_nullable(body, value);
  std::string entry;
  append_big_endian(entry, offset);
  append_big_endian(entry, static_cast<std::int32_t>(body.size() + 4));
  append_big_endian(entry, std::uint32_t{0});
  entry += body;
  repair_crc(entry);
  return entry;
}

}  // namespace

void repair_crc(std::string& entry) {
  if (entry[16] == 2) {
    overwrite(entry, 17, crc32c(Bytes(entry).substr(21)));
  } else {
    overwrite(entry, 12, crc32(Bytes(entry).substr(16)));
  }
}

std::string encode_batch(const BatchOptions& options, const std::vector<SentRecord>& records) {
  UnixMilliseconds base = options.delete_horizon.value_or(records.empty() ? -1 : records.front().timestamp);
  UnixMilliseconds most = -1;
  std::string body;
  for (const SentRecord& record : records) {
    most = &record == &records.front() ? record.timestamp : std::max(most, record.timestamp);
    std::string one(1, '\0');
    put_varlong(one, record.timestamp - base);
    put_varlong(one, record.offset - options.first_offset);
    put_nullable(one, record.key);
    put_nullable(one, record.value);
    put_varlong(one, static_cast<std::int64_t>(record.headers.size()));
    for (const auto& [name, value] : record.headers) {
      put_nullable(one, name);
      put_nullable(one, value);
    }
    put_varlong(body, static_cast<std::int64_t>(one.size()));
    body += one;
  }
  if (!records.empty()) body = compress(options.codec, body, options.style);
  const std::int64_t last =
      options.last_offset.value_or(records.empty() ? options.first_offset : records.back().offset);
  const int attributes = static_cast<int>(options.codec) | (options.log_append_time ? 0x08 : 0) |
                         (options.transactional ? 0x10 : 0) | (options.control ? 0x20 : 0) |
                         (options.delete_horizon ? 0x40 : 0);
  std::string batch;
  append_big_endian(batch, options.first_offset);
  append_big_endian(batch, static_cast<std::int32_t>(49 + body.size()));
  append_big_endian(batch, options.leader_epoch);
  batch += '\2';
  append_big_endian(batch, std::uint32_t{0});
  append_big_endian(batch, static_cast<std::int16_t>(attributes));
  append_big_endian(batch, static_cast<std::int32_t>(last - options.first_offset));
  append_big_endian(batch, base);
  append_big_endian(batch, options.log_append_time.value_or(options.max_timestamp.value_or(most)));
  append_big_endian(batch, options.producer_id);
  append_big_endian(batch, options.producer_epoch);
  append_big_endian(batch, options.base_sequence);
  append_big_endian(batch, static_cast<std::int32_t>(records.size()));
  batch += body;
  repair_crc(batch);
  return batch;
}

std::string encode_marker(std::int16_t type, std::int64_t offset, std::int64_t producer_id,
                          std::int32_t coordinator_epoch, UnixMilliseconds timestamp) {
  std::string key;
  append_big_endian<std::int16_t>(key, 0);
  append_big_endian(key, type);
  std::string value;
  append_big_endian<std::int16_t>(value, 0);
  append_big_endian(value, coordinator_epoch);
  BatchOptions options;
  options.first_offset = offset;
  options.transactional = true;
  options.control = true;
  options.producer_id = producer_id;
  options.producer_epoch = 0;
  return encode_batch(options, {{offset, timestamp, key, value, {}}});
}

std::string encode_message(std::int8_t magic, const SentRecord& record, bool log_append_time) {
  return encode_old(magic, record.offset, log_append_time ? 0x08 : 0, record.timestamp, record.key,
                    record.value);
}

std::string encode_wrapper(const WrapperOptions& options, const std::vector<SentRecord>& records) {
  std::string inner;
  UnixMilliseconds most = -1;
  for (std::size_t number = 0; number < records.size(); ++number) {
    SentRecord record = records[number];
    most = std::max(most, record.timestamp);
    if (options.relative) record.offset -= records.front().offset;
    inner += encode_message(options.magic, record);
  }
  const int attributes = static_cast<int>(options.codec) | (options.log_append_time ? 0x08 : 0);
  return encode_old(options.magic, options.offset.value_or(records.back().offset), attributes,
                    options.log_append_time.value_or(most), std::nullopt,
                    compress(options.codec, inner, options.style));
}

}  // namespace arkive::kafka::test

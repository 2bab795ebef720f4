/// Records as values that can be compared, and made up.
#pragma once

#include <ostream>
#include <random>
#include <vector>

#include "kafka/log/records.h"
#include "tests/kafka/log/encoder/log_encoder.h"

namespace arkive::kafka::test {

inline std::optional<std::string> copy(const std::optional<Bytes>& bytes) {
  return bytes ? std::optional<std::string>(*bytes) : std::nullopt;
}

inline SentRecord copy(const Record& record) {
  SentRecord sent{record.offset, record.timestamp, copy(record.key), copy(record.value), {}};
  for (const Header& header : record.headers) sent.headers.emplace_back(header.name, copy(header.value));
  return sent;
}

/// All records of an entry.
inline Result<std::vector<SentRecord>> received(RecordReader& reader, const LogEntry& entry) {
  std::vector<SentRecord> records;
  ARKIVE_TRY(for_each_record(reader, entry, [&](const Record& record) { records.push_back(copy(record)); }));
  return records;
}

/// One to forty, ascending, with everything that is allowed.
inline std::vector<SentRecord> random_records(std::mt19937_64& random, std::int64_t first_offset) {
  const auto text = [&](std::size_t most) {
    std::string bytes(random() % (most + 1), ' ');
    for (char& byte : bytes) byte = static_cast<char>(random() % 3 == 0 ? random() : 'a' + random() % 5);
    return bytes;
  };
  const auto maybe = [&](std::size_t most) {
    return random() % 5 == 0 ? std::nullopt : std::optional<std::string>(text(most));
  };
  std::vector<SentRecord> records;
  for (std::uint64_t count = random() % 40 + 1; count > 0; --count) {
    SentRecord record;
    record.offset = records.empty() ? first_offset : records.back().offset + 1;
    if (random() % 10 == 0) record.offset += static_cast<std::int64_t>(random() % 1000);
    record.timestamp = static_cast<std::int64_t>(random() >> (random() % 60 + 2)) - 1;
    record.key = maybe(20);
    record.value = maybe(random() % 10 == 0 ? 100'000 : 200);
    for (std::uint64_t headers = random() % 3; headers > 0; --headers) {
      record.headers.emplace_back(text(4), maybe(10));
    }
    records.push_back(std::move(record));
  }
  return records;
}

inline void PrintTo(const SentRecord& record, std::ostream* to) {
  const auto show = [&](const std::optional<std::string>& part) {
    *to << ' ' << (part ? '"' + printable(part->substr(0, 60)) + '"' : "null");
  };
  *to << '@' << record.offset << " time " << record.timestamp;
  show(record.key);
  show(record.value);
  for (const auto& [name, value] : record.headers) {
    show(name);
    show(value);
  }
}

}  // namespace arkive::kafka::test

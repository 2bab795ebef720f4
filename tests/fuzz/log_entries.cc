// Bytes of a segment: its entries, their records, and what is made of them; the same bytes as index files.
#include <optional>

#include "kafka/log/aborted.h"
#include "kafka/log/index.h"
#include "kafka/log/record_text.h"
#include "kafka/log/records.h"
#include "kafka/log/segment_reader.h"
#include "tests/fuzz/require.h"

using arkive::Bytes;
using arkive::ok;
using arkive::Result;
using arkive::Status;
using arkive::test::require;
using namespace arkive::kafka;

namespace {

constexpr std::uint64_t kMost = 1 << 20;

void read_records(RecordReader& reader, const LogEntry& entry) {
  RecordPlace place;
  place.topic = "t";
  place.magic = entry.magic;
  place.log_append_time = entry.log_append_time;
  const Status read = for_each_record(reader, entry, [&](const Record& record) {
    require(record.offset <= entry.last_offset, "no record lies beyond its entry");
    for (const RecordFormat format :
         {RecordFormat::kText, RecordFormat::kHex, RecordFormat::kJson, RecordFormat::kCsv}) {
      std::string line;
      append_record(line, place, record, format);
      require(arkive::is_utf8(line), "a line is UTF-8");
      require(format == RecordFormat::kCsv || line.find('\n') == line.size() - 1, "a record is one line");
    }
    std::size_t headers = 0;
    for (const Header& header : record.headers) headers += header.name.data() != nullptr ? 1 : 0;
    require(headers == record.headers.size(), "all headers are there");
    (void)parse_marker(record).has_value();
  });
  (void)read.has_value();
}

void walk(Bytes bytes) {
  RecordReader reader(kMost);
  TransactionTracker tracker;
  std::optional<IndexBuilder> builder;
  std::vector<std::pair<LogEntry, std::uint64_t>> indexed;
  std::size_t position = 0;
  bool in_order = true;
  const auto took = for_each_entry(bytes, CrcCheck::kNo, [&](const LogEntry& entry) {
    require(entry.bytes.data() == bytes.data() + position, "entries lie one behind another");
    position += entry.bytes.size();
    require(entry.first_offset <= entry.last_offset, "first and last offset");
    (void)check_crc(entry).has_value();
    (void)tracker.append(entry).has_value();
    LogEntry completed = entry;
    if (complete_wrapper(completed, reader)) {
      require(completed.record_count >= 0 && completed.first_offset <= entry.last_offset,
              "a completed wrapper");
    }
    read_records(reader, entry);
    if (!builder) builder.emplace(entry.last_offset);
    in_order = in_order && builder->append(entry, position - entry.bytes.size()).has_value();
    if (in_order) indexed.emplace_back(entry, position - entry.bytes.size());
  });
  require(!took || *took == position, "the walk says how far it came");

  SegmentReader segment = SegmentReader::over(bytes);
  const auto again = segment.for_each_entry(
      CrcCheck::kNo, [](const LogEntry&, std::uint64_t) -> Result<Walk> { return Walk::kOn; });
  require(again.has_value() == took.has_value() && (!took || *again == *took), "both walks agree");

  if (!builder || !in_order) return;
  const IndexFiles files = builder->files();
  auto check = IndexCheck::open(files.offsets, files.times, builder->base_offset());
  require(check.has_value(), "an index of ours can be opened");
  for (const auto& [entry, at] : indexed)
    require(check->entry(entry, at).has_value(), "an index of ours is right");
  require(check->finish().has_value(), "an index of ours is right to the end");
  for (const auto& [entry, at] : indexed) {
    const auto found = segment.find_offset(entry.last_offset, builder->base_offset(), files.offsets);
    require(found && *found && (*found)->position == at, "an offset is found through the index");
    if (indexed.size() > 50) break;
  }
}

void read_as_indexes(Bytes bytes) {
  if (const auto offsets = OffsetIndex::open(bytes, 7)) (void)offsets->lookup(1000);
  if (const auto times = TimeIndex::open(bytes, 7)) (void)times->lookup(1000);
  if (const auto aborted = read_transaction_index(bytes)) {
    require(write_transaction_index(*aborted) == bytes, "a transaction index comes back");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const char*>(data), size);
  walk(bytes);
  read_as_indexes(bytes);
  return 0;
}

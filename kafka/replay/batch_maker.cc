#include "kafka/replay/batch_maker.h"

#include <algorithm>
#include <span>

#include "kafka/log/batch_rewrite.h"

namespace arkive::kafka {
namespace {

std::vector<SourceRun> runs_of(std::span<const std::int64_t> sources) {
  std::vector<SourceRun> runs;
  for (const std::int64_t source : sources) {
    if (!runs.empty() && runs.back().source + runs.back().count == source) {
      ++runs.back().count;
    } else {
      runs.push_back({source, 1});
    }
  }
  return runs;
}

RecordToEncode to_encode(const Record& record, std::int64_t offset, std::vector<Header>& headers) {
  headers.clear();
  for (const Header& header : record.headers) headers.push_back(header);
  RecordToEncode wanted;
  wanted.offset = offset;
  wanted.timestamp = record.timestamp;
  wanted.key = record.key;
  wanted.value = record.value;
  wanted.headers = headers;
  return wanted;
}

}  // namespace

void BatchMaker::add(const Record& record) {
  encoder_.append(to_encode(record, static_cast<std::int64_t>(sources_.size()), headers_));
  sources_.push_back(record.offset);
}

Status BatchMaker::take(Codec codec, bool with_runs, std::deque<OutgoingBatch>& to, std::int64_t& too_large) {
  std::span<const std::int64_t> sources = sources_;
  const auto each = [&](const LogEntry& batch) -> Status {
    const auto count = static_cast<std::size_t>(batch.record_count);
    const auto its_own = sources.first(count);
    sources = sources.subspan(count);
    return take_one(batch.bytes, its_own, codec, with_runs, to, too_large);
  };
  ARKIVE_TRY(for_each_entry(encoder_.batches(), CrcCheck::kNo, each));
  encoder_.clear();
  sources_.clear();
  return ok();
}

Status BatchMaker::take_one(Bytes batch, std::span<const std::int64_t> sources, Codec codec, bool with_runs,
                            std::deque<OutgoingBatch>& to, std::int64_t& too_large) {
  auto bytes = std::make_shared<std::string>();
  ARKIVE_TRY(append_compressed(batch, codec, compressor_, *bytes));
  if (sources.size() == 1 && bytes->size() > static_cast<std::size_t>(most_)) {
    ++too_large;
    return ok();
  }
  if (sources.size() > 1 && bytes->size() > static_cast<std::size_t>(good_)) {
    // In halves, until they fit.
    const std::size_t half = sources.size() / 2;
    LogEntry entry;
    (void)read_entry(batch, entry);
    BatchEncoder halves[2] = {BatchEncoder(SIZE_MAX), BatchEncoder(SIZE_MAX)};
    std::size_t seen = 0;
    RecordReader reader;
    ARKIVE_TRY(for_each_record(reader, entry, [&](const Record& record) {
      const bool second = seen >= half;
      halves[second ? 1 : 0].append(
          to_encode(record, static_cast<std::int64_t>(second ? seen - half : seen), headers_));
      ++seen;
    }));
    ARKIVE_TRY(take_one(halves[0].batches(), sources.first(half), codec, with_runs, to, too_large));
    return take_one(halves[1].batches(), sources.subspan(half), codec, with_runs, to, too_large);
  }
  OutgoingBatch& made = to.emplace_back();
  made.owner = std::move(bytes);
  made.data = made.owner->data();
  made.size = made.owner->size();
  made.records = static_cast<std::int32_t>(sources.size());
  if (with_runs) made.runs = runs_of(sources);
  return ok();
}

}  // namespace arkive::kafka

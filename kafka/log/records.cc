#include "kafka/log/records.h"

#include "kafka/log/record_bytes_internal.h"

namespace arkive::kafka {
namespace {

/// Key and value of a message of magic 0 or 1, whose body (from byte 26 or 18 on) is `body`. False when they
/// do not fill it.
bool take_old(Bytes body, std::optional<Bytes>& key, std::optional<Bytes>& value) {
  for (std::optional<Bytes>* const part : {&key, &value}) {
    if (body.size() < 4) return false;
    const auto length = load_big_endian<std::int32_t>(body.data());
    body.remove_prefix(4);
    part->reset();
    if (length < 0) {
      if (length != -1) return false;
      continue;
    }
    if (static_cast<std::size_t>(length) > body.size()) return false;
    *part = body.substr(0, static_cast<std::size_t>(length));
    body.remove_prefix(static_cast<std::size_t>(length));
  }
  return body.empty();
}

Bytes old_body(const LogEntry& entry) {
  return entry.bytes.substr(entry.magic == 1 ? 26 : 18);
}

/// Hostile deltas may lead anywhere, but not into undefined behaviour.
std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

}  // namespace

void Headers::Iterator::take() {
  if (left_ == 0) return;
  std::optional<Bytes> name;
  if (!take_nullable(rest_, name) || !name || !take_nullable(rest_, header_.value)) {
    left_ = 0;  // take_record() has seen that they are there
    return;
  }
  header_.name = *name;
}

Result<ControlMarker> parse_marker(const Record& record) {
  const std::string where = "read control record at offset " + std::to_string(record.offset) + ": ";
  if (!record.key || record.key->size() < 4) return fail(Outcome::kCorrupt, where + "its key holds no type");
  ControlMarker marker;
  marker.type = load_big_endian<std::int16_t>(record.key->data() + 2);
  if (marker.type != 0 && marker.type != 1) return marker;
  marker.kind = marker.type == 0 ? ControlMarker::Kind::kAbort : ControlMarker::Kind::kCommit;
  if (!record.value || record.value->size() < 6) {
    return fail(Outcome::kCorrupt, where + "its value holds no coordinator epoch");
  }
  marker.coordinator_epoch = load_big_endian<std::int32_t>(record.value->data() + 2);
  return marker;
}

tl::unexpected<Error> RecordReader::wrong(std::string_view what) const {
  return fail(Outcome::kCorrupt, "read records of the log entry with last offset " +
                                     std::to_string(entry_.last_offset) + ": " + std::string(what));
}

Status RecordReader::open(const LogEntry& entry) {
  entry_ = entry;
  added_to_offsets_ = 0;
  left_ = 0;
  const auto decompressed = [&](Bytes bytes) -> Result<Bytes> {
    auto result = decompressor_.decompress(entry.codec, bytes, most_);
    if (!result) {
      return fail(result.error().within("read records of the log entry with last offset " +
                                        std::to_string(entry.last_offset)));
    }
    return result;
  };
  if (entry.magic == 2) {
    first_offset_ = entry.first_offset;
    record_count_ = left_ = entry.record_count;
    const Bytes bytes = entry.bytes.substr(kBatchHeader);
    if (left_ == 0) {
      rest_ = {};
      return ok();  // emptied by compaction: nothing that could be decompressed
    }
    ARKIVE_ASSIGN(rest_, decompressed(bytes));
    return ok();
  }
  if (!entry.is_wrapper()) {
    rest_ = entry.bytes;
    first_offset_ = entry.last_offset;
    record_count_ = left_ = 1;
    return ok();
  }
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  if (!take_old(old_body(entry), key, value)) return wrong("key and value do not fill it");
  if (!value) return wrong("it is compressed, but null");
  ARKIVE_ASSIGN(const Bytes inner, decompressed(*value));
  return open_wrapper(inner);
}

Status RecordReader::open_wrapper(Bytes messages) {
  std::int64_t first = 0;
  std::int64_t last = -1;
  std::int32_t count = 0;
  for (Bytes rest = messages; !rest.empty();) {
    LogEntry message;
    if (read_entry(rest, message) != EntryState::kWhole || message.magic == 2 || message.is_wrapper()) {
      return wrong("it holds something that is no message");
    }
    if (message.last_offset <= last) return wrong("the offsets of its messages do not ascend");
    if (count == 0) first = message.last_offset;
    last = message.last_offset;
    ++count;
    rest.remove_prefix(message.bytes.size());
  }
  if (count == 0) return wrong("it holds no messages");
  if (entry_.last_offset < last) return wrong("its messages have later offsets");
  if (entry_.magic == 1) added_to_offsets_ = entry_.last_offset - last;
  first_offset_ = first + added_to_offsets_;
  record_count_ = left_ = count;
  rest_ = messages;
  return ok();
}

Result<bool> RecordReader::next(Record& into) {
  if (left_ == 0) {
    if (!rest_.empty()) return wrong("bytes follow its last record");
    return false;
  }
  if (entry_.magic < 2) return next_message(into);
  RecordFields fields;
  if (const char* const what = take_record(rest_, fields)) {
    return wrong("record " + std::to_string(record_count_ - left_) + ": " + what);
  }
  --left_;
  if (fields.offset_delta < 0 || fields.offset_delta > entry_.last_offset - entry_.first_offset) {
    return wrong("a record has the offset delta " + std::to_string(fields.offset_delta));
  }
  into.offset = entry_.first_offset + fields.offset_delta;
  into.timestamp = entry_.log_append_time ? entry_.max_timestamp
                                          : wrapping_sum(entry_.base_timestamp, fields.timestamp_delta);
  into.key = fields.key;
  into.value = fields.value;
  into.headers = Headers(fields.headers, fields.header_count);
  return true;
}

Result<bool> RecordReader::next_message(Record& into) {
  LogEntry message;
  (void)read_entry(rest_, message);  // whole: open() has seen it
  rest_.remove_prefix(message.bytes.size());
  --left_;
  into.offset = message.last_offset + added_to_offsets_;
  into.timestamp = message.max_timestamp;
  if (entry_.is_wrapper() && entry_.log_append_time && message.magic == 1)
    into.timestamp = entry_.max_timestamp;
  into.headers = {};
  if (!take_old(old_body(message), into.key, into.value)) {
    return wrong("key and value of a message do not fill it");
  }
  return true;
}

Status complete_wrapper(LogEntry& entry, RecordReader& reader) {
  if (!entry.is_wrapper()) return ok();
  ARKIVE_TRY(reader.open(entry));
  entry.first_offset = reader.first_offset();
  entry.record_count = reader.record_count();
  return ok();
}

}  // namespace arkive::kafka

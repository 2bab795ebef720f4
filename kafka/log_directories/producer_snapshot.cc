#include "kafka/log_directories/producer_snapshot.h"

#include "kafka/log/aborted.h"
#include "kafka/log/crc32c.h"

namespace arkive::kafka {
namespace {

constexpr std::int16_t kVersion = 1;
constexpr std::size_t kCrcAt = 2;
constexpr std::size_t kEntriesAt = 6;  // with their count
constexpr std::size_t kEntrySize = 46;

// Of a batch, from that of its first record.
std::int32_t last_sequence_of(const LogEntry& entry) {
  const auto delta = entry.last_offset - entry.first_offset;
  return static_cast<std::int32_t>((std::int64_t{entry.base_sequence} + delta) & 0x7fffffff);
}

// Batches of another epoch are forgotten, an open transaction is not: its marker comes with the new one.
void take_epoch(ProducerState& state, std::int16_t epoch) {
  if (state.epoch == epoch) return;
  state.epoch = epoch;
  state.last_sequence = -1;
  state.last_offset = -1;
  state.offset_delta = 0;
}

}  // namespace

Status ProducerStates::append(const LogEntry& entry) {
  if (!entry.has_producer()) return ok();
  if (entry.control) {
    ARKIVE_ASSIGN(const auto marker, control_marker(entry));
    if (!marker || marker->kind == ControlMarker::Kind::kOther) return ok();
    ProducerState& state = states_[entry.producer_id];
    take_epoch(state, entry.producer_epoch);
    state.coordinator_epoch = marker->coordinator_epoch;
    state.timestamp = entry.max_timestamp;
    state.transaction_start = -1;
    return ok();
  }
  // Compaction keeps the emptied batch of a producer's last sequence number, for this.
  ProducerState& state = states_[entry.producer_id];
  take_epoch(state, entry.producer_epoch);
  state.last_sequence = last_sequence_of(entry);
  state.last_offset = entry.last_offset;
  state.offset_delta = static_cast<std::int32_t>(entry.last_offset - entry.first_offset);
  state.timestamp = entry.max_timestamp;
  if (entry.transactional && state.transaction_start < 0) state.transaction_start = entry.first_offset;
  return ok();
}

ProducerStates ProducerStates::of_open_transactions() const {
  ProducerStates open;
  for (const auto& [id, state] : states_) {
    if (state.transaction_start < 0) continue;
    open.states_[id] = state;
    open.states_[id].coordinator_epoch = -1;
  }
  return open;
}

std::string ProducerStates::snapshot() const {
  std::string bytes;
  bytes.reserve(kEntriesAt + sizeof(std::int32_t) + states_.size() * kEntrySize);
  append_big_endian(bytes, kVersion);
  append_big_endian<std::uint32_t>(bytes, 0);
  append_big_endian(bytes, static_cast<std::int32_t>(states_.size()));
  for (const auto& [id, state] : states_) {
    append_big_endian(bytes, id);
    append_big_endian(bytes, state.epoch);
    append_big_endian(bytes, state.last_sequence);
    append_big_endian(bytes, state.last_offset);
    append_big_endian(bytes, state.offset_delta);
    append_big_endian(bytes, state.timestamp);
    append_big_endian(bytes, state.coordinator_epoch);
    append_big_endian(bytes, state.transaction_start);
  }
  store_big_endian(bytes.data() + kCrcAt, crc32c(Bytes(bytes).substr(kEntriesAt)));
  return bytes;
}

Result<ProducerStates> ProducerStates::parse(std::string_view snapshot) {
  const auto wrong = [](std::string_view what) {
    return fail(Outcome::kCorrupt, "read a snapshot of producers: " + std::string(what));
  };
  if (snapshot.size() < kEntriesAt + sizeof(std::int32_t)) return wrong("it is cut short");
  if (load_big_endian<std::int16_t>(snapshot.data()) != kVersion) return wrong("another version");
  if (load_big_endian<std::uint32_t>(snapshot.data() + kCrcAt) != crc32c(snapshot.substr(kEntriesAt))) {
    return wrong("its checksum is wrong");
  }
  const auto count = load_big_endian<std::int32_t>(snapshot.data() + kEntriesAt);
  const char* at = snapshot.data() + kEntriesAt + sizeof count;
  const std::size_t left = snapshot.size() - kEntriesAt - sizeof count;
  if (count < 0 || left / kEntrySize != static_cast<std::size_t>(count) || left % kEntrySize != 0) {
    return wrong("its length is not that of its entries");
  }
  ProducerStates states;
  for (std::int32_t i = 0; i < count; ++i, at += kEntrySize) {
    ProducerState& state = states.states_[load_big_endian<std::int64_t>(at)];
    state.epoch = load_big_endian<std::int16_t>(at + 8);
    state.last_sequence = load_big_endian<std::int32_t>(at + 10);
    state.last_offset = load_big_endian<std::int64_t>(at + 14);
    state.offset_delta = load_big_endian<std::int32_t>(at + 22);
    state.timestamp = load_big_endian<std::int64_t>(at + 26);
    state.coordinator_epoch = load_big_endian<std::int32_t>(at + 34);
    state.transaction_start = load_big_endian<std::int64_t>(at + 38);
  }
  return states;
}

}  // namespace arkive::kafka

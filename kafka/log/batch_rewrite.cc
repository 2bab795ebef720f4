#include "kafka/log/batch_rewrite.h"

#include "kafka/log/crc32c.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kLengthAt = 8;
constexpr std::size_t kLeaderEpochAt = 12;
constexpr std::size_t kCrcAt = 17;
constexpr std::size_t kAttributesAt = 21;
constexpr std::size_t kProducerIdAt = 43;
constexpr std::size_t kProducerEpochAt = 51;
constexpr std::size_t kBaseSequenceAt = 53;
constexpr std::uint16_t kTransactional = 0x10;

void store_crc(std::span<char> batch) {
  store_big_endian(batch.data() + kCrcAt, crc32c(Bytes(batch.data(), batch.size()).substr(kAttributesAt)));
}

}  // namespace

bool may_go_as_it_is(const LogEntry& batch) {
  return batch.magic == 2 && !batch.control && !batch.delete_horizon && !batch.log_append_time &&
         batch.record_count > 0 && batch.last_offset - batch.first_offset + 1 == batch.record_count;
}

void as_producers_batch(std::span<char> batch, const ProducerIdentity& producer, std::int32_t base_sequence) {
  char* const at = batch.data();
  store_big_endian<std::int64_t>(at, 0);
  store_big_endian<std::int32_t>(at + kLeaderEpochAt, -1);
  const auto attributes = load_big_endian<std::uint16_t>(at + kAttributesAt);
  store_big_endian(at + kAttributesAt, static_cast<std::uint16_t>(attributes & ~kTransactional));
  store_big_endian(at + kProducerIdAt, producer.id);
  store_big_endian(at + kProducerEpochAt, producer.epoch);
  store_big_endian(at + kBaseSequenceAt, base_sequence);
  store_crc(batch);
}

Status append_compressed(Bytes batch, Codec codec, Compressor& compressor, std::string& to) {
  const std::size_t begin = to.size();
  to.append(batch.substr(0, kBatchHeader));
  ARKIVE_ASSIGN(const Bytes records, compressor.compress(codec, batch.substr(kBatchHeader)));
  to.append(records);
  const std::span<char> whole(to.data() + begin, to.size() - begin);
  store_big_endian(whole.data() + kLengthAt, static_cast<std::int32_t>(whole.size() - kEntryPrefix));
  const auto attributes = load_big_endian<std::uint16_t>(whole.data() + kAttributesAt);
  store_big_endian(whole.data() + kAttributesAt,
                   static_cast<std::uint16_t>((attributes & ~0x07) | static_cast<std::uint16_t>(codec)));
  store_crc(whole);
  return ok();
}

}  // namespace arkive::kafka

#include "kafka/log/large_entry.h"

#include <algorithm>
#include <string>

#include "kafka/log/batch.h"
#include "kafka/log/crc32c.h"

namespace arkive::kafka {
namespace {

constexpr std::uint64_t kPiece = 1 << 20;
constexpr std::size_t kBeforeCrcOfBatch = 21;
constexpr std::size_t kBeforeCrcOfMessage = 16;

/// Hands bytes [from, until) to take(), piece by piece.
template <class Take>
Status read_pieces(const ReadBytes& read, std::uint64_t from, std::uint64_t until, Take&& take) {
  while (from < until) {
    ARKIVE_ASSIGN(const Bytes piece, read(from, static_cast<std::size_t>(std::min(kPiece, until - from))));
    if (piece.empty()) return fail(Outcome::kCorrupt, "read byte " + std::to_string(from) + ": none came");
    take(piece);
    from += piece.size();
  }
  return ok();
}

}  // namespace

std::uint64_t told_size(Bytes from) {
  const auto length = load_big_endian<std::int32_t>(from.data() + 8);
  return length < 0 ? 0 : kEntryPrefix + static_cast<std::uint64_t>(length);
}

Status check_large_entry(const ReadBytes& read, std::uint64_t position, std::uint64_t size) {
  std::string head;
  ARKIVE_TRY(
      read_pieces(read, position, position + kBeforeCrcOfBatch, [&](Bytes piece) { head.append(piece); }));
  if (head[16] < 0 || head[16] > 2) return fail(entry_error(EntryState::kBadMagic, head));
  const bool is_batch = head[16] == 2;
  const auto stored = load_big_endian<std::uint32_t>(head.data() + (is_batch ? kOutsideCrc : kEntryPrefix));
  std::uint32_t computed = 0;
  ARKIVE_TRY(read_pieces(
      read, position + (is_batch ? kBeforeCrcOfBatch : kBeforeCrcOfMessage), position + size,
      [&](Bytes piece) { computed = is_batch ? crc32c(piece, computed) : crc32(piece, computed); }));
  if (computed == stored) return ok();
  return fail(Outcome::kCorrupt, "check log entry with offset " +
                                     std::to_string(load_big_endian<std::int64_t>(head.data())) + ": the " +
                                     std::to_string(size) + " bytes it has by its length do not fit its CRC");
}

}  // namespace arkive::kafka

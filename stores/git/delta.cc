#include "stores/git/delta.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace arkive::git {

namespace {

constexpr std::size_t kBlock = 16;
/// In a base this large not every block is indexed: what is alike is alike for long, and memory counts.
constexpr std::size_t kLarge = 4 << 20;
constexpr std::size_t kStepInLarge = 64;
constexpr std::size_t kMostCopied = 0xffffff;
constexpr std::size_t kMostInserted = 127;

std::size_t block_hash(const char* block) {
  std::uint64_t halves[2];
  std::memcpy(halves, block, kBlock);
  return static_cast<std::size_t>(((halves[0] * 0x9e3779b97f4a7c15ULL) ^ halves[1]) * 0xff51afd7ed558ccdULL >>
                                  32);
}

/// Where the aligned blocks of the base stand; of equal blocks, the first.
class BlockIndex {
 public:
  explicit BlockIndex(Bytes base) : base_(base) {
    const std::size_t step = base.size() < kLarge ? kBlock : kStepInLarge;
    std::size_t size = 64;
    while (size < base.size() / step * 2) size *= 2;
    places_.assign(size, kNone);
    for (std::size_t at = 0; at + kBlock <= base.size(); at += step) {
      std::uint32_t& place = places_[block_hash(base.data() + at) & (size - 1)];
      if (place == kNone) place = static_cast<std::uint32_t>(at);
    }
  }
  std::optional<std::size_t> find(const char* block) const {
    const std::uint32_t place = places_[block_hash(block) & (places_.size() - 1)];
    if (place == kNone || std::memcmp(base_.data() + place, block, kBlock) != 0) return std::nullopt;
    return place;
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  Bytes base_;
  std::vector<std::uint32_t> places_;
};

void append_size(std::string& delta, std::size_t size) {
  while (size > 0x7f) {
    delta += static_cast<char>(0x80 | (size & 0x7f));
    size >>= 7;
  }
  delta += static_cast<char>(size);
}

void append_inserted(std::string& delta, Bytes bytes) {
  while (!bytes.empty()) {
    const Bytes piece = bytes.substr(0, kMostInserted);
    delta += static_cast<char>(piece.size());
    delta += piece;
    bytes.remove_prefix(piece.size());
  }
}

void append_copied(std::string& delta, std::size_t offset, std::size_t size) {
  while (size > 0) {
    const std::size_t piece = std::min(size, kMostCopied);
    const std::size_t command_at = delta.size();
    delta += '\0';
    unsigned command = 0x80;
    for (unsigned i = 0; i < 4; ++i) {
      const auto byte = static_cast<char>(offset >> (8 * i) & 0xff);
      if (byte == 0) continue;
      command |= 1U << i;
      delta += byte;
    }
    for (unsigned i = 0; i < 3; ++i) {
      const auto byte = static_cast<char>(piece >> (8 * i) & 0xff);
      if (byte == 0) continue;
      command |= 0x10U << i;
      delta += byte;
    }
    delta[command_at] = static_cast<char>(command);
    offset += piece;
    size -= piece;
  }
}

std::optional<std::size_t> take_size(Bytes& delta) {
  std::size_t size = 0;
  for (unsigned shift = 0; !delta.empty() && shift < 63; shift += 7) {
    const auto byte = static_cast<unsigned char>(delta.front());
    delta.remove_prefix(1);
    size |= static_cast<std::size_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return size;
  }
  return std::nullopt;
}

tl::unexpected<Error> damaged() {
  return fail(Outcome::kCorrupt, "apply delta: it is damaged or of another base");
}

}  // namespace

std::string make_delta(Bytes base, Bytes target, std::size_t most) {
  std::string delta;
  append_size(delta, base.size());
  append_size(delta, target.size());
  const BlockIndex index(base);
  std::size_t done = 0;  // target bytes that the delta covers
  std::size_t at = 0;
  while (at + kBlock <= target.size()) {
    const std::optional<std::size_t> found = index.find(target.data() + at);
    if (!found) {
      if (delta.size() + (++at - done) > most) return {};
      continue;
    }
    std::size_t from = *found;
    std::size_t begin = at;
    while (begin > done && from > 0 && target[begin - 1] == base[from - 1]) {
      --begin;
      --from;
    }
    std::size_t size = at + kBlock - begin;
    while (begin + size < target.size() && from + size < base.size() &&
           target[begin + size] == base[from + size]) {
      ++size;
    }
    append_inserted(delta, target.substr(done, begin - done));
    append_copied(delta, from, size);
    done = at = begin + size;
    if (delta.size() > most) return {};
  }
  append_inserted(delta, target.substr(done));
  if (delta.size() > most) return {};
  return delta;
}

Result<std::string> apply_delta(Bytes base, Bytes delta) {
  const std::optional<std::size_t> base_size = take_size(delta);
  const std::optional<std::size_t> size = base_size ? take_size(delta) : std::nullopt;
  // No command of a delta yields more than 16 MiB a byte of it: an absurd size is refused before it is
  // allocated.
  if (!size || *base_size != base.size() || *size / (kMostCopied + 1) > delta.size()) return damaged();
  std::string target;
  target.reserve(*size);
  while (!delta.empty()) {
    const auto command = static_cast<unsigned char>(delta.front());
    delta.remove_prefix(1);
    if (command == 0) return damaged();
    if ((command & 0x80) == 0) {
      if (delta.size() < command) return damaged();
      target += delta.substr(0, command);
      delta.remove_prefix(command);
      continue;
    }
    std::size_t numbers[2] = {0, 0};  // offset, size
    for (unsigned i = 0; i < 7; ++i) {
      if ((command & (1U << i)) == 0) continue;
      if (delta.empty()) return damaged();
      numbers[i / 4] |= static_cast<std::size_t>(static_cast<unsigned char>(delta.front())) << (8 * (i % 4));
      delta.remove_prefix(1);
    }
    const std::size_t count = numbers[1] == 0 ? 0x10000 : numbers[1];
    if (numbers[0] > base.size() || base.size() - numbers[0] < count) return damaged();
    if (*size - target.size() < count) return damaged();
    target += base.substr(numbers[0], count);
  }
  if (target.size() != *size) return damaged();
  return target;
}

}  // namespace arkive::git

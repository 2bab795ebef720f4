/// PackFile: a pack with its index, as it lies in objects/pack (gitformat-pack(5); pack version 2, index
/// version 2).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "stores/git/mapped_file.h"
#include "stores/git/object.h"

namespace arkive::git {

inline constexpr std::size_t kPackHeaderSize = 12;
inline constexpr std::size_t kPackTrailerSize = 20;

/// What stands before the compressed bytes of a packed object.
struct PackedHeader {
  static constexpr std::uint8_t kOffsetDelta = 6;
  static constexpr std::uint8_t kIdDelta = 7;
  std::uint8_t type = 0;          ///< an ObjectType, kOffsetDelta or kIdDelta
  std::uint64_t size = 0;         ///< of the inflated bytes (a delta's own)
  std::uint64_t base_offset = 0;  ///< for deltas: where the base stands in this pack
  std::uint64_t data_at = 0;      ///< where the compressed bytes begin
  bool is_delta() const { return type == kOffsetDelta || type == kIdDelta; }
};

/// Appends the header of a whole object.
void append_packed_header(std::string& to, std::uint8_t type, std::uint64_t size);
/// Appends how far back the base of a kOffsetDelta stands; follows its header.
void append_base_distance(std::string& to, std::uint64_t distance);

/// Immutable; any thread. Object numbers are places in the index, ascending by id.
class PackFile {
 public:
  /// `stem`: the path without ".pack" or ".idx". kNotFound when one of the two is missing, kCorrupt when they
  /// are damaged as far as their frames show, or do not belong together.
  static Result<std::shared_ptr<const PackFile>> open(const std::string& stem);

  const std::string& stem() const { return stem_; }
  Bytes bytes() const { return pack_.bytes(); }
  void forget_pages() const { pack_.forget_pages(); }
  std::uint32_t count() const { return count_; }
  std::optional<std::uint32_t> find(const ObjectId& id) const;
  ObjectId id(std::uint32_t number) const;
  std::uint32_t crc(std::uint32_t number) const;
  /// kCorrupt when the index points outside of the pack.
  Result<std::uint64_t> offset(std::uint32_t number) const;
  /// Reads all of pack and index: kCorrupt when they are not what was written.
  Status check_whole() const;
  /// Reads the header of the object at `offset`.
  Result<PackedHeader> header(std::uint64_t offset) const;

 private:
  PackFile(std::string stem, MappedFile pack, MappedFile index)
      : stem_(std::move(stem)), pack_(std::move(pack)), index_(std::move(index)) {}
  Status check_frames();
  tl::unexpected<Error> damaged(const char* what) const;
  const char* index_at(std::uint64_t place) const { return index_.bytes().data() + place; }

  std::string stem_;
  MappedFile pack_;
  MappedFile index_;
  std::uint32_t count_ = 0;
};

}  // namespace arkive::git

/// PackWriter: writes one pack and its index, straight from the objects.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "stores/core/handle.h"
#include "stores/git/id_table.h"
#include "stores/git/pack_file.h"

namespace arkive::git {

class Deflater;
class ObjectStore;

/// Bounded memory: about 45 bytes an object plus the largest object. Objects are visible to no reader before
/// finish(). Destroyed without finish(): removes its temporary file. One thread at a time.
///
/// A pack may carry on an earlier, small one: it begins with a copy of it, so that new versions of its
/// objects can be deltas (a base must stand in the same pack), and replaces it.
class PackWriter {
 public:
  /// How the names of unfinished packs begin, in objects/pack; git's own cleaning knows it too. They end in
  /// ".part": git takes whatever ends in ".idx" for the index of a pack.
  static constexpr std::string_view kTemporaryPrefix = "tmp_pack_arkive_";

  /// `objects` is borrowed and must be that of the same repository. `carried` may be null.
  static Result<std::unique_ptr<PackWriter>> create(const std::string& repository, ObjectStore& objects,
                                                    std::shared_ptr<const PackFile> carried);
  ~PackWriter();

  /// True when this pack holds the object, or will.
  bool contains(const ObjectId& id) const;
  /// Adds an object unless it is there. `id` is hash_object(type, content).
  Status add(ObjectType type, Bytes content, const ObjectId& id);
  /// The same; stores only the difference from `before`, an earlier object of that type, where that pays.
  Status add_version(ObjectType type, Bytes content, const ObjectId& id, const ObjectId& before);
  /// Objects added, without those carried.
  std::uint32_t added() const { return ids_.size(); }

  /// Writes what is left, and syncs. After this name() is known; nothing is visible yet.
  Status seal();
  /// "pack-<40 hex digits>".
  const std::string& name() const { return name_; }
  /// Gives pack and index their names: durable on return. The carried pack is still there. A ".keep" file, as
  /// git's own receiving of packs makes one, holds off a git that tidies up while no reference leads here
  /// yet.
  Status publish();
  /// References lead here now: removes that file.
  void release();
  /// Removes the pack published, as if it had never been.
  void withdraw();
  /// Removes the pack carried, which the published one replaces. What cannot be removed is left.
  void drop_carried();

 private:
  struct Place {
    std::uint32_t crc = 0;
    std::uint32_t offset_high = 0;  // halves, so that a Place is 12 bytes
    std::uint32_t offset_low = 0;
    std::uint64_t offset() const { return std::uint64_t{offset_high} << 32 | offset_low; }
  };
  struct Delta {
    std::uint64_t base_offset = 0;
    std::string bytes;
  };

  PackWriter(std::string directory, ObjectStore& objects, std::shared_ptr<const PackFile> carried);
  Status append(const ObjectId& id, std::uint8_t type, std::uint64_t base_offset, Bytes content);
  Result<Delta> find_delta(ObjectType type, Bytes content, const ObjectId& before);
  Status flush();
  Status write_index(const Sha1Digest& pack_checksum);
  std::string index_content(const Sha1Digest& pack_checksum) const;
  std::uint32_t count() const;

  std::string directory_;
  ObjectStore& objects_;
  std::shared_ptr<const PackFile> carried_;
  std::string temporary_;  // path without extension
  UniqueFd fd_;
  std::uint64_t flushed_ = 0;  // bytes in the file
  std::string buffer_;         // bytes after them
  std::unique_ptr<Deflater> deflater_;
  IdTable ids_;
  std::deque<Place> places_;  // by number in ids_
  std::string name_;
};

}  // namespace arkive::git

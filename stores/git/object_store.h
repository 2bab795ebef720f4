/// ObjectStore: reads objects of a repository by id.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "stores/git/object.h"
#include "stores/git/pack_file.h"

struct git_odb;

namespace arkive::git {

class Inflater;

/// Reads packs itself (libgit2 takes a multiple of the time for many small objects) and asks libgit2 for what
/// stands elsewhere (loose objects, alternates). Everything read is checked against its id. One thread at a
/// time; each thread may have its own.
class ObjectStore {
 public:
  /// `repository`: path of the bare repository.
  static Result<std::unique_ptr<ObjectStore>> open(const std::string& repository);
  ~ObjectStore();

  /// Reads into `object`, whose memory is used again. kNotFound when there is no such object, kCorrupt when
  /// it is damaged.
  Status read(const ObjectId& id, Object& object);
  /// As above; kCorrupt too when it is of another type. The content only.
  Result<std::string> read(const ObjectId& id, ObjectType type);
  /// Looks for packs that came or went. read() does so by itself before it gives up.
  Status refresh();
  const std::vector<std::shared_ptr<const PackFile>>& packs() const { return packs_; }

  /// The object at `offset` of `pack`, not checked against an id.
  Status read_packed(const PackFile& pack, std::uint64_t offset, Object& object);
  /// The same, shared with those that are kept for the next delta.
  Result<std::shared_ptr<const Object>> read_base(const PackFile& pack, std::uint64_t offset);

 private:
  struct OdbCloser {
    void operator()(git_odb* odb) const noexcept;
  };
  struct Place {
    const PackFile* pack = nullptr;
    std::uint32_t number = 0;
  };
  using BaseKey = std::pair<const PackFile*, std::uint64_t>;
  struct BaseHash {
    std::size_t operator()(const BaseKey& key) const {
      return reinterpret_cast<std::size_t>(key.first) ^ (key.second * 0x9e3779b97f4a7c15ULL);
    }
  };
  using Bases = std::unordered_map<BaseKey, std::shared_ptr<const Object>, BaseHash>;

  explicit ObjectStore(std::string repository);
  Place find(const ObjectId& id);
  Status read_elsewhere(const ObjectId& id, Object& object);
  void note_touched(const PackFile& pack, std::uint64_t size);
  std::shared_ptr<const Object> cached_base(const BaseKey& key);
  void cache_base(const BaseKey& key, std::shared_ptr<const Object> base);

  std::string repository_;
  std::vector<std::shared_ptr<const PackFile>> packs_;
  std::size_t last_pack_ = 0;  // where the last object was found: the next one is most likely there too
  Status damage_ = ok();       // of a pack that could not be opened
  std::unique_ptr<Inflater> inflater_;
  std::unique_ptr<git_odb, OdbCloser> odb_;
  Bases bases_;  // of deltas; two generations, the older one is dropped when the younger one is full
  Bases older_bases_;
  std::size_t bases_size_ = 0;
  std::uint64_t touched_ = 0;  // bytes read from packs since their pages were let go
};

}  // namespace arkive::git

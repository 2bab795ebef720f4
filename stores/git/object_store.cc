#include "stores/git/object_store.h"

#include <algorithm>

#include "stores/core/files.h"
#include "stores/git/delta.h"
#include "stores/git/libgit2_internal.h"
#include "stores/git/zlib_internal.h"

namespace arkive::git {

namespace {

constexpr std::size_t kBasesSize = 16 << 20;
constexpr std::size_t kLongestChain = 10'000;
/// So much is read from packs before the pages they came in with are let go.
constexpr std::uint64_t kMostTouched = 4 << 20;

}  // namespace

void ObjectStore::OdbCloser::operator()(git_odb* odb) const noexcept {
  git_odb_free(odb);
}

ObjectStore::ObjectStore(std::string repository)
    : repository_(std::move(repository)), inflater_(std::make_unique<Inflater>()) {}

ObjectStore::~ObjectStore() = default;

Result<std::unique_ptr<ObjectStore>> ObjectStore::open(const std::string& repository) {
  std::unique_ptr<ObjectStore> store(new ObjectStore(repository));
  ARKIVE_TRY(store->refresh());
  return store;
}

Status ObjectStore::refresh() {
  const std::string directory = repository_ + "/objects/pack";
  ARKIVE_ASSIGN(const std::vector<std::string> names, list_directory(directory));
  std::vector<std::shared_ptr<const PackFile>> packs;
  damage_ = ok();
  for (const std::string& name : names) {
    if (!name.starts_with("pack-") || !name.ends_with(".idx")) continue;
    const std::string stem = directory + "/" + name.substr(0, name.size() - 4);
    const auto have =
        std::find_if(packs_.begin(), packs_.end(), [&](const auto& pack) { return pack->stem() == stem; });
    if (have != packs_.end()) {
      packs.push_back(*have);
      continue;
    }
    auto pack = PackFile::open(stem);
    if (pack) {
      packs.push_back(std::move(*pack));
    } else if (pack.error().outcome != Outcome::kNotFound) {  // a pack may be removed while we look
      damage_ = fail(std::move(pack.error()));
    }
  }
  // The largest first: most objects stand there.
  std::stable_sort(packs.begin(), packs.end(),
                   [](const auto& a, const auto& b) { return a->count() > b->count(); });
  bases_.clear();
  older_bases_.clear();
  bases_size_ = 0;
  last_pack_ = 0;
  packs_ = std::move(packs);
  return ok();
}

ObjectStore::Place ObjectStore::find(const ObjectId& id) {
  if (last_pack_ < packs_.size()) {
    if (const auto number = packs_[last_pack_]->find(id)) return {packs_[last_pack_].get(), *number};
  }
  for (std::size_t i = 0; i < packs_.size(); ++i) {
    if (const auto number = packs_[i]->find(id)) {
      last_pack_ = i;
      return {packs_[i].get(), *number};
    }
  }
  return {};
}

Status ObjectStore::read(const ObjectId& id, Object& object) {
  Place place = find(id);
  if (place.pack == nullptr) {
    Status elsewhere = read_elsewhere(id, object);
    if (elsewhere || elsewhere.error().outcome != Outcome::kNotFound) return elsewhere;
    ARKIVE_TRY(refresh());
    place = find(id);
    if (place.pack == nullptr && !damage_) return damage_;
    if (place.pack == nullptr) return elsewhere;
  }
  ARKIVE_ASSIGN(const std::uint64_t offset, place.pack->offset(place.number));
  if (auto read = read_packed(*place.pack, offset, object); !read) {
    return fail(read.error().within("read object " + hex(id)));
  }
  if (hash_object(object.type, object.content) != id) {
    return fail(Outcome::kCorrupt, "read object " + hex(id) + ": its bytes have another hash",
                "arkive verify names all that is damaged; meanwhile dump into a new repository");
  }
  return ok();
}

Result<std::string> ObjectStore::read(const ObjectId& id, ObjectType type) {
  Object object;
  ARKIVE_TRY(read(id, object));
  if (object.type != type) {
    return fail(Outcome::kCorrupt, "read object " + hex(id) + ": it is a " +
                                       std::string(type_name(object.type)) + ", not a " +
                                       std::string(type_name(type)));
  }
  return std::move(object.content);
}

Status ObjectStore::read_packed(const PackFile& pack, std::uint64_t offset, Object& object) {
  struct Link {
    std::uint64_t offset = 0;
    PackedHeader header;
  };
  ARKIVE_ASSIGN(PackedHeader header, pack.header(offset));
  std::vector<Link> chain;
  std::shared_ptr<const Object> base;
  while (header.is_delta()) {
    if (chain.size() == kLongestChain) {
      return fail(Outcome::kCorrupt,
                  "read pack '" + printable(pack.stem()) + "': a chain of deltas has no end");
    }
    chain.push_back({offset, header});
    offset = header.base_offset;
    base = cached_base({&pack, offset});
    if (base != nullptr) break;
    ARKIVE_ASSIGN(header, pack.header(offset));
  }
  const Bytes bytes = pack.bytes().substr(0, pack.bytes().size() - kPackTrailerSize);
  if (base == nullptr) {
    object.type = static_cast<ObjectType>(header.type);
    ARKIVE_TRY(inflater_->inflate(bytes.substr(header.data_at), header.size, object.content));
    note_touched(pack, header.size);
    if (chain.empty()) return ok();
    base = std::make_shared<Object>(std::move(object));
    cache_base({&pack, offset}, base);
  }
  std::string delta;
  for (std::size_t i = chain.size(); i-- > 0;) {
    const Link& link = chain[i];
    ARKIVE_TRY(inflater_->inflate(bytes.substr(link.header.data_at), link.header.size, delta));
    note_touched(pack, link.header.size);
    object.type = base->type;
    ARKIVE_ASSIGN(object.content, apply_delta(base->content, delta));
    if (i == 0) break;
    base = std::make_shared<Object>(std::move(object));
    cache_base({&pack, link.offset}, base);
  }
  return ok();
}

void ObjectStore::note_touched(const PackFile& pack, std::uint64_t size) {
  touched_ += size;
  if (touched_ < kMostTouched) return;
  pack.forget_pages();
  touched_ = 0;
}

Result<std::shared_ptr<const Object>> ObjectStore::read_base(const PackFile& pack, std::uint64_t offset) {
  if (auto base = cached_base({&pack, offset})) return base;
  auto object = std::make_shared<Object>();
  ARKIVE_TRY(read_packed(pack, offset, *object));
  return std::shared_ptr<const Object>(std::move(object));
}

std::shared_ptr<const Object> ObjectStore::cached_base(const BaseKey& key) {
  if (const auto found = bases_.find(key); found != bases_.end()) return found->second;
  const auto found = older_bases_.find(key);
  if (found == older_bases_.end()) return nullptr;
  std::shared_ptr<const Object> base = found->second;
  cache_base(key, base);
  return base;
}

void ObjectStore::cache_base(const BaseKey& key, std::shared_ptr<const Object> base) {
  bases_size_ += base->content.size();
  bases_.emplace(key, std::move(base));
  if (bases_size_ < kBasesSize / 2) return;
  older_bases_ = std::move(bases_);
  bases_.clear();
  bases_size_ = 0;
}

Status ObjectStore::read_elsewhere(const ObjectId& id, Object& object) {
  if (odb_ == nullptr) {
    ARKIVE_TRY(prepare_libgit2());
    git_odb* odb = nullptr;
    const std::string objects = repository_ + "/objects";
    if (const int code = git_odb_open(&odb, objects.c_str()); code < 0) {
      return fail(libgit2_error("open", objects, code));
    }
    odb_.reset(odb);
  }
  const git_oid oid = to_oid(id);
  git_odb_object* raw = nullptr;
  if (const int code = git_odb_read(&raw, odb_.get(), &oid); code < 0) {
    if (code == GIT_ENOTFOUND) return fail(Outcome::kNotFound, "read object " + hex(id) + ": there is none");
    return fail(libgit2_error("read object", hex(id), code));
  }
  const GitOdbObject found(raw);
  object.type = static_cast<ObjectType>(git_odb_object_type(raw));
  object.content.assign(static_cast<const char*>(git_odb_object_data(raw)), git_odb_object_size(raw));
  return ok();
}

}  // namespace arkive::git

#include "stores/encrypted/encrypted_store.h"

#include <algorithm>

#include "stores/core/hash.h"
#include "stores/encrypted/sealing_writer.h"

namespace arkive {

using namespace encrypted;  // NOLINT(google-build-using-namespace): its own parts

namespace {

// Ranges are read object by object: few are looked at at a time.
constexpr std::size_t kMostHeaders = 1024;
constexpr std::uint64_t kStreamed = 1 << 20;  // bytes that are opened at a time

/// "orders/7" below "topics/prod": the plain path that names what stands below it.
std::string below_of(std::string_view parent, std::string_view part) {
  std::string path(parent);
  if (!path.empty()) path.push_back('/');
  return path.append(part);
}

}  // namespace

EncryptedStore::EncryptedStore(std::unique_ptr<Store> below, StoreKey key)
    : below_(std::move(below)), key_(std::move(key)), names_(key_) {}

bool EncryptedStore::passes(std::string_view key) {
  return key == "arkive.json" || key.starts_with("keys/") || key.starts_with("locks/");
}

std::string EncryptedStore::object(std::string_view key, const std::string& stored) const {
  std::string text = printable(name() + "/" + stored);
  if (stored != key) text += "' ('" + printable(key) + "') of '" + printable(name());
  return text;
}

Result<EncryptedStore::Place> EncryptedStore::place_of(std::string_view key) const {
  ARKIVE_TRY(check_key(key));
  Place place;
  if (!key_.hide_names || passes(key)) {
    place.stored = key;
    return place;
  }
  std::string_view parent;
  for (std::size_t begin = 0; begin <= key.size();) {
    const std::size_t end = std::min(key.find('/', begin), key.size());
    const std::string_view part = key.substr(begin, end - begin);
    NameCodec::StoredPart stored = names_.encode(parent, part);
    if (!place.stored.empty()) place.stored.push_back('/');
    place.stored.append(stored.text);
    if (stored.is_long) place.long_parts.emplace_back(std::move(stored.text), part);
    parent = key.substr(0, end);
    begin = end + 1;
  }
  if (Status fits = check_key(place.stored); !fits) {
    return fail(Outcome::kUsage,
                "use key '" + printable(key) + "': with its name hidden it is longer than 512 bytes");
  }
  return place;
}

Status EncryptedStore::keep_long_names(const Place& place, Deadline deadline) {
  for (const auto& [stored, name] : place.long_parts) {
    {
      const std::lock_guard lock(mutex_);
      if (long_names_.contains(stored)) continue;
    }
    const std::string key = std::string(kNames) + "/" + stored;
    const Status put = below_->put(key, seal_object(key_, key, name, random_bytes(kSaltSize)),
                                   PutMode::kCreateOnly, deadline);
    if (!put && put.error().outcome != Outcome::kConflict) return put;
    // It is there already, and must tell the same.
    std::string stored_name = name;
    if (!put) {
      ARKIVE_ASSIGN(stored_name, below_->get(key, 0, 0, deadline));
      const std::string sealed = stored_name;
      ARKIVE_TRY(open_object(key_, key, object(key, key), stored_name));
      if (stored_name != name) {
        return fail(Outcome::kCorrupt, "write '" + object(key, key) + "': it tells another name");
      }
      ARKIVE_TRY(below_->put(key, sealed, PutMode::kCreateOnly, deadline));  // durable, too
    }
    const std::lock_guard lock(mutex_);
    long_names_.emplace(stored, std::move(stored_name));
  }
  return ok();
}

Status EncryptedStore::put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) {
  ARKIVE_ASSIGN(const Place place, place_of(key));
  if (passes(key)) return below_->put(key, data, mode, deadline);
  ARKIVE_TRY(keep_long_names(place, deadline));
  forget(key);
  Status written =
      below_->put(place.stored, seal_object(key_, key, data, random_bytes(kSaltSize)), mode, deadline);
  if (written || mode == PutMode::kReplace || written.error().outcome != Outcome::kConflict) return written;
  ARKIVE_ASSIGN(std::string existing, below_->get(place.stored, 0, 0, deadline));
  std::string plain = existing;
  ARKIVE_TRY(open_object(key_, key, object(key, place.stored), plain));
  if (plain != data) return written;
  // As the store below would for equal bytes: on success they are durable, whoever wrote them a moment ago.
  return below_->put(place.stored, existing, mode, deadline);
}

Result<std::unique_ptr<ObjectWriter>> EncryptedStore::begin(std::string_view key, Deadline deadline) {
  ARKIVE_ASSIGN(const Place place, place_of(key));
  if (passes(key)) return below_->begin(key, deadline);
  ARKIVE_TRY(keep_long_names(place, deadline));
  forget(key);
  ARKIVE_ASSIGN(auto writer, below_->begin(place.stored, deadline));
  return seal_into(std::move(writer), key_, key);
}

Result<std::unique_ptr<StoreLock>> EncryptedStore::lock(std::string_view name, Deadline deadline) {
  ARKIVE_ASSIGN(const Place place, place_of(name));
  return below_->lock(place.stored, deadline);
}

Result<EncryptedStore::Opened> EncryptedStore::opened(std::string_view key, const std::string& stored,
                                                      bool& remembered, Deadline deadline) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = headers_.find(key); found != headers_.end()) {
      remembered = true;
      return found->second;
    }
  }
  remembered = false;
  Opened facts;
  ARKIVE_ASSIGN(const Object stored_object, below_->head(stored, deadline));
  facts.stored_size = stored_object.size;
  if (facts.stored_size != 0) {
    ARKIVE_ASSIGN(facts.header,
                  below_->get(stored, 0, std::min<std::uint64_t>(kHeaderSize, facts.stored_size), deadline));
  }
  const std::lock_guard lock(mutex_);
  if (headers_.size() >= kMostHeaders) headers_.clear();
  headers_.insert_or_assign(std::string(key), facts);
  return facts;
}

void EncryptedStore::forget(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  if (const auto found = headers_.find(key); found != headers_.end()) headers_.erase(found);
}

Result<EncryptedStore::SealedRange> EncryptedStore::sealed_range(std::string_view key,
                                                                 const std::string& stored,
                                                                 std::uint64_t offset, std::uint64_t size,
                                                                 bool& remembered, Deadline deadline) const {
  ARKIVE_ASSIGN(const Opened facts, opened(key, stored, remembered, deadline));
  ARKIVE_ASSIGN(ChunkOpener opener, ChunkOpener::open(key_, key, object(key, stored), facts.header));
  const auto plain = plain_size(facts.stored_size, key_.chunk);
  if (!plain) {
    return fail(Outcome::kCorrupt,
                "decrypt '" + object(key, stored) + "': it is cut short: no object has its size",
                "restore this object from another copy of the store");
  }
  const std::uint64_t wanted = size != 0 ? size : *plain - std::min(*plain, offset);
  if (offset > *plain || wanted > *plain - offset) {
    return fail(Outcome::kCorrupt, "read '" + object(key, stored) + "': it has " + std::to_string(*plain) +
                                       " bytes, too few to read " + std::to_string(wanted) + " from byte " +
                                       std::to_string(offset));
  }
  SealedRange range{.opener = std::move(opener), .plain = *plain, .wanted = wanted};
  if (wanted == 0) return range;
  range.first = offset / key_.chunk;
  const std::uint64_t last = (offset + wanted - 1) / key_.chunk;
  range.begin = kHeaderSize + range.first * (key_.chunk + kTagSize);
  range.end = std::min(kHeaderSize + (last + 1) * (key_.chunk + kTagSize), facts.stored_size);
  return range;
}

Result<std::string> EncryptedStore::get_range(std::string_view key, const std::string& stored,
                                              std::uint64_t offset, std::uint64_t size, bool& remembered,
                                              Deadline deadline) const {
  ARKIVE_ASSIGN(SealedRange range, sealed_range(key, stored, offset, size, remembered, deadline));
  if (range.wanted == 0) return std::string();
  ARKIVE_ASSIGN(std::string bytes, below_->get(stored, range.begin, range.end - range.begin, deadline));
  ARKIVE_TRY(range.opener.open_chunks(bytes, 0, range.first, range.plain));
  bytes.erase(0, offset - range.first * key_.chunk);
  bytes.resize(range.wanted);
  return bytes;
}

/// Chunks are opened about a mebibyte at a time.
Status EncryptedStore::stream_range(const std::string& stored, SealedRange range, std::uint64_t offset,
                                    const TakeBytes& take, Deadline deadline) const {
  const std::uint64_t at_once = std::max<std::uint64_t>(1, kStreamed / key_.chunk);
  const std::size_t step = at_once * (key_.chunk + kTagSize);
  std::size_t before = offset - range.first * key_.chunk;  // of the first chunk
  std::string bytes;
  const auto open = [&]() -> Status {
    ARKIVE_TRY(range.opener.open_chunks(bytes, 0, range.first, range.plain));
    const Bytes opened = Bytes(bytes).substr(before, range.wanted);
    range.first += at_once;
    range.wanted -= opened.size();
    before = 0;
    ARKIVE_TRY(take(opened));
    bytes.clear();
    return ok();
  };
  bytes.reserve(std::min<std::uint64_t>(step, range.end - range.begin));
  const auto take_sealed = [&](Bytes sealed) -> Status {
    while (!sealed.empty()) {
      const std::size_t count = std::min(sealed.size(), step - bytes.size());
      bytes.append(sealed.substr(0, count));
      sealed.remove_prefix(count);
      if (bytes.size() == step) ARKIVE_TRY(open());
    }
    return ok();
  };
  ARKIVE_TRY(below_->stream(stored, range.begin, range.end - range.begin, take_sealed, deadline));
  return bytes.empty() ? ok() : open();
}

Status EncryptedStore::stream(std::string_view key, std::uint64_t offset, std::uint64_t size,
                              const TakeBytes& take, Deadline deadline) const {
  ARKIVE_ASSIGN(const Place place, place_of(key));
  if (passes(key)) return below_->stream(key, offset, size, take, deadline);
  const auto once = [&](bool& again) -> Status {
    bool remembered = false;
    bool given = false;
    auto range = sealed_range(key, place.stored, offset, size, remembered, deadline);
    const auto note = [&](Bytes bytes) {
      given = true;
      return take(bytes);
    };
    Status done = range ? stream_range(place.stored, std::move(*range), offset, note, deadline)
                        : fail(std::move(range.error()));
    // Somebody may have put another object in the place of the one whose header is remembered.
    again = !done && remembered && !given;
    if (!done) forget(key);
    return done;
  };
  bool again = false;
  const Status done = once(again);
  return again ? once(again) : done;
}

Result<std::string> EncryptedStore::get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                                        Deadline deadline) const {
  ARKIVE_ASSIGN(const Place place, place_of(key));
  if (passes(key)) return below_->get(key, offset, size, deadline);
  if (offset == 0 && size == 0) {
    ARKIVE_ASSIGN(std::string bytes, below_->get(place.stored, 0, 0, deadline));
    ARKIVE_TRY(open_object(key_, key, object(key, place.stored), bytes));
    return bytes;
  }
  bool remembered = false;
  Result<std::string> bytes = get_range(key, place.stored, offset, size, remembered, deadline);
  if (bytes) return bytes;
  forget(key);
  // Somebody may have put another object in the place of the one whose header is remembered.
  if (!remembered) return bytes;
  return get_range(key, place.stored, offset, size, remembered, deadline);
}

Store::Object EncryptedStore::sized(std::string key, std::uint64_t stored_size) const {
  const std::uint64_t size = passes(key) ? stored_size : plain_size(stored_size, key_.chunk).value_or(0);
  return {std::move(key), size};
}

Result<Store::Object> EncryptedStore::head(std::string_view key, Deadline deadline) const {
  ARKIVE_ASSIGN(const Place place, place_of(key));
  ARKIVE_ASSIGN(const Object stored, below_->head(place.stored, deadline));
  if (passes(key)) return stored;
  const auto plain = plain_size(stored.size, key_.chunk);
  if (!plain) {
    return fail(Outcome::kCorrupt,
                "look at '" + object(key, place.stored) + "': it is cut short: no sealed object has its size",
                "restore this object from another copy of the store");
  }
  return Object{std::string(key), *plain};
}

Status EncryptedStore::list(std::string_view prefix, const std::function<Status(const Object&)>& each,
                            Deadline deadline) const {
  if (key_.hide_names) return list_hidden(prefix, each, deadline);
  return below_->list(
      prefix, [&](const Object& stored) { return each(sized(stored.key, stored.size)); }, deadline);
}

Result<std::string> EncryptedStore::long_name(std::string_view parent, const std::string& stored,
                                              Deadline deadline) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = long_names_.find(stored); found != long_names_.end()) return found->second;
  }
  const std::string key = std::string(kNames) + "/" + stored;
  ARKIVE_ASSIGN(std::string name, below_->get(key, 0, 0, deadline));
  ARKIVE_TRY(open_object(key_, key, object(key, key), name));
  if (!names_.is_name_of(parent, stored, name)) {
    return fail(Outcome::kCorrupt, "list '" + object(key, key) + "': it tells the name of another directory");
  }
  const std::lock_guard lock(mutex_);
  long_names_.emplace(stored, name);
  return name;
}

Result<std::string> EncryptedStore::plain_part(std::string_view parent, const std::string& stored,
                                               const std::string& whole, Deadline deadline) const {
  if (NameCodec::is_long(stored)) return long_name(parent, stored, deadline);
  if (auto name = names_.decode(parent, stored)) return *name;
  return fail(
      Outcome::kCorrupt,
      "list '" + printable(this->name() + "/" + whole) +
          "': its name was not made with the key of this store, or was moved here from another directory",
      "move it out of the store once you know what it is");
}

Status EncryptedStore::list_hidden(std::string_view prefix, const std::function<Status(const Object&)>& each,
                                   Deadline deadline) const {
  // The whole parts of the prefix are looked for, the rest is compared with what their names turn out to be.
  const std::size_t slash = prefix.rfind('/');
  std::string below;
  if (passes(prefix)) {
    below = prefix;
  } else if (slash != std::string_view::npos) {
    const Result<Place> place = place_of(prefix.substr(0, slash));
    if (!place) return ok();  // no key begins so
    below = place->stored + "/";
  }
  std::vector<Object> found;
  std::map<std::string, std::string, std::less<>> plain_of;  // directories, by their stored paths
  const auto plain_key = [&](const std::string& stored) -> Result<std::string> {
    std::string plain;
    for (std::size_t begin = 0; begin <= stored.size();) {
      const std::size_t end = std::min(stored.find('/', begin), stored.size());
      if (!NameCodec::has_form(std::string_view(stored).substr(begin, end - begin), begin == 0))
        return stored;
      const std::string path = stored.substr(0, end);
      auto known = end == stored.size() ? plain_of.end() : plain_of.find(path);
      if (known == plain_of.end()) {
        ARKIVE_ASSIGN(const std::string part,
                      plain_part(plain, stored.substr(begin, end - begin), stored, deadline));
        plain = below_of(plain, part);
        if (end != stored.size()) plain_of.emplace(path, plain);
      } else {
        plain = known->second;
      }
      begin = end + 1;
    }
    return plain;
  };
  ARKIVE_TRY(below_->list(
      below,
      [&](const Object& stored) -> Status {
        if (stored.key.starts_with(std::string(kNames) + "/")) return ok();
        std::string key = stored.key;
        if (!passes(key)) {
          ARKIVE_ASSIGN(key, plain_key(stored.key));
        }
        if (key.starts_with(prefix)) found.push_back(sized(std::move(key), stored.size));
        return ok();
      },
      deadline));
  std::sort(found.begin(), found.end(), [](const Object& a, const Object& b) { return a.key < b.key; });
  for (const Object& object : found) ARKIVE_TRY(each(object));
  return ok();
}

Status EncryptedStore::remove(std::string_view key, Deadline deadline) {
  ARKIVE_ASSIGN(const Place place, place_of(key));
  forget(key);
  return below_->remove(place.stored, deadline);
}

Result<Store::Keeping> EncryptedStore::kept_until(std::string_view key, Deadline deadline) const {
  ARKIVE_ASSIGN(const Place place, place_of(key));
  return below_->kept_until(place.stored, deadline);
}

Status EncryptedStore::each_long_name(const Place& place, UnixMilliseconds until, NamesUntil& done,
                                      const std::function<Result<bool>(const std::string&)>& keep) const {
  for (const auto& [stored, name] : place.long_parts) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = done.find(stored);
      if (found != done.end() && found->second >= until) continue;
    }
    ARKIVE_TRY(keep(std::string(kNames) + "/" + stored));
    const std::lock_guard lock(mutex_);
    done[stored] = until;
  }
  return ok();
}

Result<bool> EncryptedStore::keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline) {
  ARKIVE_ASSIGN(const Place place, place_of(key));
  ARKIVE_TRY(each_long_name(place, until, names_kept_, [&](const std::string& name) {
    return below_->keep_until(name, until, deadline);
  }));
  return below_->keep_until(place.stored, until, deadline);
}

Result<bool> EncryptedStore::may_keep_until(std::string_view key, UnixMilliseconds until,
                                            Deadline deadline) const {
  ARKIVE_ASSIGN(const Place place, place_of(key));
  ARKIVE_TRY(each_long_name(place, until, names_asked_, [&](const std::string& name) {
    return below_->may_keep_until(name, until, deadline);
  }));
  return below_->may_keep_until(place.stored, until, deadline);
}

}  // namespace arkive

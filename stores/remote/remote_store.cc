#include "stores/remote/remote_store.h"

#include "stores/core/log.h"
#include "stores/remote/lock_object.h"
#include "stores/remote/reading.h"

namespace arkive::remote {
namespace {

constexpr std::uint64_t kLongestWhole = 1ULL << 32;
constexpr int kTriesOfDamaged = 3;

/// Not said in put() itself: with sanitizers g++ 12 takes it for uninitialised there.
std::optional<std::string> over_what(PutMode mode) {
  if (mode == PutMode::kCreateOnly) return "";
  return std::nullopt;
}

}  // namespace

Status RemoteStore::put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) {
  ARKIVE_TRY(check_key(key));
  NewObject object{.key = key, .data = data, .over = over_what(mode)};
  ARKIVE_ASSIGN(object.valid, leases_.validity());
  ARKIVE_ASSIGN(const http::Response response, server_->put(object, deadline));
  // Also when a try before had put it, and its answer was lost.
  return response.status == 412 ? check_created(key, data, deadline) : ok();
}

Status RemoteStore::check_created(std::string_view key, Bytes data, Deadline deadline) const {
  ARKIVE_ASSIGN(const std::string existing, get(key, 0, 0, deadline));
  if (existing == data) return ok();
  return fail(Outcome::kConflict, "put '" + server_->object(key) + "': it exists with other bytes");
}

Result<std::unique_ptr<ObjectWriter>> RemoteStore::begin(std::string_view key, Deadline deadline) {
  ARKIVE_TRY(check_key(key));
  return server_->begin(
      std::string(key), [this] { return leases_.validity(); }, deadline);
}

Result<std::unique_ptr<StoreLock>> RemoteStore::lock(std::string_view name, Deadline deadline) {
  const std::string key = "locks/" + std::string(name) + ".lock";
  ARKIVE_TRY(check_key(key));
  ARKIVE_ASSIGN(auto lease, Lease::acquire(lock_object(server_, key), lease_, deadline));
  return leases_.hold(std::move(lease));
}

Result<std::string> RemoteStore::get_whole(std::string_view key, Deadline deadline) const {
  const std::string object = server_->object(key);
  for (int tries = 1;; ++tries) {
    ARKIVE_ASSIGN(http::Response response,
                  server_->read({.key = key, .most_bytes = kLongestWhole}, deadline));
    if (response.status == 404) return not_found("read", object);
    if (response.status != 200)
      return fail(Outcome::kFail, "read '" + object + "': status " + std::to_string(response.status));
    if (server_->fits_checksum(response)) return std::move(response.body);
    if (tries == kTriesOfDamaged) {
      return fail(Outcome::kCorrupt,
                  "read '" + object + "': what comes does not fit the checksum that the server keeps of it");
    }
    log_warning("what came for '" + object + "' was damaged on the way; reading it again");
  }
}

Result<std::string> RemoteStore::get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                                     Deadline deadline) const {
  ARKIVE_TRY(check_key(key));
  if (offset == 0 && size == 0) return get_whole(key, deadline);
  const std::string object = server_->object(key);
  if (size > UINT64_MAX - offset) return short_object(object, 0, offset, size);
  const Part part{.range = range_of(offset, size), .most_bytes = size == 0 ? kLongestWhole : size};
  ARKIVE_ASSIGN(http::Response response, server_->read({.key = key, .part = [&] { return part; }}, deadline));
  if (response.status == 404) return not_found("read", object);
  if (response.status == 416) {
    ARKIVE_ASSIGN(const Object found, head(key, deadline));
    if (size == 0 && found.size == offset) return std::string();
    return short_object(object, found.size, offset, size);
  }
  return part_in(std::move(response), object, offset, size);
}

Status RemoteStore::stream(std::string_view key, std::uint64_t offset, std::uint64_t size,
                           const TakeBytes& take, Deadline deadline) const {
  ARKIVE_TRY(check_key(key));
  const std::string object = server_->object(key);
  if (size > UINT64_MAX - offset) return short_object(object, 0, offset, size);
  StreamedPart part(object, offset, size, take);
  while (part.left() > 0) {
    const std::uint64_t next = part.next();
    const auto response =
        server_->read({.key = key, .part = [&] { return part.ask(); }, .take = &part.taker()}, deadline);
    ARKIVE_TRY(part.status());
    if (!response) return fail(response.error());
    if (response->status == 404) return not_found("read", object);
    if (response->status == 416) {
      ARKIVE_ASSIGN(const Object found, head(key, deadline));
      return short_object(object, found.size, offset, size);
    }
    ARKIVE_TRY(check_part(*response, object, part.asked()));
    if (part.next() == next) return short_object(object, next, offset, size);
  }
  return ok();
}

Result<Store::Object> RemoteStore::head(std::string_view key, Deadline deadline) const {
  ARKIVE_TRY(check_key(key));
  ARKIVE_ASSIGN(const auto size, server_->size_of(key, deadline));
  if (!size) return not_found("look at", server_->object(key));
  return Object{std::string(key), *size};
}

Status RemoteStore::list(std::string_view prefix, const std::function<Status(const Object&)>& each,
                         Deadline deadline) const {
  Listing listing(server_->prefix(), std::string(prefix), server_->object(prefix), each);
  std::string next;
  do {
    ARKIVE_ASSIGN(KeyPage page, server_->list(prefix, next, deadline));
    next = std::move(page.next);
    ARKIVE_TRY(listing.turn(next));
    for (const KeyPage::Key& key : page.keys) ARKIVE_TRY(listing.take(key.whole, key.size));
  } while (!next.empty());
  return ok();
}

Status RemoteStore::remove(std::string_view key, Deadline deadline) {
  ARKIVE_TRY(check_key(key));
  ARKIVE_ASSIGN(const auto valid, leases_.validity());
  ARKIVE_ASSIGN(const http::Response response, server_->remove(key, valid, deadline));
  const bool is_gone = (response.status >= 200 && response.status <= 206) || response.status == 404;
  if (is_gone) return ok();
  return fail(Outcome::kFail,
              "remove '" + server_->object(key) + "': status " + std::to_string(response.status));
}

Result<Store::Keeping> RemoteStore::kept_until(std::string_view key, Deadline deadline) const {
  ARKIVE_TRY(check_key(key));
  return server_->kept_until(key, deadline);
}

Result<bool> RemoteStore::keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline) {
  ARKIVE_TRY(check_key(key));
  ARKIVE_ASSIGN(const auto valid, leases_.validity());
  return server_->keep_until(key, until, valid, deadline);
}

Result<bool> RemoteStore::may_keep_until(std::string_view key, UnixMilliseconds until,
                                         Deadline deadline) const {
  ARKIVE_TRY(check_key(key));
  return server_->may_keep_until(key, until, deadline);
}

}  // namespace arkive::remote

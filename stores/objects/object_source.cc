#include "stores/objects/object_source.h"

namespace arkive::objects {

namespace {

constexpr std::size_t kMostAhead = 8 << 20;
constexpr std::uint64_t kSmall = 1 << 20;  // costs less than a thread for it

}  // namespace

Error as_damage(Error error) {
  if (error.outcome != Outcome::kNotFound) return error;
  error.outcome = Outcome::kCorrupt;
  error.what += ": it is missing, though a manifest names it";
  error.hint = "restore from another run, or from another store";
  return error;
}

ObjectSource::ObjectSource(SharedStore store, std::string key, std::uint64_t begin, std::uint64_t end)
    : store_(std::move(store)), key_(std::move(key)), begin_(begin), end_(end) {}

Result<std::unique_ptr<ObjectSource>> ObjectSource::open(SharedStore store, std::string key) {
  const auto object = store->head(key, Deadline::never());
  if (!object) return fail(as_damage(object.error()));
  return std::make_unique<ObjectSource>(std::move(store), std::move(key), 0, object->size);
}

/// Without bytes: the end.
Status ObjectSource::next_piece() {
  at_ = 0;
  if (end_ - begin_ > kSmall) {
    if (!ahead_)
      ahead_.emplace(*store_, key_, ReadAhead::Bounds{begin_, end_}, kMostAhead, Deadline::never());
    return ahead_->next(piece_);
  }
  piece_.clear();
  if (begun_ || begin_ == end_) return ok();
  begun_ = true;
  ARKIVE_ASSIGN(piece_, store_->get(key_, begin_, end_ - begin_, Deadline::never()));
  return ok();
}

Result<std::size_t> ObjectSource::read(char* to, std::size_t most) {
  if (at_ == piece_.size()) {
    if (Status next = next_piece(); !next) return fail(as_damage(std::move(next.error())));
  }
  const std::size_t count = piece_.copy(to, most, at_);
  at_ += count;
  return count;
}

}  // namespace arkive::objects

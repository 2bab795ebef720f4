#include "stores/objects/object_source.h"

#include <algorithm>

namespace arkive::objects {

namespace {

constexpr std::uint64_t kPiece = 8 << 20;
constexpr std::size_t kPiecesAhead = 2;

}  // namespace

Error as_damage(Error error) {
  if (error.outcome != Outcome::kNotFound) return error;
  error.outcome = Outcome::kCorrupt;
  error.what += ": it is missing, though a manifest names it";
  error.hint = "restore from another run, or from another store";
  return error;
}

ObjectSource::ObjectSource(SharedStore store, std::string key, std::uint64_t begin, std::uint64_t end)
    : store_(std::move(store)), key_(std::move(key)), next_(begin), end_(end) {}

ObjectSource::~ObjectSource() = default;  // waits for the pieces that are coming

Result<std::unique_ptr<ObjectSource>> ObjectSource::open(SharedStore store, std::string key) {
  const auto object = store->head(key, Deadline::never());
  if (!object) return fail(as_damage(object.error()));
  return std::make_unique<ObjectSource>(std::move(store), std::move(key), 0, object->size);
}

void ObjectSource::fetch_ahead() {
  while (next_ < end_ && coming_.size() < kPiecesAhead) {
    const std::uint64_t size = std::min(kPiece, end_ - next_);
    // A small rest costs less than a thread for it.
    const auto when = size == kPiece ? std::launch::async : std::launch::deferred;
    coming_.push_back(std::async(
        when, [this, from = next_, size] { return store_->get(key_, from, size, Deadline::never()); }));
    next_ += size;
  }
}

Result<std::size_t> ObjectSource::read(char* to, std::size_t most) {
  if (at_ == piece_.size()) {
    fetch_ahead();
    if (coming_.empty()) return 0;
    auto piece = coming_.front().get();
    coming_.pop_front();
    if (!piece) return fail(as_damage(std::move(piece.error())));
    piece_ = std::move(*piece);
    at_ = 0;
    fetch_ahead();
  }
  const std::size_t count = piece_.copy(to, most, at_);
  at_ += count;
  return count;
}

}  // namespace arkive::objects

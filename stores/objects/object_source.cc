#include "stores/objects/object_source.h"

#include <algorithm>

namespace arkive::objects {

namespace {

constexpr std::size_t kPiece = 256 << 10;
constexpr std::size_t kPiecesAhead = 32;
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

ObjectSource::~ObjectSource() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  changed_.notify_all();
}  // and reading_ waits for its thread

Result<std::unique_ptr<ObjectSource>> ObjectSource::open(SharedStore store, std::string key) {
  const auto object = store->head(key, Deadline::never());
  if (!object) return fail(as_damage(object.error()));
  return std::make_unique<ObjectSource>(std::move(store), std::move(key), 0, object->size);
}

/// On a thread of its own.
Status ObjectSource::read_ahead() {
  ARKIVE_TRY(store_->stream(
      key_, begin_, end_ - begin_, [this](Bytes bytes) { return take(bytes); }, Deadline::never()));
  hand_over();
  return ok();
}

Status ObjectSource::take(Bytes bytes) {
  while (!bytes.empty()) {
    if (filling_.capacity() < kPiece) filling_.reserve(kPiece);
    const std::size_t count = std::min(bytes.size(), kPiece - filling_.size());
    filling_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    if (filling_.size() == kPiece && !hand_over())
      return fail(Outcome::kInterrupted, "read '" + printable(key_) + "': nobody reads on");
  }
  return ok();
}

/// false: nobody reads any more.
bool ObjectSource::hand_over() {
  std::unique_lock lock(mutex_);
  ahead_.push_back(std::move(filling_));
  changed_.notify_one();
  changed_.wait(lock, [this] { return is_closed_ || ahead_.size() < kPiecesAhead; });
  filling_.clear();
  if (!free_.empty()) {
    filling_ = std::move(free_.back());
    free_.pop_back();
  }
  return !is_closed_;
}

/// Without bytes: the end.
Status ObjectSource::next_piece() {
  at_ = 0;
  if (end_ - begin_ <= kSmall) {
    piece_.clear();
    if (begun_ || begin_ == end_) return ok();
    begun_ = true;
    ARKIVE_ASSIGN(piece_, store_->get(key_, begin_, end_ - begin_, Deadline::never()));
    return ok();
  }
  if (!begun_) {
    begun_ = true;
    reading_ = std::async(std::launch::async, [this] {
      Status status = read_ahead();
      const std::lock_guard lock(mutex_);
      end_status_ = std::move(status);
      has_ended_ = true;
      changed_.notify_all();
    });
  }
  std::unique_lock lock(mutex_);
  piece_.clear();
  if (piece_.capacity() >= kPiece) free_.push_back(std::move(piece_));
  changed_.wait(lock, [this] { return has_ended_ || !ahead_.empty(); });
  if (ahead_.empty()) {
    piece_.clear();
    return end_status_;
  }
  piece_ = std::move(ahead_.front());
  ahead_.pop_front();
  changed_.notify_all();
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

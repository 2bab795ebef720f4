#include "stores/object_bytes.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace arkive {
namespace {

constexpr std::size_t kMostAhead = 2 << 20;
constexpr std::uint64_t kSmall = 1 << 20;  // costs less than a thread for it
constexpr std::uint64_t kStepBack = 8 << 20;

}  // namespace

ObjectBytes::ObjectBytes(const Store& store, std::string key, std::uint64_t size, Deadline deadline)
    : store_(&store), key_(std::move(key)), size_(size), deadline_(deadline) {}

/// Is it what who walks over the object reads, and is there enough of it?
bool ObjectBytes::is_next(std::uint64_t offset, std::size_t size) const {
  const bool is_inside = size > 0 && offset <= size_ && size <= size_ - offset;
  return is_inside && offset >= last_from_ && offset <= last_to_ && (ahead_ || size_ - offset > kSmall);
}

/// A frame that was cut off is read once more, and then it goes on.
bool ObjectBytes::goes_back_a_little(std::uint64_t offset) const {
  return ahead_ && offset < last_from_ && last_from_ - offset <= kStepBack;
}

Result<Bytes> ObjectBytes::read(std::uint64_t offset, std::size_t size) {
  if (store_->is_remote() && is_next(offset, size)) return read_on(offset, size);
  if (!goes_back_a_little(offset)) return read_here(offset, size);
  ARKIVE_ASSIGN(aside_, store_->get(key_, offset, size, deadline_));
  return Bytes(aside_);
}

Result<Bytes> ObjectBytes::read_here(std::uint64_t offset, std::size_t size) {
  ahead_.reset();
  ARKIVE_ASSIGN(window_, store_->get(key_, offset, size, deadline_));
  at_ = 0;
  last_from_ = offset;
  last_to_ = offset + window_.size();
  return Bytes(window_);
}

Result<Bytes> ObjectBytes::read_on(std::uint64_t offset, std::size_t size) {
  at_ += static_cast<std::size_t>(offset - last_from_);
  last_from_ = offset;
  last_to_ = offset;
  const bool is_there = window_.size() - at_ >= size;
  if (!is_there && !ahead_ && !begin_ahead()) return read_here(offset, size);
  const Status filled = is_there ? ok() : fill_window(size);
  last_to_ = offset + std::min(size, window_.size() - at_);
  if (filled) return Bytes(window_).substr(at_, size);
  ahead_.reset();
  // Damage behind these bytes may have come in their way: a stream of sealed chunks gives many at once.
  if (filled.error().outcome == Outcome::kCorrupt) return read_here(offset, size);
  return fail(filled.error());
}

/// false: there is no thread to be had, or nothing left to read.
bool ObjectBytes::begin_ahead() {
  const ReadAhead::Bounds rest{last_from_ + window_.size() - at_, size_};
  if (rest.begin == rest.end) return false;
  try {
    ahead_ = std::make_unique<ReadAhead>(*store_, key_, rest, kMostAhead, deadline_);
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

/// From last_from_ on, which is at its begin then.
Status ObjectBytes::fill_window(std::size_t size) {
  window_.erase(0, std::exchange(at_, 0));
  window_.reserve(size + ReadAhead::kPiece);
  while (window_.size() < size) {
    ARKIVE_TRY(ahead_->next(piece_));
    if (piece_.empty()) return fail(Outcome::kCorrupt, "read '" + printable(key_) + "': it ends too early");
    window_ += piece_;
  }
  return ok();
}

Result<std::string> ObjectBytes::take(std::uint64_t offset, std::size_t size) {
  if (!store_->is_remote()) return store_->get(key_, offset, size, deadline_);
  ARKIVE_ASSIGN(const Bytes bytes, read(offset, size));
  return std::string(bytes);
}

}  // namespace arkive

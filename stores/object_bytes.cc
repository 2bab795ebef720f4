#include "stores/object_bytes.h"

namespace arkive {
namespace {

constexpr std::size_t kMostAhead = 2 << 20;
constexpr std::uint64_t kSmall = 1 << 20;  // costs less than a thread for it

}  // namespace

ObjectBytes::ObjectBytes(const Store& store, std::string key, std::uint64_t size, Deadline deadline)
    : store_(&store), key_(std::move(key)), size_(size), deadline_(deadline) {}

/// Is it what who walks over the object reads, and is there enough of it?
bool ObjectBytes::is_next(std::uint64_t offset, std::size_t size) const {
  const bool is_inside = size > 0 && offset <= size_ && size <= size_ - offset;
  return is_inside && offset >= last_from_ && offset <= last_to_ && (ahead_ || size_ - offset > kSmall);
}

Result<Bytes> ObjectBytes::read(std::uint64_t offset, std::size_t size) {
  if (store_->is_remote() && is_next(offset, size)) return read_on(offset, size);
  ahead_.reset();
  ARKIVE_ASSIGN(window_, store_->get(key_, offset, size, deadline_));
  last_from_ = offset;
  last_to_ = offset + window_.size();
  return Bytes(window_);
}

Result<Bytes> ObjectBytes::read_on(std::uint64_t offset, std::size_t size) {
  window_.erase(0, static_cast<std::size_t>(offset - last_from_));
  last_from_ = offset;
  last_to_ = offset + size;
  if (!ahead_) {
    const ReadAhead::Bounds rest{offset + window_.size(), size_};
    ahead_ = std::make_unique<ReadAhead>(*store_, key_, rest, kMostAhead, deadline_);
  }
  while (window_.size() < size) {
    Status next = ahead_->next(piece_);
    if (next && piece_.empty()) {
      next = fail(Outcome::kCorrupt,
                  "read '" + printable(key_) + "' of '" + printable(store_->name()) + "': it ends too early");
    }
    if (!next) {
      ahead_.reset();
      last_to_ = last_from_;
      return fail(std::move(next.error()));
    }
    window_ += piece_;
  }
  return Bytes(window_).substr(0, size);
}

Result<std::string> ObjectBytes::take(std::uint64_t offset, std::size_t size) {
  if (!store_->is_remote()) return store_->get(key_, offset, size, deadline_);
  ARKIVE_ASSIGN(const Bytes bytes, read(offset, size));
  return std::string(bytes);
}

}  // namespace arkive

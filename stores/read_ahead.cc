#include "stores/read_ahead.h"

#include <algorithm>

namespace arkive {

ReadAhead::ReadAhead(const Store& store, std::string key, Bounds bounds, std::size_t most_ahead,
                     Deadline deadline)
    : most_pieces_(std::max<std::size_t>(most_ahead / kPiece, 1)) {
  reading_ = std::async(std::launch::async, [this, &store, key = std::move(key), bounds, deadline] {
    Status status = ok();
    std::exception_ptr thrown;
    try {
      status = read(store, key, bounds, deadline);
    } catch (...) {
      thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    end_status_ = std::move(status);
    thrown_ = thrown;
    has_ended_ = true;
    changed_.notify_all();
  });
}

ReadAhead::~ReadAhead() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  changed_.notify_all();
}  // and reading_ waits for its thread

// On the thread of its own, as the three that follow.
Status ReadAhead::read(const Store& store, const std::string& key, Bounds bounds, Deadline deadline) {
  Status status = store.stream(
      key, bounds.begin, bounds.end - bounds.begin, [this](Bytes bytes) { return take(bytes); }, deadline);
  if (!filling_.empty()) hand_over();
  return status;
}

Status ReadAhead::take(Bytes bytes) {
  if (is_closed()) return fail(Outcome::kInterrupted, "read ahead: nobody reads on");
  while (!bytes.empty()) {
    if (filling_.capacity() < kPiece) filling_.reserve(kPiece);
    const std::size_t count = std::min(bytes.size(), kPiece - filling_.size());
    filling_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    if (filling_.size() == kPiece && !hand_over())
      return fail(Outcome::kInterrupted, "read ahead: nobody reads on");
  }
  return ok();
}

bool ReadAhead::is_closed() {
  const std::lock_guard lock(mutex_);
  return is_closed_;
}

/// false: nobody reads any more.
bool ReadAhead::hand_over() {
  std::unique_lock lock(mutex_);
  ahead_.push_back(std::move(filling_));
  changed_.notify_one();
  changed_.wait(lock, [this] { return is_closed_ || ahead_.size() < most_pieces_; });
  filling_.clear();
  if (!free_.empty()) {
    filling_ = std::move(free_.back());
    free_.pop_back();
  }
  return !is_closed_;
}

Status ReadAhead::next(std::string& piece) {
  std::unique_lock lock(mutex_);
  piece.clear();
  if (piece.capacity() >= kPiece) free_.push_back(std::move(piece));
  changed_.wait(lock, [this] { return has_ended_ || !ahead_.empty(); });
  if (ahead_.empty()) {
    piece.clear();
    if (thrown_) std::rethrow_exception(thrown_);
    return end_status_;
  }
  piece = std::move(ahead_.front());
  ahead_.pop_front();
  changed_.notify_all();
  return ok();
}

}  // namespace arkive

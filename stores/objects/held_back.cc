#include "stores/objects/held_back.h"

namespace arkive::objects {

namespace {

constexpr std::size_t kMostHeld = 8 << 20;

}  // namespace

Status HeldBackObject::begin() {
  if (writer_) return ok();
  ARKIVE_ASSIGN(writer_, store_->begin(key_, Deadline::never()));
  ARKIVE_TRY(writer_->write(held_));
  held_ = std::string();
  return ok();
}

Status HeldBackObject::write(Bytes data) {
  if (!writer_ && held_.size() + data.size() <= kMostHeld) {
    held_ += data;
    return ok();
  }
  ARKIVE_TRY(begin());
  return writer_->write(data);
}

Status HeldBackObject::finish() {
  ARKIVE_TRY(begin());
  return writer_->finish();
}

}  // namespace arkive::objects

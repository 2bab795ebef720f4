#include "zk/jute/multi_read.h"

namespace arkive::zk::jute {
namespace {

constexpr std::int32_t kFailedOperation = -1;

}  // namespace

void write_multi_read_header(Writer& to, Operation operation) {
  to.int32(static_cast<std::int32_t>(operation));
  to.boolean(false);
  to.int32(-1);
}

void write_multi_read_end(Writer& to) {
  to.int32(-1);
  to.boolean(true);
  to.int32(-1);
}

bool MultiReadResults::next_header(Operation expected, std::int32_t& error) {
  const std::int32_t type = from_.int32();
  const bool done = from_.boolean();
  error = from_.int32();
  if (!from_.ok() || done) return false;
  if (type == kFailedOperation) {
    error = from_.int32();
    return from_.ok() && error != kOk;
  }
  return error == kOk && type == static_cast<std::int32_t>(expected);
}

std::optional<std::int32_t> MultiReadResults::next_data(Data& data) {
  std::int32_t error = kOk;
  if (!next_header(Operation::kGetData, error)) return std::nullopt;
  if (error == kOk) data = read_data(from_);
  return from_.ok() ? std::optional(error) : std::nullopt;
}

std::optional<std::int32_t> MultiReadResults::next_names(std::vector<Bytes>& names) {
  std::int32_t error = kOk;
  if (!next_header(Operation::kGetChildren, error)) return std::nullopt;
  if (error == kOk) read_names(from_, names);
  return from_.ok() ? std::optional(error) : std::nullopt;
}

bool MultiReadResults::at_end() {
  from_.int32();
  const bool done = from_.boolean();
  from_.int32();
  return from_.ok() && done && from_.left().empty();
}

}  // namespace arkive::zk::jute

/// Uploads of objects of any size, in parts that are sent side by side.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "stores/s3/connection.h"
#include "stores/store.h"

namespace arkive::s3 {

/// How long a changing request may be valid, asked for right before it is sent; nothing: without a bound.
using AskValidity = std::function<Result<std::optional<Validity>>()>;

/// The parts of all uploads of a store that are on their way, and the buffers they leave. Any thread.
class PartsUnderWay {
 public:
  explicit PartsUnderWay(std::size_t most) : most_(most) {}
  /// Waits until one more may be on its way.
  void begin();
  /// It is there, or has failed; `buffer` is free again.
  void end(std::string buffer);
  /// An empty buffer, of a part that was sent where there is one.
  std::string take_buffer();

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
  std::vector<std::string> free_;
};

/// Memory: one part of each upload, and those on their way. An object of less than a part is one request.
std::unique_ptr<ObjectWriter> begin_upload(std::shared_ptr<const Connection> connection,
                                           std::shared_ptr<PartsUnderWay> parts, std::string key,
                                           AskValidity ask_validity, Deadline deadline);

/// Removes the uploads of this store that were begun more than `age` ago and neither finished nor given up;
/// how many.
Result<std::size_t> remove_unfinished_uploads(const Connection& connection, std::chrono::milliseconds age,
                                              Deadline deadline);

}  // namespace arkive::s3

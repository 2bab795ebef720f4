/// An object, or a part of one, as a stream.
#pragma once

#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <string>

#include "stores/layout/zstd_stream.h"
#include "stores/store.h"

namespace arkive::objects {

using SharedStore = std::shared_ptr<Store>;

/// Reads [begin, end) of an object piece by piece, the next two on threads of their own while one is used:
/// memory is three pieces of 8 MiB. An object that is not there is kCorrupt: a manifest names it.
class ObjectSource final : public layout::ByteSource {
 public:
  ObjectSource(SharedStore store, std::string key, std::uint64_t begin, std::uint64_t end);
  /// All of it.
  static Result<std::unique_ptr<ObjectSource>> open(SharedStore store, std::string key);
  ~ObjectSource() override;
  Result<std::size_t> read(char* to, std::size_t most) override;

 private:
  void fetch_ahead();

  const SharedStore store_;
  const std::string key_;
  std::uint64_t next_;  ///< not yet asked for
  const std::uint64_t end_;
  std::string piece_;
  std::size_t at_ = 0;
  std::deque<std::future<Result<std::string>>> coming_;
};

/// Bytes in memory, which it borrows.
class MemorySource final : public layout::ByteSource {
 public:
  explicit MemorySource(Bytes bytes) : rest_(bytes) {}
  Result<std::size_t> read(char* to, std::size_t most) override {
    const std::size_t count = rest_.copy(to, most);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  Bytes rest_;
};

/// kNotFound becomes kCorrupt: `error` is about an object that a manifest names.
Error as_damage(Error error);

}  // namespace arkive::objects

/// An object, or a part of one, as a stream.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "stores/layout/zstd_stream.h"
#include "stores/read_ahead.h"
#include "stores/store.h"

namespace arkive::objects {

using SharedStore = std::shared_ptr<Store>;

/// Reads [begin, end) of an object. What has more than a mebibyte is read on a thread of its own, up to 8 MiB
/// ahead, which is all the memory it takes. An object that is not there is kCorrupt: a manifest names it.
class ObjectSource final : public layout::ByteSource {
 public:
  ObjectSource(SharedStore store, std::string key, std::uint64_t begin, std::uint64_t end);
  /// All of it.
  static Result<std::unique_ptr<ObjectSource>> open(SharedStore store, std::string key);
  Result<std::size_t> read(char* to, std::size_t most) override;

 private:
  Status next_piece();

  const SharedStore store_;
  const std::string key_;
  const std::uint64_t begin_;
  const std::uint64_t end_;
  bool begun_ = false;
  std::string piece_;  ///< being read
  std::size_t at_ = 0;
  std::optional<ReadAhead> ahead_;
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

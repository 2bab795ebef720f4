/// ObjectBytes: any bytes of an object, wherever one looks; of a server those that follow are read ahead.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "stores/read_ahead.h"
#include "stores/store.h"

namespace arkive {

/// Not thread-safe. Borrows the store. Reads that follow each other, as those of who walks over the object
/// do, may overlap: the next begins no further back than the last one did. One that goes back a little leaves
/// what was read ahead alone. Of a remote store it takes as much memory as the largest read, and 3 MiB.
class ObjectBytes {
 public:
  /// `size`: that of the object.
  ObjectBytes(const Store& store, std::string key, std::uint64_t size, Deadline deadline);

  /// As Store::get() of at least one byte; valid until the next call.
  Result<Bytes> read(std::uint64_t offset, std::size_t size);
  /// As read(); the bytes are the caller's.
  Result<std::string> take(std::uint64_t offset, std::size_t size);

  const std::string& key() const { return key_; }

 private:
  bool is_next(std::uint64_t offset, std::size_t size) const;
  bool goes_back_a_little(std::uint64_t offset) const;
  Result<Bytes> read_here(std::uint64_t offset, std::size_t size);
  Result<Bytes> read_on(std::uint64_t offset, std::size_t size);
  bool begin_ahead();
  Status fill_window(std::size_t size);

  const Store* store_;
  std::string key_;
  std::uint64_t size_;
  Deadline deadline_;
  std::uint64_t last_from_ = 0;  ///< where the last read began and ended
  std::uint64_t last_to_ = 0;
  std::unique_ptr<ReadAhead> ahead_;
  std::string window_;  ///< what was read last, and with ahead_ what came after it
  std::size_t at_ = 0;  ///< where in it last_from_ is
  std::string piece_;
  std::string aside_;  ///< what was read further back
};

}  // namespace arkive

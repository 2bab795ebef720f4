/// ReadAhead: the bytes of an object, one after the other, which come while those before are worked on.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "stores/store.h"

namespace arkive {

/// Reads bytes [begin, end) of an object, at least one, on a thread of its own. One reader at a time. Borrows
/// the store. Destroyed before the end, it waits until the next bytes come, or do not come after all tries.
class ReadAhead {
 public:
  static constexpr std::size_t kPiece = 256 << 10;  ///< bytes

  struct Bounds {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  /// `most_ahead`: bytes, which with two pieces are all the memory it takes. Where no thread can be made, it
  /// throws as std::async() does.
  ReadAhead(const Store& store, std::string key, Bounds bounds, std::size_t most_ahead, Deadline deadline);
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// The bytes that come next, in place of what `piece` held, whose memory is used again; none: the end.
  /// Errors: those of Store::stream(), when all bytes before were given.
  Status next(std::string& piece);

 private:
  Status read(const Store& store, const std::string& key, Bounds bounds, Deadline deadline);
  Status take(Bytes bytes);
  bool hand_over();
  bool is_closed();

  const std::size_t most_pieces_;
  std::mutex mutex_;  ///< of what follows
  std::condition_variable changed_;
  std::deque<std::string> ahead_;
  std::vector<std::string> free_;  ///< pieces that were read
  bool is_closed_ = false;         ///< nobody reads any more
  bool has_ended_ = false;
  Status end_status_ = ok();
  std::exception_ptr thrown_;  ///< on the reading thread
  std::string filling_;        ///< of the reading thread alone
  std::future<void> reading_;
};

}  // namespace arkive

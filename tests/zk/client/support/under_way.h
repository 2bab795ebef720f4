/// UnderWay: how many bytes of answers clients had under way at once, from the frames that pass by.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "stores/core/bytes.h"

namespace arkive::zk::test {

/// Not thread-safe. The size of an answer is only known when it comes, so the sum is made at the end.
class UnderWay {
 public:
  /// One connection. A request counts from when its head passes, until its answer has passed as a whole.
  class Line {
   public:
    explicit Line(UnderWay& all) : all_(&all) {}
    void from_client(Bytes bytes) { all_->take(bytes, to_server_, *this, true); }
    void from_server(Bytes bytes) { all_->take(bytes, to_client_, *this, false); }

   private:
    friend class UnderWay;
    struct Stream {
      std::string head;  // less than a whole one
      std::uint64_t body_left = 0;
      bool greeted = false;  // the first frame of either side has no xid
    };
    UnderWay* all_;
    Stream to_server_, to_client_;
    std::map<std::int32_t, std::size_t> open_;  // xid -> request
    std::size_t answered_ = SIZE_MAX;           // whose answer is passing
  };

  std::uint64_t most() const {
    std::uint64_t now = 0;
    std::uint64_t most = 0;
    for (const auto& [request, asked] : events_) {
      now = asked ? now + sizes_[request] : now - sizes_[request];
      most = std::max(most, now);
    }
    return most;
  }

 private:
  void take(Bytes bytes, Line::Stream& stream, Line& line, bool asks) {
    constexpr std::size_t kLength = 4;
    constexpr std::size_t kHead = kLength + 4;  // and xid
    while (!bytes.empty()) {
      if (stream.body_left > 0) {
        const std::size_t some = std::min<std::uint64_t>(stream.body_left, bytes.size());
        bytes.remove_prefix(some);
        stream.body_left -= some;
        if (stream.body_left == 0 && !asks && line.answered_ != SIZE_MAX) {
          events_.emplace_back(std::exchange(line.answered_, SIZE_MAX), false);
        }
        continue;
      }
      const std::size_t some = std::min(kHead - stream.head.size(), bytes.size());
      stream.head.append(bytes.substr(0, some));
      bytes.remove_prefix(some);
      if (stream.head.size() < kHead) return;
      const auto length = static_cast<std::uint64_t>(load_big_endian<std::int32_t>(stream.head.data()));
      const auto xid = load_big_endian<std::int32_t>(stream.head.data() + kLength);
      stream.head.clear();
      stream.body_left = length - (kHead - kLength);
      if (!std::exchange(stream.greeted, true) || xid < 0) continue;
      if (asks) {
        line.open_[xid] = sizes_.size();
        events_.emplace_back(sizes_.size(), true);
        sizes_.push_back(0);  // 0 for good when its answer never comes
      } else if (const auto found = line.open_.find(xid); found != line.open_.end()) {
        line.answered_ = found->second;
        sizes_[found->second] = kLength + length;
        line.open_.erase(found);
      }
    }
  }

  std::vector<std::pair<std::size_t, bool>> events_;  // request, asked or answered; in order
  std::vector<std::uint64_t> sizes_;                  // by request
};

}  // namespace arkive::zk::test

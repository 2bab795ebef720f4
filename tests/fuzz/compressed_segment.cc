// A .log.zst of a store that nobody can trust: what is read of it is of the size that was asked for, or an
// error.
#include <algorithm>

#include "kafka/archive/segment_bytes.h"
#include "tests/fuzz/require.h"

using arkive::Bytes;
using arkive::Deadline;
using arkive::fail;
using arkive::ok;
using arkive::Outcome;
using arkive::Result;
using arkive::Status;
using arkive::test::require;
using namespace arkive::kafka;

namespace {

/// A store with one object, whatever its key.
class OneObject final : public arkive::Store {
 public:
  explicit OneObject(Bytes bytes) : bytes_(bytes) {}
  std::string name() const override { return "one object"; }
  Status put(std::string_view, Bytes, arkive::PutMode, Deadline) override { return no(); }
  Result<std::unique_ptr<arkive::ObjectWriter>> begin(std::string_view, Deadline) override { return no(); }
  Status settle(Deadline) override { return ok(); }
  Result<std::unique_ptr<arkive::StoreLock>> lock(std::string_view, Deadline) override { return no(); }
  Result<std::string> get(std::string_view, std::uint64_t offset, std::uint64_t size,
                          Deadline) const override {
    require(offset <= bytes_.size() && size <= bytes_.size() - offset,
            "nothing beyond the object is asked for");
    return std::string(bytes_.substr(static_cast<std::size_t>(offset),
                                     size == 0 ? Bytes::npos : static_cast<std::size_t>(size)));
  }
  Result<Object> head(std::string_view key, Deadline) const override {
    return Object{std::string(key), bytes_.size()};
  }
  Status list(std::string_view, const std::function<Status(const Object&)>&, Deadline) const override {
    return ok();
  }
  Status remove(std::string_view, Deadline) override { return no(); }

 private:
  static tl::unexpected<arkive::Error> no() { return fail(Outcome::kFail, "it is read only"); }
  Bytes bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kHead = 4;
  if (size <= kHead) return 0;
  ArchivedSegment facts;
  for (std::size_t i = kHead; i-- > 0;) facts.bytes = facts.bytes << 8 | data[i];
  facts.zstd_bytes = size - kHead;
  const OneObject store(Bytes(reinterpret_cast<const char*>(data) + kHead, size - kHead));
  auto segment = SegmentBytes::open(store, "a.log.zst", facts, Deadline::never());
  if (!segment) {
    require(segment.error().outcome == Outcome::kCorrupt, "what cannot be opened is damaged");
    return 0;
  }
  constexpr std::uint64_t kStep = 1000;
  for (std::uint64_t at = 0; at < std::min<std::uint64_t>(facts.bytes, 64 * kStep); at += kStep / 2) {
    const auto wanted = static_cast<std::size_t>(std::min(kStep, facts.bytes - at));
    const auto bytes = segment->read(at, wanted);
    require(bytes || bytes.error().outcome == Outcome::kCorrupt, "what cannot be read is damaged");
    require(!bytes || (!bytes->empty() && bytes->size() <= wanted), "no more than was asked for");
    if (bytes && bytes->size() < wanted) {
      require(!segment->read(at + bytes->size(), 1), "fewer bytes come before damage only");
    }
  }
  require(!segment->read(facts.bytes, 1), "nothing stands behind the end");
  return 0;
}

// A length that is damaged says that hundreds of megabytes belong to one batch: verify does not hold them.
#include <atomic>

#include "kafka/archive/verify.h"
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::HasSubstr;

/// A store that notes how much was asked for at once.
class Measured final : public Store {
 public:
  explicit Measured(const Store& store) : store_(&store) {}
  std::uint64_t most() const { return most_; }

  std::string name() const override { return store_->name(); }
  Status put(std::string_view, Bytes, PutMode, Deadline) override { return read_only(); }
  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view, Deadline) override { return read_only(); }
  Status settle(Deadline) override { return read_only(); }
  Result<std::unique_ptr<StoreLock>> lock(std::string_view, Deadline) override { return read_only(); }
  Status remove(std::string_view, Deadline) override { return read_only(); }
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override {
    if (size > most_) most_ = size;
    return store_->get(key, offset, size, deadline);
  }
  Result<Object> head(std::string_view key, Deadline deadline) const override {
    return store_->head(key, deadline);
  }
  Status list(std::string_view prefix, const std::function<Status(const Object&)>& each,
              Deadline deadline) const override {
    return store_->list(prefix, each, deadline);
  }

 private:
  static tl::unexpected<Error> read_only() { return fail(Outcome::kFail, "write: it is only read"); }
  const Store* store_;
  mutable std::atomic<std::uint64_t> most_ = 0;
};

class LargeLength : public ScriptedArchive, public testing::WithParamInterface<bool> {
 protected:
  LargeLength() {
    request_.compress = GetParam();
    cluster_.make("orders");
    cluster_.most_answer = 4 << 20;
    for (int batch = 0; batch < 45; ++batch) cluster_.at("orders").append(1, {}, 900'000);
  }
};

TEST_P(LargeLength, ADamagedOneIsNamedWithoutReadingSoMuchAtOnce) {
  const ArchiveReport first = run_whole();
  const ArchivedTopic topic = topic_of(*store_, first.manifest, "orders");
  const ArchivedSegment& segment = topic.partitions.at(0).segments.at(0);
  ASSERT_GT(segment.bytes, std::uint64_t{40'000'000}) << "all of it is in one segment";
  VerifyOptions options;
  options.workers = 1;
  const Measured sound(*store_);
  EXPECT_TRUE(value_of(verify_archive(sound, "main", "", options)).findings.empty());
  EXPECT_LE(sound.most(), std::uint64_t{8} << 20);
  if (GetParam()) return;  // a frame of zstd is checked as a whole before its batches are looked at

  const std::string path = scratch("store/") + log_key("main", topic, 0, segment);
  std::string bytes = bytes_of(path);
  bytes.at(8) = 1;  // 16 MiB more than it has
  write(path, bytes);
  const Measured damaged(*store_);
  const VerifyReport report = value_of(verify_archive(damaged, "main", "", options));
  EXPECT_LE(damaged.most(), std::uint64_t{8} << 20);
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_THAT(report.findings[0].what + report.findings[1].what, HasSubstr("SHA-256"));
  EXPECT_THAT(report.findings[0].what + report.findings[1].what,
              HasSubstr("segment byte 0: check log entry with offset 0"));
}

INSTANTIATE_TEST_SUITE_P(Form, LargeLength, testing::Bool(), [](const testing::TestParamInfo<bool>& form) {
  return form.param ? "Compressed" : "AsKafkaWroteIt";
});

}  // namespace
}  // namespace arkive::kafka::test

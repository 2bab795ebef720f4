#include "kafka/rdkafka/librdkafka_log_target.h"

#include <atomic>

#include "kafka/rdkafka/log_appender_internal.h"
#include "kafka/rdkafka/queries_internal.h"

namespace arkive::kafka {
namespace rdkafka {
namespace {

class LibrdkafkaLogTarget final : public LogTarget {
 public:
  LibrdkafkaLogTarget(Settings settings, std::unique_ptr<Client> client)
      : settings_(std::move(settings)), client_(std::move(client)) {}

  std::string_view name() const override { return "librdkafka"; }
  bool exact() const override { return false; }

  Result<ProducerIdentity> new_producer(Deadline) override {
    return ProducerIdentity{producers_.fetch_add(1), 0};
  }
  Result<std::unique_ptr<LogAppender>> open_appender(std::int32_t, Deadline) override {
    return open_log_appender(settings_);
  }
  Result<std::vector<ItemAnswer>> commit(const std::string& group, std::span<const CommittedOffset> offsets,
                                         Deadline deadline) override {
    return commit_offsets(*client_, group, offsets, deadline);
  }

 private:
  const Settings settings_;
  const std::unique_ptr<Client> client_;
  std::atomic<std::int64_t> producers_{0};
};

}  // namespace
}  // namespace rdkafka

Result<std::unique_ptr<LogTarget>> open_librdkafka_log_target(const std::string& bootstrap,
                                                              const ClientProperties& properties,
                                                              Deadline deadline) {
  using namespace rdkafka;
  ARKIVE_ASSIGN(const Settings settings, settings_of(bootstrap, properties));
  ARKIVE_ASSIGN(auto client, Client::create(settings));
  if (auto reached = ask_metadata(*client, Topics::kNone, deadline); !reached) {
    return fail(std::move(reached.error()).within("reach Kafka by librdkafka"));
  }
  return std::unique_ptr<LogTarget>(std::make_unique<LibrdkafkaLogTarget>(settings, std::move(client)));
}

}  // namespace arkive::kafka

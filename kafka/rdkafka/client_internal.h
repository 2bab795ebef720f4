/// Client: one librdkafka handle, what its threads report, and how its calls are waited for.
#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "kafka/rdkafka/settings.h"
#include "stores/core/deadline.h"
#include "stores/core/handle.h"
#include "stores/core/interrupt.h"
#include "stores/core/result.h"
#include "stores/core/retry.h"

namespace arkive::kafka::rdkafka {

using RawClient = Handle<rd_kafka_t, rd_kafka_destroy>;
using Configuration = Handle<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using Topic = Handle<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using Queue = Handle<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using Event = Handle<rd_kafka_event_t, rd_kafka_event_destroy>;
using PartitionList = Handle<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using AdminOptions = Handle<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

/// How long the trouble of one topic, partition or group is waited for, within the deadline; of one that
/// brokers do not know, which may just have been made, less.
inline constexpr std::chrono::seconds kPatience{30};
inline constexpr std::chrono::seconds kUnknownPatience{2};

/// "UNKNOWN_TOPIC_OR_PART: Unknown topic or partition".
std::string error_text(rd_kafka_resp_err_t error);
/// kRetry for what passes; kDenied, kCorrupt, kFail.
Outcome outcome_of(rd_kafka_resp_err_t error);
/// Brokers do not know the topic or the partition (yet, or any more).
bool is_unknown(rd_kafka_resp_err_t error);

/// Any thread.
class Client {
 public:
  /// A consumer. kUsage when librdkafka does not take the settings.
  static Result<std::unique_ptr<Client>> create(const Settings& settings) {
    return make(RD_KAFKA_CONSUMER, settings, nullptr);
  }
  /// `on_delivery` is called by the thread that serves or polls.
  using OnDelivery = void (*)(rd_kafka_t*, const rd_kafka_message_t*, void*);
  static Result<std::unique_ptr<Client>> create_producer(const Settings& settings, OnDelivery on_delivery) {
    return make(RD_KAFKA_PRODUCER, settings, on_delivery);
  }

  rd_kafka_t* get() const { return raw_.get(); }

  /// Takes in what librdkafka's threads have reported.
  void serve() const { rd_kafka_poll(raw_.get(), 0); }
  /// kDenied with librdkafka's own words, when a broker refused us or showed a bad certificate since a call
  /// last succeeded.
  std::optional<Error> refusal() const;
  /// Serves; then the error of a call that failed with `error`: the refusal, if there was one.
  Error failed(std::string_view operation, rd_kafka_resp_err_t error) const;
  void succeeded() const;
  /// Pauses that brokers asked a producer for and that were served since the last call.
  std::chrono::milliseconds take_throttled() const {
    return std::chrono::milliseconds(throttled_.exchange(0));
  }

  /// Calls `ask(milliseconds)`, which gives a rd_kafka_resp_err_t, until it succeeds, fails for good, or the
  /// deadline passes. kInterrupted in between.
  template <class Ask>
  Status patiently(const char* operation, Deadline deadline, Ask ask) const;

  /// Waits for an event of `queue`. kRetry at the deadline, kDenied, kInterrupted.
  Result<Event> wait_for_event(const char* operation, rd_kafka_queue_t* queue, Deadline deadline) const;

 private:
  Client() = default;
  static Result<std::unique_ptr<Client>> make(rd_kafka_type_t type, const Settings& settings,
                                              OnDelivery on_delivery);
  static void on_error(rd_kafka_t*, int error, const char* reason, void* self);
  static void on_throttle(rd_kafka_t*, const char* broker, std::int32_t id, int milliseconds, void* self);
  static void on_log(const rd_kafka_t*, int level, const char* facility, const char* text);

  mutable std::mutex mutex_;  // guards the next two
  mutable std::string refused_;
  mutable std::string last_words_;
  mutable std::atomic<int> throttled_{0};  // milliseconds
  RawClient raw_;
};

template <class Ask>
Status Client::patiently(const char* operation, Deadline deadline, Ask ask) const {
  constexpr std::chrono::milliseconds kLongest{30'000};
  // Short ones first: what went wrong meanwhile is known only in between.
  std::chrono::milliseconds slice{500};
  while (true) {
    ARKIVE_TRY(check_interrupt(operation));
    const rd_kafka_resp_err_t error = ask(std::min(slice, deadline.remaining()));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      succeeded();
      return ok();
    }
    Error told = failed(operation, error);
    if (told.outcome != Outcome::kRetry || deadline.passed()) return fail(std::move(told));
    if (error != RD_KAFKA_RESP_ERR__TIMED_OUT) (void)pause_for(std::chrono::milliseconds(100), deadline);
    slice = std::min(slice * 2, kLongest);
  }
}

}  // namespace arkive::kafka::rdkafka

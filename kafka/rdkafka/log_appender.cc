#include "kafka/rdkafka/log_appender_internal.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <vector>

#include "kafka/log/records.h"
#include "kafka/rdkafka/queries_internal.h"
#include "stores/core/bytes.h"

namespace arkive::kafka::rdkafka {
namespace {

using State = AppendGot::State;
using TopicConfiguration = Handle<rd_kafka_topic_conf_t, rd_kafka_topic_conf_destroy>;
using CallError = Handle<rd_kafka_error_t, rd_kafka_error_destroy>;
using RawHeaders = Handle<rd_kafka_headers_t, rd_kafka_headers_destroy>;

constexpr const char* kOperation = "append by librdkafka";

struct Wanted;

/// One record on its way.
struct Slot {
  Wanted* wanted = nullptr;
  std::int32_t index = 0;
};

/// One batch on its way.
struct Wanted {
  AppendGot got;
  std::vector<Slot> slots;
  std::size_t left = 0;  ///< records that were handed over and are not answered
  bool apart = false;

  void refuse(State state, std::string error) {
    if (got.state != State::kAppended) return;  // the first trouble is told
    got.state = state;
    got.error = std::move(error);
  }
};

State state_of(rd_kafka_resp_err_t error, bool perhaps_appended) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return State::kAppended;
    case RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER:
      return State::kDuplicate;
    case RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER:
      return State::kOutOfOrder;
    case RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID:
      return State::kUnknownProducer;
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR__FENCED:
      return State::kFenced;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
      return State::kTooLarge;
    default:
      break;
  }
  if (is_unknown(error)) return State::kGone;
  const Outcome outcome = outcome_of(error);
  if (outcome == Outcome::kDenied) return State::kDenied;
  // Sent again by us, what is perhaps in the log could be there twice.
  return outcome == Outcome::kRetry && !perhaps_appended ? State::kTryAgain : State::kRefused;
}

void on_delivery(rd_kafka_t* client, const rd_kafka_message_t* message, void*) {
  const Slot& slot = *static_cast<const Slot*>(message->_private);
  Wanted& wanted = *slot.wanted;
  --wanted.left;
  rd_kafka_resp_err_t error = message->err;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (message->offset < 0) return;  // appended by an earlier try; others of the batch know where
    const std::int64_t base = message->offset - slot.index;
    wanted.apart = wanted.apart || (wanted.got.base_offset >= 0 && wanted.got.base_offset != base);
    wanted.got.base_offset = base;
    return;
  }
  std::string text = error_text(error);
  if (error == RD_KAFKA_RESP_ERR__FATAL || rd_kafka_fatal_error(client, nullptr, 0) != 0) {
    std::array<char, 512> reason{};
    if (const auto fatal = rd_kafka_fatal_error(client, reason.data(), reason.size()); fatal != 0) {
      error = fatal;
      text = error_text(error) + ": " + printable(reason.data());
    }
  }
  const bool perhaps = rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
  wanted.refuse(state_of(error, perhaps), std::move(text));
}

rd_kafka_vu_t argument(rd_kafka_vtype_t type) {
  rd_kafka_vu_t given{};
  given.vtype = type;
  return given;
}

rd_kafka_vu_t argument(rd_kafka_vtype_t type, const std::optional<Bytes>& bytes) {
  rd_kafka_vu_t given = argument(type);
  if (!bytes) return given;
  // Only what has an address is not null. It is copied, not written to.
  given.u.mem.ptr = const_cast<char*>(bytes->empty() ? "" : bytes->data());
  given.u.mem.size = bytes->size();
  return given;
}

class LibrdkafkaLogAppender final : public LogAppender {
 public:
  explicit LibrdkafkaLogAppender(std::unique_ptr<Client> client) : client_(std::move(client)) {}
  ~LibrdkafkaLogAppender() override {
    (void)rd_kafka_purge(client_->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  }

  Status send(std::span<const AppendWant> wants, Deadline deadline) override {
    // It stands among what is not answered from the first record on: they point to it.
    Request& request = requests_.emplace_back();
    for (const AppendWant& want : wants) {
      request.push_back(std::make_unique<Wanted>());
      ARKIVE_TRY(send_batch(want, *request.back(), deadline));
    }
    client_->serve();
    return ok();
  }

  Result<std::span<const AppendGot>> receive(Deadline deadline) override {
    if (requests_.empty()) return fail(Outcome::kFail, std::string(kOperation) + ": nothing was sent");
    const Request& request = requests_.front();
    const auto answered = [&] {
      return std::all_of(request.begin(), request.end(),
                         [](const auto& wanted) { return wanted->left == 0; });
    };
    while (!answered()) ARKIVE_TRY(wait(deadline));
    got_.clear();
    for (const auto& wanted : request) {
      if (wanted->got.state == State::kAppended && wanted->apart) {
        wanted->refuse(State::kRefused,
                       "its records are in the log, but not one behind another: somebody else appends there");
      }
      if (wanted->got.state == State::kAppended && wanted->got.base_offset < 0) {
        wanted->refuse(State::kDuplicate, "appended by an earlier try, and nobody knows where");
      }
      if (wanted->got.state != State::kAppended) wanted->got.base_offset = -1;
      got_.push_back(std::move(wanted->got));
    }
    requests_.pop_front();
    client_->succeeded();
    throttled_ = client_->take_throttled();
    return std::span<const AppendGot>(got_);
  }

  std::size_t unanswered() const override { return requests_.size(); }
  std::chrono::milliseconds throttled() const override { return throttled_; }

 private:
  using Request = std::vector<std::unique_ptr<Wanted>>;

  Status wait(Deadline deadline) const {
    constexpr std::chrono::milliseconds kStep{100};
    ARKIVE_TRY(check_interrupt(kOperation));
    if (rd_kafka_poll(client_->get(), static_cast<int>(std::min(kStep, deadline.remaining()).count())) > 0) {
      return ok();
    }
    if (auto refused = client_->refusal()) return fail(refused->within(kOperation));
    if (deadline.passed()) return fail(client_->failed(kOperation, RD_KAFKA_RESP_ERR__TIMED_OUT));
    return ok();
  }

  Status send_batch(const AppendWant& want, Wanted& wanted, Deadline deadline) {
    LogEntry entry;
    if (read_entry(want.batch, entry) != EntryState::kWhole || entry.bytes.size() != want.batch.size() ||
        entry.magic != 2 || entry.control) {
      wanted.refuse(State::kRefused, "not one batch of records of magic 2");
      return ok();
    }
    if (const Status sum = check_crc(entry); !sum) {
      wanted.refuse(State::kRefused, sum.error().what);
      return ok();
    }
    std::vector<Record> records;
    const Status read =
        for_each_record(reader_, entry, [&](const Record& record) { records.push_back(record); });
    if (!read) {
      wanted.refuse(State::kRefused, read.error().what);
      return ok();
    }
    // Before the first one is sent: a batch is appended whole or not at all.
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (records[i].timestamp > 0) continue;
      wanted.refuse(State::kRefused, "record " + std::to_string(i) + " of the batch has the timestamp " +
                                         std::to_string(records[i].timestamp) +
                                         ", which librdkafka cannot send");
      return ok();
    }
    ARKIVE_ASSIGN(rd_kafka_topic_t* const topic, topic_of(want.partition, entry.codec, wanted, deadline));
    if (topic == nullptr) return ok();
    wanted.slots.resize(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      wanted.slots[i] = {&wanted, static_cast<std::int32_t>(i)};
      ARKIVE_ASSIGN(const bool sent,
                    send_record(topic, want.partition.partition, records[i], wanted.slots[i], deadline));
      if (!sent) break;
    }
    return ok();
  }

  // False: refused, and that stands in what was wanted.
  Result<bool> send_record(rd_kafka_topic_t* topic, std::int32_t partition, const Record& record, Slot& slot,
                           Deadline deadline) {
    while (true) {
      RawHeaders headers;
      if (!record.headers.empty()) headers.reset(rd_kafka_headers_new(record.headers.size()));
      for (const Header& header : record.headers) {
        const Bytes value = header.value.value_or(Bytes());
        const char* const bytes = !header.value ? nullptr : (value.empty() ? "" : value.data());
        (void)rd_kafka_header_add(headers.get(), header.name.empty() ? "" : header.name.data(),
                                  static_cast<ssize_t>(header.name.size()), bytes,
                                  static_cast<ssize_t>(value.size()));
      }
      std::array<rd_kafka_vu_t, 8> given = {argument(RD_KAFKA_VTYPE_RKT),
                                            argument(RD_KAFKA_VTYPE_PARTITION),
                                            argument(RD_KAFKA_VTYPE_MSGFLAGS),
                                            argument(RD_KAFKA_VTYPE_TIMESTAMP),
                                            argument(RD_KAFKA_VTYPE_OPAQUE),
                                            argument(RD_KAFKA_VTYPE_KEY, record.key),
                                            argument(RD_KAFKA_VTYPE_VALUE, record.value),
                                            argument(RD_KAFKA_VTYPE_HEADERS)};
      given[0].u.rkt = topic;
      given[1].u.i32 = partition;
      given[2].u.i = RD_KAFKA_MSG_F_COPY;
      given[3].u.i64 = record.timestamp;
      given[4].u.ptr = &slot;
      given[7].u.headers = headers.get();
      const std::size_t count = headers ? given.size() : given.size() - 1;
      const CallError failed(rd_kafka_produceva(client_->get(), given.data(), count));
      if (!failed) {
        (void)headers.release();  // the message's by now
        ++slot.wanted->left;
        return true;
      }
      const rd_kafka_resp_err_t error = rd_kafka_error_code(failed.get());
      if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        ARKIVE_TRY(wait(deadline));
        continue;
      }
      slot.wanted->refuse(state_of(error, false),
                          error_text(error) + ": " + printable(rd_kafka_error_string(failed.get())));
      return false;
    }
  }

  // Nothing: it is not there, and that stands in what was wanted. A producer that asked for a topic that is
  // not there could make it; so it is looked for first.
  Result<rd_kafka_topic_t*> topic_of(const TopicPartition& partition, Codec codec, Wanted& wanted,
                                     Deadline deadline) {
    if (const auto found = topics_.find(partition.topic); found != topics_.end()) return found->second.get();
    TopicConfiguration configuration(rd_kafka_default_topic_conf_dup(client_->get()));
    std::array<char, 256> text{};
    (void)rd_kafka_topic_conf_set(configuration.get(), "compression.codec",
                                  std::string(codec_name(codec)).c_str(), text.data(), text.size());
    Topic topic(rd_kafka_topic_new(client_->get(), partition.topic.c_str(), configuration.get()));
    if (!topic) {
      wanted.refuse(State::kRefused, error_text(rd_kafka_last_error()));
      return nullptr;
    }
    (void)configuration.release();  // the topic's by now
    const Deadline patience = deadline.sooner(kUnknownPatience);
    while (true) {
      ARKIVE_ASSIGN(const auto error, look_for(topic.get(), partition, deadline));
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) break;
      const bool passes = outcome_of(error) == Outcome::kRetry;
      if (!passes || (is_unknown(error) ? patience.passed() : deadline.passed())) {
        wanted.refuse(state_of(error, false), error_text(error));
        return nullptr;
      }
      if (!pause_for(std::chrono::milliseconds(200), deadline)) ARKIVE_TRY(check_interrupt(kOperation));
    }
    return topics_.emplace(partition.topic, std::move(topic)).first->second.get();
  }

  Result<rd_kafka_resp_err_t> look_for(rd_kafka_topic_t* topic, const TopicPartition& partition,
                                       Deadline deadline) const {
    const rd_kafka_metadata_t* raw = nullptr;
    ARKIVE_TRY(client_->patiently("look for a topic", deadline, [&](std::chrono::milliseconds span) {
      return rd_kafka_metadata(client_->get(), 0, topic, &raw, static_cast<int>(span.count()));
    }));
    const Metadata metadata(raw);
    if (metadata->topic_cnt != 1) return RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    const rd_kafka_metadata_topic_t& found = metadata->topics[0];
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return found.err;
    return partition.partition < found.partition_cnt ? RD_KAFKA_RESP_ERR_NO_ERROR
                                                     : RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
  }

  // In the order of their ends: records point into the requests until the client is gone.
  std::deque<Request> requests_;
  std::vector<AppendGot> got_;
  std::chrono::milliseconds throttled_{0};
  RecordReader reader_;
  std::unique_ptr<Client> client_;
  std::map<std::string, Topic> topics_;
};

}  // namespace

Result<std::unique_ptr<LogAppender>> open_log_appender(const Settings& settings) {
  Settings producer = settings;
  const Settings own = {
      {"enable.idempotence", "true"},
      {"acks", "all"},
      // It never gives up by itself: what it gave up could be in the log.
      {"message.timeout.ms", "0"},
      {"message.max.bytes", "1000000000"},
      {"batch.size", "65536"},
      {"queue.buffering.max.messages", "10000000"},
      {"queue.buffering.max.kbytes", "2097151"},
      {"linger.ms", "5"},
  };
  producer.insert(producer.end(), own.begin(), own.end());
  ARKIVE_ASSIGN(auto client, Client::create_producer(producer, on_delivery));
  return std::unique_ptr<LogAppender>(std::make_unique<LibrdkafkaLogAppender>(std::move(client)));
}

}  // namespace arkive::kafka::rdkafka

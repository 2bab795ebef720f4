#include <algorithm>
#include <array>
#include <map>

#include "kafka/log/batch_encoder.h"
#include "kafka/rdkafka/log_fetcher_internal.h"
#include "kafka/rdkafka/queries_internal.h"

namespace arkive::kafka::rdkafka {
namespace {

constexpr std::chrono::seconds kSilence{30};
constexpr std::chrono::milliseconds kStep{100};
constexpr std::chrono::milliseconds kLull{500};

// One partition that is consumed.
struct Stream {
  TopicPartition name;
  rd_kafka_topic_t* topic = nullptr;
  bool wanted = false;
  /// All before it was given out, or is not to be had.
  std::int64_t next = 0;
  /// The end as librdkafka saw it, behind markers and aborted records too; -1: there is more.
  std::int64_t end = -1;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  bool full = false;     ///< no more of it in this answer
  bool skipped = false;  ///< so that some came and were thrown away: to be started anew
  BatchEncoder encoder;

  bool is_settled() const { return end >= 0 || full || error != RD_KAFKA_RESP_ERR_NO_ERROR; }
};

bool is_out_of_range(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || error == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
}

FetchGot::State state_of(rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return FetchGot::State::kRead;
  if (is_out_of_range(error)) return FetchGot::State::kOffsetOutOfRange;
  switch (outcome_of(error)) {
    case Outcome::kRetry:
      return FetchGot::State::kMoved;
    case Outcome::kDenied:
      return FetchGot::State::kDenied;
    default:
      return FetchGot::State::kFailed;
  }
}

class LibrdkafkaLogFetcher final : public LogFetcher {
 public:
  LibrdkafkaLogFetcher(std::unique_ptr<Client> client, std::shared_ptr<const Clients> clients)
      : client_(std::move(client)),
        clients_(std::move(clients)),
        queue_(rd_kafka_queue_new(client_->get())) {}
  ~LibrdkafkaLogFetcher() override {
    for (auto& [name, stream] : streams_) stop(stream);
  }

  Result<std::span<const FetchGot>> fetch(std::span<const FetchWant> wants, const FetchLimits& limits,
                                          Deadline deadline) override {
    begin(wants);
    ARKIVE_TRY(consume(limits, deadline));
    ARKIVE_TRY(collect(wants, deadline));
    return std::span<const FetchGot>(got_);
  }

 private:
  void begin(std::span<const FetchWant> wants) {
    for (auto& [name, stream] : streams_) stream.wanted = false;
    for (const FetchWant& want : wants) {
      const auto [at, is_new] = streams_.try_emplace(want.partition);
      Stream& stream = at->second;
      stream.wanted = true;
      if (!is_new && stream.next == want.offset && !stream.skipped) continue;
      if (!is_new) stop(stream);
      start(stream, want);
    }
    std::erase_if(streams_, [](const auto& entry) {
      if (!entry.second.wanted) stop(entry.second);
      return !entry.second.wanted;
    });
    for (auto& [name, stream] : streams_) {
      stream.encoder.clear();
      stream.full = false;
    }
    last_ = nullptr;
    bytes_ = 0;
    news_ = false;
  }

  void start(Stream& stream, const FetchWant& want) {
    Topic& topic = topics_[want.partition.topic];
    if (!topic) topic.reset(rd_kafka_topic_new(client_->get(), want.partition.topic.c_str(), nullptr));
    stream.name = want.partition;
    stream.topic = topic.get();
    stream.next = want.offset;
    stream.end = -1;
    stream.error = RD_KAFKA_RESP_ERR_NO_ERROR;
    stream.skipped = false;
    if (rd_kafka_consume_start_queue(stream.topic, want.partition.partition, want.offset, queue_.get()) !=
        0) {
      stream.error = rd_kafka_last_error();
    }
  }

  // What is still on its way is thrown away by librdkafka.
  static void stop(const Stream& stream) { (void)rd_kafka_consume_stop(stream.topic, stream.name.partition); }

  // Until each partition has come to its end or failed, enough is there, or nothing more comes.
  Status consume(const FetchLimits& limits, Deadline deadline) {
    most_bytes_ = static_cast<std::size_t>(std::max(limits.most_bytes, 1));
    most_bytes_of_one_ = static_cast<std::size_t>(std::max(limits.most_bytes_per_partition, 1));
    const auto begun = SteadyClock::now();
    auto last_news = begun;
    bool any = false;
    while (true) {
      ARKIVE_TRY(check_interrupt("fetch by librdkafka"));
      const auto step =
          std::max(std::min({kStep, limits.most_wait, deadline.remaining()}), std::chrono::milliseconds(1));
      rd_kafka_consume_callback_queue(queue_.get(), static_cast<int>(step.count()), on_message, this);
      client_->serve();
      const auto now = SteadyClock::now();
      if (std::exchange(news_, false)) {
        any = true;
        last_news = now;
      }
      if (bytes_ >= most_bytes_) break;
      const bool settled = is_settled();
      if (settled && (any || now - begun >= limits.most_wait)) break;
      if (any && now - last_news >= std::max(limits.most_wait, kLull)) break;
      if (any) continue;
      if (auto refused = client_->refusal()) return fail(refused->within("fetch by librdkafka"));
      if (deadline.passed() || now - begun >= kSilence) {
        return fail(client_->failed("fetch by librdkafka: nothing came", RD_KAFKA_RESP_ERR__TIMED_OUT));
      }
    }
    client_->succeeded();
    return ok();
  }

  bool is_settled() const {
    return std::all_of(streams_.begin(), streams_.end(),
                       [](const auto& entry) { return entry.second.is_settled(); });
  }

  static void on_message(rd_kafka_message_t* message, void* self) {
    auto& fetcher = *static_cast<LibrdkafkaLogFetcher*>(self);
    fetcher.take(*message);
    // What else lies there stays for the next fetch.
    if (fetcher.bytes_ >= fetcher.most_bytes_ || (fetcher.filled_ && fetcher.is_settled())) {
      rd_kafka_yield(fetcher.client_->get());
    }
    fetcher.filled_ = false;
  }

  Stream* stream_of(const rd_kafka_message_t& message) {
    if (last_ != nullptr && last_->topic == message.rkt && last_->name.partition == message.partition) {
      return last_;
    }
    if (message.rkt == nullptr) return nullptr;
    const auto found = streams_.find({rd_kafka_topic_name(message.rkt), message.partition});
    return last_ = found == streams_.end() ? nullptr : &found->second;
  }

  void take(const rd_kafka_message_t& message) {
    Stream* const stream = stream_of(message);
    if (stream == nullptr || stream->error != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    if (stream->full) {
      stream->skipped = true;
      return;
    }
    news_ = true;
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      stream->end = message.offset;
    } else if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      stream->error = message.err;
    } else if (message.offset >= stream->next) {
      take_record(*stream, message);
    }
  }

  void take_record(Stream& stream, const rd_kafka_message_t& message) {
    const auto bytes = [](const void* at, std::size_t size) -> std::optional<Bytes> {
      if (at == nullptr) return std::nullopt;
      return Bytes(static_cast<const char*>(at), size);
    };
    rd_kafka_headers_t* headers = nullptr;
    const auto has_headers = rd_kafka_message_headers(&message, &headers);
    if (has_headers != RD_KAFKA_RESP_ERR_NO_ERROR && has_headers != RD_KAFKA_RESP_ERR__NOENT) {
      stream.error = has_headers;
      return;
    }
    headers_.clear();
    if (has_headers == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* name = nullptr;
      const void* value = nullptr;
      std::size_t size = 0;
      while (rd_kafka_header_get_all(headers, headers_.size(), &name, &value, &size) ==
             RD_KAFKA_RESP_ERR_NO_ERROR) {
        headers_.push_back({name, bytes(value, size)});
      }
    }
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    RecordToEncode record;
    record.offset = message.offset;
    record.timestamp = rd_kafka_message_timestamp(&message, &type);
    record.log_append_time = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) record.timestamp = kNoTimestamp;
    record.key = bytes(message.key, message.key_len);
    record.value = bytes(message.payload, message.len);
    record.headers = headers_;
    const std::size_t before = stream.encoder.size();
    stream.encoder.append(record);
    bytes_ += stream.encoder.size() - before;
    stream.full = filled_ = stream.encoder.size() >= most_bytes_of_one_;
    stream.next = message.offset + 1;
    stream.end = -1;
  }

  Status collect(std::span<const FetchWant> wants, Deadline deadline) {
    got_.assign(wants.size(), {});
    std::vector<std::size_t> out_of_range;
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < wants.size(); ++i) {
      FetchGot& got = got_[i];
      const auto found = streams_.find(wants[i].partition);
      Stream& stream = found->second;
      std::int64_t low = 0;
      std::int64_t high = 0;
      if (rd_kafka_get_watermark_offsets(client_->get(), stream.name.topic.c_str(), stream.name.partition,
                                         &low, &high) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        got.log_start = std::max<std::int64_t>(low, -1);
        got.high_watermark = std::max<std::int64_t>(high, -1);
      }
      stream.next = std::max(stream.next, stream.end);
      got.records = stream.encoder.batches();
      got.next_offset = stream.next;
      got.last_stable_offset = stream.end;
      // Records before the error are good; it comes again at the next fetch.
      if (stream.error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      if (got.records.empty()) {
        got.state = state_of(stream.error);
        got.error = error_text(stream.error);
        if (is_unknown(stream.error)) unknown.push_back(i);
        if (is_out_of_range(stream.error)) out_of_range.push_back(i);
      }
      stream.next = -1;  // to be started anew
    }
    if (!unknown.empty()) ARKIVE_TRY(look_for(unknown, wants, deadline));
    if (!out_of_range.empty()) ARKIVE_TRY(ask_bounds(out_of_range, wants, deadline));
    return ok();
  }

  // A broker that has only just started says this of every topic.
  Status look_for(const std::vector<std::size_t>& which, std::span<const FetchWant> wants,
                  Deadline deadline) {
    ARKIVE_ASSIGN(const Metadata metadata, ask_metadata(*clients_->committed, Topics::kAll, deadline));
    for (const std::size_t i : which) {
      const auto& topics = std::span(metadata->topics, static_cast<std::size_t>(metadata->topic_cnt));
      const bool there = std::any_of(topics.begin(), topics.end(), [&](const auto& topic) {
        return wants[i].partition.topic == topic.topic && topic.err == RD_KAFKA_RESP_ERR_NO_ERROR;
      });
      got_[i].state = there ? FetchGot::State::kMoved : FetchGot::State::kGone;
    }
    return ok();
  }

  Status ask_bounds(const std::vector<std::size_t>& which, std::span<const FetchWant> wants,
                    Deadline deadline) {
    std::vector<TopicPartition> names;
    for (const std::size_t i : which) names.push_back(wants[i].partition);
    ARKIVE_ASSIGN(const auto offsets, clients_->offsets(names, deadline));
    for (std::size_t i = 0; i < which.size(); ++i) {
      if (!offsets[i].error.empty()) continue;
      FetchGot& got = got_[which[i]];
      got.log_start = offsets[i].log_start;
      got.high_watermark = offsets[i].high_watermark;
      got.last_stable_offset = offsets[i].last_stable_offset;
      got.next_offset = -1;
    }
    return ok();
  }

  // In the order of their ends: topics and the queue before the client.
  std::unique_ptr<Client> client_;
  std::shared_ptr<const Clients> clients_;
  Queue queue_;
  std::map<std::string, Topic> topics_;
  std::map<TopicPartition, Stream> streams_;
  Stream* last_ = nullptr;
  std::size_t bytes_ = 0;
  std::size_t most_bytes_ = 1;
  std::size_t most_bytes_of_one_ = 1;
  bool filled_ = false;  // by the last message, a stream
  bool news_ = false;
  std::vector<Header> headers_;
  std::vector<FetchGot> got_;
};

}  // namespace

Result<std::unique_ptr<LogFetcher>> open_log_fetcher(const Settings& settings,
                                                     std::shared_ptr<const Clients> clients) {
  ARKIVE_ASSIGN(auto client, Client::create(settings));
  return std::make_unique<LibrdkafkaLogFetcher>(std::move(client), std::move(clients));
}

}  // namespace arkive::kafka::rdkafka

#include "tests/support/producer/produce.h"

#include <array>
#include <cstdio>
#include <vector>

#include "stores/core/interrupt.h"
#include "tests/support/producer/lines.h"

namespace arkive::producer {

namespace {

using Headers = Handle<rd_kafka_headers_t, rd_kafka_headers_destroy>;

/// What becomes of a record; its name is the "outcome" of its line.
enum class Fate : std::uintptr_t { kPlain, kCommitted, kAborted, kOpen };
constexpr std::array<std::string_view, 4> kFateNames = {"", "committed", "aborted", "open"};

/// What the delivery reports come to.
struct Delivery {
  bool quiet = false;
  std::uint64_t records = 0;
  std::uint64_t value_bytes = 0;
  rd_kafka_resp_err_t refused = RD_KAFKA_RESP_ERR_NO_ERROR;
};

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* record, void* opaque) {
  auto& delivery = *static_cast<Delivery*>(opaque);
  if (record->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    delivery.refused = record->err;
    return;
  }
  ++delivery.records;
  delivery.value_bytes += record->len;
  if (!delivery.quiet)
    print_record(*record, kFateNames.at(reinterpret_cast<std::uintptr_t>(record->_private)));
}

int milliseconds(Deadline deadline) {
  return static_cast<int>(deadline.remaining().count());
}

class Producer {
 public:
  Producer(const Connection& connection, const ProduceWishes& wishes, Deadline deadline)
      : connection_(connection), wishes_(wishes), deadline_(deadline) {
    delivery_.quiet = wishes.quiet;
  }

  Status open() {
    std::map<std::string, std::string> ours = {{"compression.codec", wishes_.codec},
                                               {"linger.ms", "20"},
                                               {"queue.buffering.max.messages", "100000"},
                                               {"queue.buffering.max.kbytes", "131072"}};
    if (wishes_.batch_records > 0) {
      ours["batch.num.messages"] = std::to_string(wishes_.batch_records);
      ours["linger.ms"] = "10000";  // a batch goes when it is full, or when we wait for it
    }
    if (!wishes_.transaction.empty()) ours["transactional.id"] = wishes_.transaction;
    ARKIVE_ASSIGN(client_, connect(RD_KAFKA_PRODUCER, connection_, ours, on_delivery, &delivery_));
    if (wishes_.transaction.empty()) return ok();
    return checked(rd_kafka_init_transactions(client_.get(), milliseconds(deadline_)), "begin transactions");
  }

  Status run() {
    const auto in_each = wishes_.transaction_records == 0 ? wishes_.records : wishes_.transaction_records;
    for (std::uint64_t done = 0, transaction = 1; done < wishes_.records; ++transaction) {
      const auto count = std::min(in_each, wishes_.records - done);
      const Fate fate = fate_of(transaction, done + count == wishes_.records);
      ARKIVE_TRY(begin());
      ARKIVE_TRY(send(done, count, fate));
      ARKIVE_TRY(end(fate));
      done += count;
    }
    if (wishes_.quiet) {
      std::printf("{\"records\":%llu,\"value_bytes\":%llu}\n",
                  static_cast<unsigned long long>(delivery_.records),
                  static_cast<unsigned long long>(delivery_.value_bytes));
    }
    return flush_lines();
  }

 private:
  Fate fate_of(std::uint64_t transaction, bool is_last) const {
    if (wishes_.transaction.empty()) return Fate::kPlain;
    if (is_last && wishes_.last == LastTransaction::kOpen) return Fate::kOpen;
    const bool aborted = is_last && wishes_.last == LastTransaction::kAbort;
    const bool in_turn = wishes_.abort_every > 0 && transaction % wishes_.abort_every == 0;
    return aborted || in_turn ? Fate::kAborted : Fate::kCommitted;
  }

  Status begin() {
    if (wishes_.transaction.empty()) return ok();
    return checked(rd_kafka_begin_transaction(client_.get()), "begin a transaction");
  }

  Status send(std::uint64_t done, std::uint64_t count, Fate fate) {
    const auto partitions = static_cast<std::uint64_t>(wishes_.partitions);
    const auto round = wishes_.batch_records * partitions;
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto number = wishes_.first_record + done + i;
      make_record(wishes_.record, number, record_);
      ARKIVE_TRY(send_one(wishes_.partition + static_cast<std::int32_t>(number % partitions), fate));
      if (round > 0 && (i + 1) % round == 0) ARKIVE_TRY(flush());
      if (wishes_.wait_after > 0 && done + i + 1 == wishes_.wait_after) ARKIVE_TRY(wait_for_line());
    }
    return flush();
  }

  Status send_one(std::int32_t partition, Fate fate) {
    for (;;) {
      ARKIVE_TRY(check_interrupt("produce"));
      Headers headers = make_headers();
      const auto code = hand_over(partition, fate, headers);
      (void)rd_kafka_poll(client_.get(), code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? kQueuePause : 0);
      if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return checked(code, "produce into '" + wishes_.topic + "'");
      if (deadline_.passed()) return checked(code, "produce into '" + wishes_.topic + "'");
    }
  }

  Headers make_headers() const {
    if (record_.headers.empty()) return nullptr;
    Headers headers(rd_kafka_headers_new(record_.headers.size()));
    for (const auto& [name, value] : record_.headers) {
      (void)rd_kafka_header_add(headers.get(), name.c_str(), static_cast<ssize_t>(name.size()),
                                value ? value->data() : nullptr,
                                value ? static_cast<ssize_t>(value->size()) : 0);
    }
    return headers;
  }

  rd_kafka_resp_err_t hand_over(std::int32_t partition, Fate fate, Headers& headers) {
    std::vector<rd_kafka_vu_t> parts;
    const auto add = [&](rd_kafka_vtype_t type) -> rd_kafka_vu_t& {
      parts.push_back({});
      parts.back().vtype = type;
      return parts.back();
    };
    const auto add_bytes = [&](rd_kafka_vtype_t type, const std::optional<std::string>& bytes) {
      if (!bytes) return;
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): copied by librdkafka, which takes it non-const
      add(type).u.mem = {const_cast<char*>(bytes->data()), bytes->size()};
    };
    add(RD_KAFKA_VTYPE_TOPIC).u.cstr = wishes_.topic.c_str();
    add(RD_KAFKA_VTYPE_PARTITION).u.i32 = partition;
    add(RD_KAFKA_VTYPE_MSGFLAGS).u.i = RD_KAFKA_MSG_F_COPY;
    add(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = record_.timestamp;
    add(RD_KAFKA_VTYPE_OPAQUE).u.ptr = reinterpret_cast<void*>(fate);
    add_bytes(RD_KAFKA_VTYPE_KEY, record_.key);
    add_bytes(RD_KAFKA_VTYPE_VALUE, record_.value);
    if (headers) add(RD_KAFKA_VTYPE_HEADERS).u.headers = headers.get();
    rd_kafka_error_t* error = rd_kafka_produceva(client_.get(), parts.data(), parts.size());
    const Handle<rd_kafka_error_t, rd_kafka_error_destroy> owned(error);
    if (error != nullptr) return rd_kafka_error_code(error);
    (void)headers.release();  // the record's by now
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  /// Waits until every record is in the log: what is still in the queue would be lost with an abort.
  Status flush() {
    const std::string operation = "produce into '" + wishes_.topic + "'";
    ARKIVE_TRY(checked(rd_kafka_flush(client_.get(), milliseconds(deadline_)), operation));
    return checked(delivery_.refused, operation);
  }

  Status wait_for_line() {
    ARKIVE_TRY(flush());
    std::printf("{\"waiting\":true}\n");
    ARKIVE_TRY(flush_lines());
    for (int c = std::getchar(); c != '\n'; c = std::getchar()) {
      if (c == EOF) return fail(Outcome::kFail, "wait for a line on 'standard input': it ended");
    }
    return ok();
  }

  Status end(Fate fate) {
    if (fate == Fate::kCommitted) {
      return checked(rd_kafka_commit_transaction(client_.get(), milliseconds(deadline_)),
                     "commit a transaction");
    }
    if (fate == Fate::kAborted) {
      return checked(rd_kafka_abort_transaction(client_.get(), milliseconds(deadline_)),
                     "abort a transaction");
    }
    return ok();
  }

  static constexpr int kQueuePause = 20;  // milliseconds

  const Connection& connection_;
  const ProduceWishes& wishes_;
  Deadline deadline_;
  Delivery delivery_;
  Client client_;  // after what its callbacks write to
  Record record_;
};

}  // namespace

Status produce(const Connection& connection, const ProduceWishes& wishes, Deadline deadline, void (*hold)()) {
  Producer producer(connection, wishes, deadline);
  ARKIVE_TRY(producer.open());
  ARKIVE_TRY(producer.run());
  if (hold != nullptr) hold();
  return ok();
}

}  // namespace arkive::producer

#include <array>

#include "kafka/rdkafka/client_internal.h"
#include "stores/core/bytes.h"
#include "stores/core/log.h"

namespace arkive::kafka::rdkafka {
namespace {

// "Broker: Unknown topic or partition", "Local: Timed out".
std::string_view without_side(std::string_view text) {
  for (const std::string_view side : {"Broker: ", "Local: "}) {
    if (text.starts_with(side)) text.remove_prefix(side.size());
  }
  return text;
}

}  // namespace

std::string error_text(rd_kafka_resp_err_t error) {
  std::string_view name = rd_kafka_err2name(error);
  if (name.starts_with('_')) name.remove_prefix(1);
  return std::string(name) + ": " + std::string(without_side(rd_kafka_err2str(error)));
}

Outcome outcome_of(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR__WAIT_CACHE:
    case RD_KAFKA_RESP_ERR__NODE_UPDATE:
    case RD_KAFKA_RESP_ERR__PARTIAL:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
    case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
    case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
    case RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED:
      return Outcome::kRetry;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return Outcome::kDenied;
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR__UNDERFLOW:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      return Outcome::kCorrupt;
    default:
      return Outcome::kFail;
  }
}

bool is_unknown(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

Result<std::unique_ptr<Client>> Client::make(rd_kafka_type_t type, const Settings& settings,
                                             OnDelivery on_delivery) {
  std::unique_ptr<Client> client(new Client);
  std::array<char, 512> text{};
  Configuration configuration(rd_kafka_conf_new());
  for (const Setting& setting : settings) {
    if (rd_kafka_conf_set(configuration.get(), setting.key.c_str(), setting.value.c_str(), text.data(),
                          text.size()) != RD_KAFKA_CONF_OK) {
      // Its text can hold the value.
      return fail(Outcome::kUsage, "librdkafka does not take a setting: " + setting.key +
                                       (setting.secret ? std::string() : std::string(": ") + text.data()));
    }
  }
  rd_kafka_conf_set_opaque(configuration.get(), client.get());
  rd_kafka_conf_set_error_cb(configuration.get(), on_error);
  rd_kafka_conf_set_log_cb(configuration.get(), on_log);
  if (on_delivery != nullptr) {
    rd_kafka_conf_set_dr_msg_cb(configuration.get(), on_delivery);
    rd_kafka_conf_set_throttle_cb(configuration.get(), on_throttle);
  }
  client->raw_.reset(rd_kafka_new(type, configuration.get(), text.data(), text.size()));
  if (!client->raw_) {
    return fail(Outcome::kUsage, std::string("librdkafka does not take the settings: ") + text.data());
  }
  (void)configuration.release();  // the client's by now
  return client;
}

void Client::on_error(rd_kafka_t*, int error, const char* reason, void* self) {
  auto& client = *static_cast<Client*>(self);
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  const std::lock_guard lock(client.mutex_);
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;  // what brought the last one down says more
  if (outcome_of(code) == Outcome::kDenied) {
    client.refused_ = reason;
  } else {
    client.last_words_ = reason;
  }
}

void Client::on_throttle(rd_kafka_t*, const char*, std::int32_t, int milliseconds, void* self) {
  static_cast<Client*>(self)->throttled_ += milliseconds;
}

// librdkafka tells of trouble by errors too; its lines are for those who ask for more.
void Client::on_log(const rd_kafka_t*, int, const char* facility, const char* text) {
  log_debug("librdkafka: " + std::string(facility) + ": " + text);
}

std::optional<Error> Client::refusal() const {
  const std::lock_guard lock(mutex_);
  if (refused_.empty()) return std::nullopt;
  Error error{Outcome::kDenied, printable(refused_), {}};
  if (refused_.find("No worthy mechs") != std::string::npos ||
      refused_.find("no mechanism available") != std::string::npos) {
    error.hint = "install the package libsasl2-modules-gssapi-mit: it knows the mechanism GSSAPI";
  } else if (refused_.find("GSSAPI Error") != std::string::npos) {
    error.hint = "look at the tickets (klist), the keytab and its principal, and that kinit is installed";
  }
  return error;
}

Error Client::failed(std::string_view operation, rd_kafka_resp_err_t error) const {
  serve();
  if (auto refused = refusal()) return refused->within(operation);
  std::string what = std::string(operation) + ": " + error_text(error);
  const std::lock_guard lock(mutex_);
  if (outcome_of(error) == Outcome::kRetry && !last_words_.empty()) what += ": " + printable(last_words_);
  return {outcome_of(error), std::move(what), {}};
}

void Client::succeeded() const {
  const std::lock_guard lock(mutex_);
  refused_.clear();
  last_words_.clear();
}

Result<Event> Client::wait_for_event(const char* operation, rd_kafka_queue_t* queue,
                                     Deadline deadline) const {
  constexpr std::chrono::milliseconds kStep{200};
  while (true) {
    ARKIVE_TRY(check_interrupt(operation));
    Event event(rd_kafka_queue_poll(queue, static_cast<int>(std::min(kStep, deadline.remaining()).count())));
    if (event) return event;
    if (deadline.passed()) return fail(failed(operation, RD_KAFKA_RESP_ERR__TIMED_OUT));
    serve();
    if (auto refused = refusal()) return fail(refused->within(operation));
  }
}

}  // namespace arkive::kafka::rdkafka

#include "kafka/wire/connection.h"

#include <algorithm>
#include <cstring>

#include "kafka/wire/messages/error_codes.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::size_t kFirstCapacity = 64 << 10;
// Above this the buffer is given back before a smaller answer, so that one huge batch does not stay in
// memory.
constexpr std::size_t kKeptCapacity = 80 << 20;
constexpr std::size_t kLengthSize = 4;

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const BrokerAddress& address,
                                                     std::shared_ptr<const Security> security,
                                                     Deadline deadline) {
  std::unique_ptr<Connection> connection(new Connection(address, security));
  auto transport = security->connect(address, deadline.sooner(security->properties().connect_timeout));
  if (!transport) return fail(std::move(transport.error()).within("connect to '" + address.text() + "'"));
  connection->transport_ = std::move(*transport);
  const Deadline answer_by = deadline.sooner(security->properties().request_timeout);
  ARKIVE_TRY(connection->agree_on_versions(answer_by));
  ARKIVE_TRY(connection->authenticate(answer_by));
  return connection;
}

Error Connection::broken(Error error) {
  usable_ = false;
  if (error.hint.empty() && error.what == kHungUp && !answered_) {
    error.hint = "a listener that wants TLS or SASL hangs up like this: check security.protocol";
  }
  return error.within("ask the broker at '" + address_.text() + "'");
}

Status Connection::agree_on_versions(Deadline deadline) {
  std::int16_t version = known_versions(Api::kApiVersions).most;
  while (true) {
    ARKIVE_TRY(send_now(api_versions_request(version), deadline));
    ARKIVE_ASSIGN(const Bytes body, receive(deadline));
    auto answer = read_api_versions(body, version);
    if (!answer) return fail(broken(std::move(answer.error())));
    if (answer->error == kNoError) {
      versions_ = std::move(answer->versions);
      answered_ = false;
      return ok();
    }
    if (answer->error != kUnsupportedVersion || version == 0) {
      return fail(broken(broker_error("agree on versions", answer->error)));
    }
    // Brokers before 2.4 do not say what they would understand.
    version = std::clamp<std::int16_t>(answer->api_versions.most, 0, static_cast<std::int16_t>(version - 1));
  }
}

Status Connection::authenticate(Deadline deadline) {
  if (!security_->properties().uses_sasl()) return ok();
  authenticate_again_.reset();
  const auto exchange = [&](const Request& request) -> Result<Bytes> {
    ARKIVE_TRY(send_now(request, deadline));
    return receive(deadline);
  };
  const SaslSettings& settings = security_->properties().sasl;
  ARKIVE_ASSIGN(const auto conversation, security_->conversation(deadline));
  auto lifetime = sasl_authenticate(name_of(settings.mechanism), *conversation, versions_, exchange);
  if (!lifetime) {
    if (!usable_) return fail(std::move(lifetime.error()));
    return fail(broken(std::move(lifetime.error())));
  }
  if (lifetime->count() > 0) authenticate_again_ = SteadyClock::now() + *lifetime * 4 / 5;
  answered_ = true;
  return ok();
}

Status Connection::send(const Request& request, Deadline deadline) {
  if (const auto rest = rest_until_ - SteadyClock::now(); rest.count() > 0) {
    if (!pause_for(std::chrono::ceil<std::chrono::milliseconds>(rest), deadline)) {
      return fail(interruption_of("wait for the broker"));
    }
    if (SteadyClock::now() < rest_until_) {
      return fail(Outcome::kRetry, "ask the broker at '" + address_.text() +
                                       "': a quota holds this back for longer than it may take");
    }
  }
  if (authenticate_again_ && waiting_.empty() && SteadyClock::now() >= *authenticate_again_) {
    ARKIVE_TRY(authenticate(deadline.sooner(security_->properties().request_timeout)));
  }
  return send_now(request, deadline);
}

Status Connection::send_now(const Request& request, Deadline deadline) {
  const std::int32_t correlation = next_correlation_;
  next_correlation_ = correlation == INT32_MAX ? 1 : correlation + 1;
  const std::string head = frame_head(request, correlation, security_->properties().client_id);
  std::vector<Bytes> pieces = body_pieces(request);
  pieces.insert(pieces.begin(), head);
  const auto sent = transport_->write(pieces, deadline);
  if (!sent) return fail(broken(sent.error()));
  waiting_.push_back({request.api, request.version, correlation});
  return ok();
}

Result<Bytes> Connection::receive(Deadline deadline, std::size_t most) {
  auto answer = read_answer(deadline, most);
  if (!answer) return fail(broken(std::move(answer.error())));
  const Waiting asked = waiting_.front();
  waiting_.pop_front();
  auto body = body_of_answer(*answer, asked.api, asked.version, asked.correlation);
  if (!body) return fail(broken(std::move(body.error())));
  answered_ = true;
  return *body;
}

Result<Bytes> Connection::call(const Request& request, Deadline deadline) {
  ARKIVE_TRY(send(request, deadline));
  return receive(deadline);
}

Result<Bytes> Connection::read_answer(Deadline deadline, std::size_t most) {
  ARKIVE_TRY(read_exactly(kLengthSize, deadline));
  const auto announced = load_big_endian<std::int32_t>(buffer_.get());
  if (announced < 0 || static_cast<std::size_t>(announced) > most) {
    return fail(Outcome::kCorrupt, "an answer of " + std::to_string(announced) + " bytes was announced",
                "check that this is a listener of Kafka and that security.protocol is what it wants");
  }
  const auto size = static_cast<std::size_t>(announced);
  if (capacity_ > kKeptCapacity && size <= kKeptCapacity) {
    buffer_.reset();
    capacity_ = 0;
  }
  ARKIVE_TRY(read_exactly(size, deadline));
  return Bytes(buffer_.get(), size);
}

Status Connection::read_exactly(std::size_t size, Deadline deadline) {
  std::size_t have = 0;
  while (have < size || capacity_ == 0) {
    if (have == capacity_) {
      const std::size_t wanted = std::max(kFirstCapacity, std::min(size, 2 * capacity_));
      auto larger = std::make_unique_for_overwrite<char[]>(wanted);
      if (have > 0) std::memcpy(larger.get(), buffer_.get(), have);
      buffer_ = std::move(larger);
      capacity_ = wanted;
    }
    if (size == 0) return ok();
    ARKIVE_ASSIGN(const std::size_t got,
                  transport_->read(buffer_.get() + have, std::min(size, capacity_) - have, deadline));
    have += got;
  }
  return ok();
}

void Connection::rest(std::chrono::milliseconds span) {
  if (span.count() > 0) rest_until_ = SteadyClock::now() + span;
}

}  // namespace arkive::kafka::wire

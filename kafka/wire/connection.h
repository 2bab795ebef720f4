/// Connection: requests and answers over one connection to one broker, authenticated. Internal to kafka/wire.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "kafka/wire/client_properties.h"
#include "kafka/wire/messages/api.h"
#include "kafka/wire/security.h"
#include "kafka/wire/transport.h"

namespace arkive::kafka::wire {

/// One thread at a time. After an error other than kUsage the connection is of no more use (see usable()).
/// Errors name the broker's address: kRetry (lost, or no answer in time), kCorrupt (an answer that is none),
/// kDenied (authentication), kFail (no common version), kInterrupted.
class Connection {
 public:
  /// A longer answer is taken for garbage. A fetch may say otherwise.
  static constexpr std::size_t kMostAnswer = 256U << 20;
  static constexpr std::size_t kMostFetch = 2047U << 20;

  /// Connects, agrees on versions, and authenticates as the settings say.
  static Result<std::unique_ptr<Connection>> open(const BrokerAddress& address,
                                                  std::shared_ptr<const Security> security,
                                                  Deadline deadline);

  const BrokerAddress& address() const { return address_; }
  const BrokerVersions& versions() const { return versions_; }
  bool usable() const { return usable_; }
  bool all_answered() const { return waiting_.empty(); }

  /// Requests may be sent before earlier ones are answered; answers come in their order.
  Status send(const Request& request, Deadline deadline);
  /// The body of the next answer; valid until the next receive(). Memory grows with what arrives, not with
  /// what the length announces.
  Result<Bytes> receive(Deadline deadline, std::size_t most = kMostAnswer);
  Result<Bytes> call(const Request& request, Deadline deadline);

  /// Notes that an answer made no sense (or that the connection is lost), and puts the broker before the
  /// error.
  Error broken(Error error);

  /// The broker asked for a pause (throttle_time_ms): the next send() waits it out.
  void rest(std::chrono::milliseconds span);
  /// The past: it asked for none, or that is over.
  SteadyClock::time_point rests_until() const { return rest_until_; }

 private:
  Connection(BrokerAddress address, std::shared_ptr<const Security> security)
      : address_(std::move(address)), security_(std::move(security)) {}
  struct Waiting {
    Api api;
    std::int16_t version;
    std::int32_t correlation;
  };
  Status agree_on_versions(Deadline deadline);
  Status authenticate(Deadline deadline);
  Status send_now(const Request& request, Deadline deadline);
  Result<Bytes> read_answer(Deadline deadline, std::size_t most);
  Status read_exactly(std::size_t size, Deadline deadline);

  BrokerAddress address_;
  std::shared_ptr<const Security> security_;
  std::unique_ptr<Transport> transport_;
  BrokerVersions versions_;
  std::deque<Waiting> waiting_;
  std::int32_t next_correlation_ = 1;
  SteadyClock::time_point rest_until_{};
  std::optional<SteadyClock::time_point> authenticate_again_;
  bool usable_ = true;
  bool answered_ = false;  // anything after the agreement on versions
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
};

}  // namespace arkive::kafka::wire

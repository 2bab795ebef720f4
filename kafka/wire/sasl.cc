#include "kafka/wire/sasl.h"

#include <utility>

#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/sasl_messages.h"

namespace arkive::kafka::wire {
namespace {

Status shake_hands(std::string_view mechanism, const BrokerVersions& versions, const Exchange& exchange) {
  ARKIVE_ASSIGN(const std::int16_t version, versions.pick(Api::kSaslHandshake));
  if (version < 1) {
    return fail(Outcome::kFail,
                "authenticate: the broker is too old (it wants SASL outside of Kafka's frames)");
  }
  ARKIVE_ASSIGN(const Bytes body, exchange(sasl_handshake_request(version, mechanism)));
  ARKIVE_ASSIGN(const SaslHandshake answer, read_sasl_handshake(body, version));
  if (answer.error == kNoError) return ok();
  if (answer.error != kUnsupportedSaslMechanism) {
    Error error = broker_error("authenticate with " + std::string(mechanism), answer.error);
    error.hint = "a listener without SASL says this: check security.protocol";
    return fail(std::move(error));
  }
  std::string offered;
  for (const std::string& one : answer.mechanisms) offered += (offered.empty() ? "" : ", ") + printable(one);
  return fail(Outcome::kUsage,
              "authenticate: the broker offers " + offered + ", not " + std::string(mechanism),
              "set sasl.mechanism to one of these");
}

// All is said in the first message.
class OneMessage : public SaslConversation {
 public:
  explicit OneMessage(std::string message) : message_(std::move(message)) {}
  Result<std::string> first() override { return std::exchange(message_, {}); }
  Result<std::string> answer(Bytes) override {
    return fail(Outcome::kCorrupt, "authenticate: the broker asks for more than there is to say");
  }
  Status end(Bytes) override { return ok(); }
  bool is_over() const override { return true; }

 private:
  std::string message_;
};

class Bearer : public OneMessage {
 public:
  using OneMessage::OneMessage;
  // Only a refusal has words (RFC 7628, section 3.2.2).
  Status end(Bytes last) override {
    if (last.empty()) return ok();
    return fail(Outcome::kDenied,
                "authenticate with OAUTHBEARER: the broker refuses the token: " + printable(last));
  }
};

}  // namespace

std::unique_ptr<SaslConversation> plain_conversation(const SaslSettings& settings) {
  std::string message;
  message.push_back('\0');
  message += settings.user;
  message.push_back('\0');
  message += settings.password;
  return std::make_unique<OneMessage>(std::move(message));
}

std::unique_ptr<SaslConversation> bearer_conversation(const SaslSettings& settings, std::string token) {
  std::string message =
      "n,,\x01"
      "auth=Bearer " +
      std::move(token);
  for (const auto& [name, value] : settings.extensions)
    message.append("\x01").append(name).append("=").append(value);
  return std::make_unique<Bearer>(message + "\x01\x01");
}

Result<std::chrono::milliseconds> sasl_authenticate(std::string_view mechanism,
                                                    SaslConversation& conversation,
                                                    const BrokerVersions& versions,
                                                    const Exchange& exchange) {
  ARKIVE_TRY(shake_hands(mechanism, versions, exchange));
  ARKIVE_ASSIGN(const std::int16_t version, versions.pick(Api::kSaslAuthenticate));
  ARKIVE_ASSIGN(std::string said, conversation.first());
  while (true) {
    ARKIVE_ASSIGN(const Bytes body, exchange(sasl_authenticate_request(version, said)));
    ARKIVE_ASSIGN(const SaslAuthenticate heard, read_sasl_authenticate(body, version));
    if (heard.error != kNoError) {
      Error error = broker_error("authenticate with " + std::string(mechanism), heard.error, heard.message);
      if (heard.error == kSaslAuthenticationFailed) error.hint = "check sasl.jaas.config";
      return fail(std::move(error));
    }
    if (conversation.is_over()) {
      ARKIVE_TRY(conversation.end(heard.token));
      return heard.lifetime;
    }
    ARKIVE_ASSIGN(said, conversation.answer(heard.token));
  }
}

}  // namespace arkive::kafka::wire

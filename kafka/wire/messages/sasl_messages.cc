#include "kafka/wire/messages/sasl_messages.h"

namespace arkive::kafka::wire {

Request sasl_handshake_request(std::int16_t version, std::string_view mechanism) {
  Request request{Api::kSaslHandshake, version, {}};
  writer(request).string(mechanism);
  return request;
}

Result<SaslHandshake> read_sasl_handshake(Bytes body, std::int16_t version) {
  constexpr std::size_t kMechanismSize = 2;
  Reader from(body, false);
  SaslHandshake answer;
  answer.error = from.int16();
  for (std::size_t left = from.array(kMechanismSize); left > 0 && from.ok(); --left) {
    answer.mechanisms.emplace_back(from.string());
  }
  if (!from.ok()) return fail(bad_answer(Api::kSaslHandshake, version));
  return answer;
}

Request sasl_authenticate_request(std::int16_t version, Bytes token) {
  Request request{Api::kSaslAuthenticate, version, {}};
  Writer to = writer(request);
  to.bytes(token);
  to.end();
  return request;
}

Result<SaslAuthenticate> read_sasl_authenticate(Bytes body, std::int16_t version) {
  Reader from(body, is_flexible(Api::kSaslAuthenticate, version));
  SaslAuthenticate answer;
  answer.error = from.int16();
  answer.message = from.string();
  answer.token = from.nullable_bytes().value_or(Bytes());
  if (version >= 1) answer.lifetime = std::chrono::milliseconds(from.int64());
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kSaslAuthenticate, version));
  return answer;
}

}  // namespace arkive::kafka::wire

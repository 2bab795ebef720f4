/// SaslHandshake (versions 0 and 1) and SaslAuthenticate (0 to 2; KIP-152, lifetimes: KIP-368).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

Request sasl_handshake_request(std::int16_t version, std::string_view mechanism);

struct SaslHandshake {
  std::int16_t error = 0;
  std::vector<std::string> mechanisms;  ///< that the broker offers
};
Result<SaslHandshake> read_sasl_handshake(Bytes body, std::int16_t version);

Request sasl_authenticate_request(std::int16_t version, Bytes token);

struct SaslAuthenticate {
  std::int16_t error = 0;
  std::string message;
  std::string token;
  std::chrono::milliseconds lifetime{0};  ///< 0: for ever, or not told (version 0)
};
Result<SaslAuthenticate> read_sasl_authenticate(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire

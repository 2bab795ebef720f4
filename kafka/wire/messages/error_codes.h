/// The error codes a broker may send, by Kafka's own names (Errors.java at 4.1), and what to do about them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::kafka::wire {

inline constexpr std::int16_t kNoError = 0;
inline constexpr std::int16_t kOffsetOutOfRange = 1;
inline constexpr std::int16_t kUnknownTopicOrPartition = 3;
inline constexpr std::int16_t kLeaderNotAvailable = 5;
inline constexpr std::int16_t kNotLeaderOrFollower = 6;
inline constexpr std::int16_t kMessageTooLarge = 10;
inline constexpr std::int16_t kCoordinatorLoadInProgress = 14;
inline constexpr std::int16_t kCoordinatorNotAvailable = 15;
inline constexpr std::int16_t kNotCoordinator = 16;
inline constexpr std::int16_t kRecordListTooLarge = 18;
inline constexpr std::int16_t kTopicAuthorizationFailed = 29;
inline constexpr std::int16_t kUnsupportedSaslMechanism = 33;
inline constexpr std::int16_t kUnsupportedVersion = 35;
inline constexpr std::int16_t kUnsupportedForMessageFormat = 43;
inline constexpr std::int16_t kOutOfOrderSequenceNumber = 45;
inline constexpr std::int16_t kDuplicateSequenceNumber = 46;
inline constexpr std::int16_t kInvalidProducerEpoch = 47;
inline constexpr std::int16_t kSaslAuthenticationFailed = 58;
inline constexpr std::int16_t kUnknownProducerId = 59;
inline constexpr std::int16_t kGroupIdNotFound = 69;
inline constexpr std::int16_t kProducerFenced = 90;
inline constexpr std::int16_t kUnknownTopicId = 100;
inline constexpr std::int16_t kInconsistentTopicId = 103;
// What administrators are told.
inline constexpr std::int16_t kTopicAlreadyExists = 36;
inline constexpr std::int16_t kSecurityDisabled = 54;

enum class Meaning : std::uint8_t {
  kNone,
  kRetry,      ///< passing: ask the same broker again
  kLookAgain,  ///< passing: leaders or coordinators have moved, or topics come or go
  kDenied,
  kFinal
};

/// "NOT_LEADER_OR_FOLLOWER"; "error code 999" for one that is not known.
std::string error_name(std::int16_t code);
Meaning error_meaning(std::int16_t code);
/// "NOT_LEADER_OR_FOLLOWER: another broker leads the partition"; `said`, the broker's own words if any,
/// replace ours. Harmless to a terminal.
std::string error_text(std::int16_t code, std::string_view said = {});
/// kRetry, kDenied or kFail: "<operation>: <error_text>".
Error broker_error(std::string_view operation, std::int16_t code, std::string_view said = {});

}  // namespace arkive::kafka::wire

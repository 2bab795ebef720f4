#include "kafka/wire/messages/error_codes.h"

#include <algorithm>
#include <array>

#include "stores/core/bytes.h"

namespace arkive::kafka::wire {
namespace {

struct Entry {
  std::int16_t code;
  Meaning meaning;
  std::string_view name;
  std::string_view words = {};
};

constexpr Meaning kNone = Meaning::kNone;
constexpr Meaning kRetry = Meaning::kRetry;
constexpr Meaning kLook = Meaning::kLookAgain;
constexpr Meaning kDenied = Meaning::kDenied;
constexpr Meaning kFinal = Meaning::kFinal;

// Ascending by code.
constexpr std::array kErrors = {
    Entry{-1, kFinal, "UNKNOWN_SERVER_ERROR", "the broker met an unexpected error; its log tells"},
    Entry{0, kNone, "NONE"},
    Entry{1, kFinal, "OFFSET_OUT_OF_RANGE", "the offset is not in the log"},
    Entry{2, kFinal, "CORRUPT_MESSAGE", "a stored message is damaged"},
    Entry{3, kLook, "UNKNOWN_TOPIC_OR_PARTITION", "the broker does not know this topic or partition"},
    Entry{4, kFinal, "INVALID_FETCH_SIZE", "the fetch size is invalid"},
    Entry{5, kLook, "LEADER_NOT_AVAILABLE", "the partition has no leader at the moment"},
    Entry{6, kLook, "NOT_LEADER_OR_FOLLOWER", "another broker leads the partition"},
    Entry{7, kRetry, "REQUEST_TIMED_OUT", "the broker ran out of time"},
    Entry{8, kLook, "BROKER_NOT_AVAILABLE", "the broker is not available"},
    Entry{9, kLook, "REPLICA_NOT_AVAILABLE", "the replica is not available"},
    Entry{10, kFinal, "MESSAGE_TOO_LARGE", "larger than max.message.bytes"},
    Entry{11, kFinal, "STALE_CONTROLLER_EPOCH"},
    Entry{12, kFinal, "OFFSET_METADATA_TOO_LARGE"},
    Entry{13, kLook, "NETWORK_EXCEPTION"},
    Entry{14, kRetry, "COORDINATOR_LOAD_IN_PROGRESS", "the coordinator is loading its groups"},
    Entry{15, kLook, "COORDINATOR_NOT_AVAILABLE", "the coordinator is not available"},
    Entry{16, kLook, "NOT_COORDINATOR", "another broker coordinates the group"},
    Entry{17, kFinal, "INVALID_TOPIC_EXCEPTION", "the topic's name is invalid"},
    Entry{18, kFinal, "RECORD_LIST_TOO_LARGE"},
    Entry{19, kRetry, "NOT_ENOUGH_REPLICAS", "fewer replicas in sync than min.insync.replicas"},
    Entry{20, kRetry, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "fewer replicas in sync than min.insync.replicas"},
    Entry{21, kFinal, "INVALID_REQUIRED_ACKS"},
    Entry{22, kFinal, "ILLEGAL_GENERATION"},
    Entry{23, kFinal, "INCONSISTENT_GROUP_PROTOCOL"},
    Entry{24, kFinal, "INVALID_GROUP_ID", "the group's name is invalid"},
    Entry{25, kFinal, "UNKNOWN_MEMBER_ID"},
    Entry{26, kFinal, "INVALID_SESSION_TIMEOUT"},
    Entry{27, kFinal, "REBALANCE_IN_PROGRESS"},
    Entry{28, kFinal, "INVALID_COMMIT_OFFSET_SIZE"},
    Entry{29, kDenied, "TOPIC_AUTHORIZATION_FAILED", "not authorised for the topic"},
    Entry{30, kDenied, "GROUP_AUTHORIZATION_FAILED", "not authorised for the group"},
    Entry{31, kDenied, "CLUSTER_AUTHORIZATION_FAILED", "not authorised at the cluster"},
    Entry{32, kFinal, "INVALID_TIMESTAMP"},
    Entry{33, kFinal, "UNSUPPORTED_SASL_MECHANISM", "the broker does not offer this mechanism"},
    Entry{34, kFinal, "ILLEGAL_SASL_STATE", "the request does not fit the state of the authentication"},
    Entry{35, kFinal, "UNSUPPORTED_VERSION", "the broker does not know this version of the request"},
    Entry{36, kFinal, "TOPIC_ALREADY_EXISTS"},
    Entry{37, kFinal, "INVALID_PARTITIONS"},
    Entry{38, kFinal, "INVALID_REPLICATION_FACTOR"},
    Entry{39, kFinal, "INVALID_REPLICA_ASSIGNMENT"},
    Entry{40, kFinal, "INVALID_CONFIG"},
    Entry{41, kRetry, "NOT_CONTROLLER"},
    Entry{42, kFinal, "INVALID_REQUEST", "the broker found the request malformed"},
    Entry{43, kFinal, "UNSUPPORTED_FOR_MESSAGE_FORMAT", "the partition's message format is too old for this"},
    Entry{44, kFinal, "POLICY_VIOLATION"},
    Entry{45, kFinal, "OUT_OF_ORDER_SEQUENCE_NUMBER"},
    Entry{46, kFinal, "DUPLICATE_SEQUENCE_NUMBER"},
    Entry{47, kFinal, "INVALID_PRODUCER_EPOCH"},
    Entry{48, kFinal, "INVALID_TXN_STATE"},
    Entry{49, kFinal, "INVALID_PRODUCER_ID_MAPPING"},
    Entry{50, kFinal, "INVALID_TRANSACTION_TIMEOUT"},
    Entry{51, kRetry, "CONCURRENT_TRANSACTIONS"},
    Entry{52, kFinal, "TRANSACTION_COORDINATOR_FENCED"},
    Entry{53, kDenied, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "not authorised for the transactional id"},
    Entry{54, kFinal, "SECURITY_DISABLED", "security is switched off at the broker"},
    Entry{55, kFinal, "OPERATION_NOT_ATTEMPTED"},
    Entry{56, kLook, "KAFKA_STORAGE_ERROR", "the broker cannot read its log directory"},
    Entry{57, kFinal, "LOG_DIR_NOT_FOUND"},
    Entry{58, kDenied, "SASL_AUTHENTICATION_FAILED", "authentication failed"},
    Entry{59, kFinal, "UNKNOWN_PRODUCER_ID"},
    Entry{60, kFinal, "REASSIGNMENT_IN_PROGRESS"},
    Entry{61, kFinal, "DELEGATION_TOKEN_AUTH_DISABLED"},
    Entry{62, kFinal, "DELEGATION_TOKEN_NOT_FOUND"},
    Entry{63, kFinal, "DELEGATION_TOKEN_OWNER_MISMATCH"},
    Entry{64, kFinal, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED"},
    Entry{65, kDenied, "DELEGATION_TOKEN_AUTHORIZATION_FAILED"},
    Entry{66, kFinal, "DELEGATION_TOKEN_EXPIRED", "the delegation token has expired"},
    Entry{67, kFinal, "INVALID_PRINCIPAL_TYPE"},
    Entry{68, kFinal, "NON_EMPTY_GROUP"},
    Entry{69, kFinal, "GROUP_ID_NOT_FOUND", "the group does not exist"},
    Entry{70, kRetry, "FETCH_SESSION_ID_NOT_FOUND"},
    Entry{71, kRetry, "INVALID_FETCH_SESSION_EPOCH"},
    Entry{72, kLook, "LISTENER_NOT_FOUND", "the leader has no listener of this name"},
    Entry{73, kFinal, "TOPIC_DELETION_DISABLED"},
    Entry{74, kLook, "FENCED_LEADER_EPOCH", "the leader epoch is older than the broker's"},
    Entry{75, kLook, "UNKNOWN_LEADER_EPOCH", "the leader epoch is newer than the broker's"},
    Entry{76, kFinal, "UNSUPPORTED_COMPRESSION_TYPE", "the partition's codec cannot be sent in this version"},
    Entry{77, kFinal, "STALE_BROKER_EPOCH"},
    Entry{78, kLook, "OFFSET_NOT_AVAILABLE", "the new leader's high watermark is not known yet"},
    Entry{79, kFinal, "MEMBER_ID_REQUIRED"},
    Entry{80, kFinal, "PREFERRED_LEADER_NOT_AVAILABLE"},
    Entry{81, kFinal, "GROUP_MAX_SIZE_REACHED"},
    Entry{82, kFinal, "FENCED_INSTANCE_ID"},
    Entry{83, kFinal, "ELIGIBLE_LEADERS_NOT_AVAILABLE"},
    Entry{84, kFinal, "ELECTION_NOT_NEEDED"},
    Entry{85, kFinal, "NO_REASSIGNMENT_IN_PROGRESS"},
    Entry{86, kFinal, "GROUP_SUBSCRIBED_TO_TOPIC"},
    Entry{87, kFinal, "INVALID_RECORD"},
    Entry{88, kRetry, "UNSTABLE_OFFSET_COMMIT"},
    Entry{89, kRetry, "THROTTLING_QUOTA_EXCEEDED"},
    Entry{90, kFinal, "PRODUCER_FENCED"},
    Entry{91, kFinal, "RESOURCE_NOT_FOUND"},
    Entry{92, kFinal, "DUPLICATE_RESOURCE"},
    Entry{93, kFinal, "UNACCEPTABLE_CREDENTIAL"},
    Entry{94, kFinal, "INCONSISTENT_VOTER_SET"},
    Entry{95, kFinal, "INVALID_UPDATE_VERSION"},
    Entry{96, kFinal, "FEATURE_UPDATE_FAILED"},
    Entry{97, kFinal, "PRINCIPAL_DESERIALIZATION_FAILURE"},
    Entry{98, kFinal, "SNAPSHOT_NOT_FOUND"},
    Entry{99, kFinal, "POSITION_OUT_OF_RANGE"},
    Entry{100, kLook, "UNKNOWN_TOPIC_ID", "the broker does not know this topic id"},
    Entry{101, kFinal, "DUPLICATE_BROKER_REGISTRATION"},
    Entry{102, kFinal, "BROKER_ID_NOT_REGISTERED"},
    Entry{103, kLook, "INCONSISTENT_TOPIC_ID", "the topic id is another by now"},
    Entry{104, kFinal, "INCONSISTENT_CLUSTER_ID"},
    Entry{105, kFinal, "TRANSACTIONAL_ID_NOT_FOUND"},
    Entry{106, kRetry, "FETCH_SESSION_TOPIC_ID_ERROR"},
    Entry{107, kFinal, "INELIGIBLE_REPLICA"},
    Entry{108, kFinal, "NEW_LEADER_ELECTED"},
    Entry{109, kFinal, "OFFSET_MOVED_TO_TIERED_STORAGE", "the offset has been moved to tiered storage"},
    Entry{110, kFinal, "FENCED_MEMBER_EPOCH"},
    Entry{111, kFinal, "UNRELEASED_INSTANCE_ID"},
    Entry{112, kFinal, "UNSUPPORTED_ASSIGNOR"},
    Entry{113, kFinal, "STALE_MEMBER_EPOCH"},
    Entry{114, kFinal, "MISMATCHED_ENDPOINT_TYPE"},
    Entry{115, kFinal, "UNSUPPORTED_ENDPOINT_TYPE"},
    Entry{116, kFinal, "UNKNOWN_CONTROLLER_ID"},
    Entry{117, kFinal, "UNKNOWN_SUBSCRIPTION_ID"},
    Entry{118, kFinal, "TELEMETRY_TOO_LARGE"},
    Entry{119, kFinal, "INVALID_REGISTRATION"},
    Entry{120, kFinal, "TRANSACTION_ABORTABLE"},
    Entry{121, kFinal, "INVALID_RECORD_STATE"},
    Entry{122, kRetry, "SHARE_SESSION_NOT_FOUND"},
    Entry{123, kRetry, "INVALID_SHARE_SESSION_EPOCH"},
    Entry{124, kFinal, "FENCED_STATE_EPOCH"},
    Entry{125, kFinal, "INVALID_VOTER_KEY"},
    Entry{126, kFinal, "DUPLICATE_VOTER"},
    Entry{127, kFinal, "VOTER_NOT_FOUND"},
    Entry{128, kFinal, "INVALID_REGULAR_EXPRESSION"},
    Entry{129, kFinal, "REBOOTSTRAP_REQUIRED"},
    Entry{130, kFinal, "STREAMS_INVALID_TOPOLOGY"},
    Entry{131, kFinal, "STREAMS_INVALID_TOPOLOGY_EPOCH"},
    Entry{132, kFinal, "STREAMS_TOPOLOGY_FENCED"},
    Entry{133, kFinal, "SHARE_SESSION_LIMIT_REACHED"},
};

const Entry* find(std::int16_t code) {
  const auto found =
      std::lower_bound(kErrors.begin(), kErrors.end(), code,
                       [](const Entry& entry, std::int16_t wanted) { return entry.code < wanted; });
  return found != kErrors.end() && found->code == code ? &*found : nullptr;
}

}  // namespace

std::string error_name(std::int16_t code) {
  const Entry* entry = find(code);
  return entry != nullptr ? std::string(entry->name) : "error code " + std::to_string(code);
}

Meaning error_meaning(std::int16_t code) {
  const Entry* entry = find(code);
  return entry != nullptr ? entry->meaning : Meaning::kFinal;
}

std::string error_text(std::int16_t code, std::string_view said) {
  const Entry* entry = find(code);
  std::string text = error_name(code);
  if (!said.empty()) return text + ": " + printable(said);
  if (entry != nullptr && !entry->words.empty()) text.append(": ").append(entry->words);
  return text;
}

Error broker_error(std::string_view operation, std::int16_t code, std::string_view said) {
  Outcome outcome = Outcome::kFail;
  switch (error_meaning(code)) {
    case Meaning::kRetry:
    case Meaning::kLookAgain:
      outcome = Outcome::kRetry;
      break;
    case Meaning::kDenied:
      outcome = Outcome::kDenied;
      break;
    default:
      break;
  }
  return {outcome, std::string(operation) + ": " + error_text(code, said), {}};
}

}  // namespace arkive::kafka::wire

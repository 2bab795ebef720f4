/// The requests arkive sends, in the versions it knows, and what a broker says it knows (ApiVersions,
/// KIP-35, KIP-511).
///
/// request := size: int32  api: int16  version: int16  correlation: int32  client: nullable string (always
///            classic)  [tagged fields when flexible]  body
/// answer  := size: int32  correlation: int32  [tagged fields when flexible; never for ApiVersions]  body
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/wire/messages/protocol.h"
#include "stores/core/result.h"

namespace arkive::kafka::wire {

enum class Api : std::int16_t {
  kProduce = 0,
  kFetch = 1,
  kListOffsets = 2,
  kMetadata = 3,
  kOffsetCommit = 8,
  kOffsetFetch = 9,
  kFindCoordinator = 10,
  kDescribeGroups = 15,
  kListGroups = 16,
  kSaslHandshake = 17,
  kApiVersions = 18,
  kInitProducerId = 22,
  kOffsetForLeaderEpoch = 23,
  kDescribeConfigs = 32,
  kDescribeLogDirs = 35,
  kSaslAuthenticate = 36,
  kDescribeProducers = 61,
  kConsumerGroupDescribe = 69,
  // Topics, configs, ACLs, quotas and users, as administrators change them.
  kCreateTopics = 19,
  kDeleteTopics = 20,
  kDescribeAcls = 29,
  kCreateAcls = 30,
  kAlterConfigs = 33,
  kIncrementalAlterConfigs = 44,
  kDescribeClientQuotas = 48,
  kAlterClientQuotas = 49,
  kDescribeUserScramCredentials = 50,
};

struct VersionRange {
  std::int16_t least = 0;
  std::int16_t most = -1;
};

/// "Fetch"
std::string_view api_name(Api api);
/// The versions arkive can encode and decode.
VersionRange known_versions(Api api);
bool is_flexible(Api api, std::int16_t version);

/// What a broker supports. Before it has been asked: ApiVersions only.
class BrokerVersions {
 public:
  /// The greatest version both know. kFail, naming the request and both ranges, when there is none.
  Result<std::int16_t> pick(Api api) const;
  bool knows(Api api) const { return pick(api).has_value(); }
  /// The greatest version the broker knows, whether we do or not; -1: it does not know the request.
  std::int16_t greatest(Api api) const;
  void set(std::int16_t api, VersionRange range) { ranges_[api] = range; }

 private:
  std::map<std::int16_t, VersionRange> ranges_;
};

/// A whole request. `body` is written by one of the ..._request() functions of the same version.
struct Request {
  /// Bytes that stand before byte `at` of the body, and are not copied; the caller's until they were sent.
  struct Insert {
    std::size_t at = 0;
    Bytes bytes;
  };
  Api api = Api::kApiVersions;
  std::int16_t version = 0;
  std::string body;
  std::vector<Insert> inserts = {};  ///< ascending
};

/// Begins a request: `Request request = begin_request(api, version); Writer to = writer(request);`
inline Writer writer(Request& request) {
  return Writer(request.body, is_flexible(request.api, request.version));
}

/// What stands before a request's body: the size of all, and the head.
std::string frame_head(const Request& request, std::int32_t correlation, std::string_view client);
/// The body in pieces, with its inserts in their places; they point into `request`.
std::vector<Bytes> body_pieces(const Request& request);
/// The body of an answer (without its size). kCorrupt when the correlation id is another or bytes are
/// missing.
Result<Bytes> body_of_answer(Bytes answer, Api api, std::int16_t version, std::int32_t correlation);

/// The error of an answer that does not follow the protocol: "read Fetch version 11: the answer ...".
Error bad_answer(Api api, std::int16_t version, std::string_view cause = "lengths and bytes do not fit");

Request api_versions_request(std::int16_t version);

struct ApiVersionsAnswer {
  std::int16_t error = 0;
  BrokerVersions versions;
  /// ApiVersions itself, in an UNSUPPORTED_VERSION error of brokers since 2.4; most -1: not told.
  VersionRange api_versions;
};
/// A broker that does not know `version` answers in version 0, with UNSUPPORTED_VERSION.
Result<ApiVersionsAnswer> read_api_versions(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire

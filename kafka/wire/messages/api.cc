#include "kafka/wire/messages/api.h"

#include <algorithm>
#include <array>

#include "kafka/wire/messages/error_codes.h"

namespace arkive::kafka::wire {
namespace {

struct ApiEntry {
  Api api;
  std::string_view name;
  VersionRange versions;
  std::int16_t flexible_from;
};

constexpr std::int16_t kNeverFlexible = INT16_MAX;

// The lower ends are what 1.1 has, or the first version that tells what arkive needs.
constexpr std::array kApis = {
    ApiEntry{Api::kProduce, "Produce", {3, 11}, 9},
    ApiEntry{Api::kFetch, "Fetch", {4, 13}, 12},
    ApiEntry{Api::kListOffsets, "ListOffsets", {2, 7}, 6},
    ApiEntry{Api::kMetadata, "Metadata", {5, 12}, 9},
    ApiEntry{Api::kOffsetCommit, "OffsetCommit", {2, 9}, 8},
    ApiEntry{Api::kOffsetFetch, "OffsetFetch", {2, 8}, 6},
    ApiEntry{Api::kFindCoordinator, "FindCoordinator", {0, 3}, 3},
    ApiEntry{Api::kDescribeGroups, "DescribeGroups", {0, 5}, 5},
    ApiEntry{Api::kListGroups, "ListGroups", {0, 4}, 3},
    ApiEntry{Api::kSaslHandshake, "SaslHandshake", {0, 1}, kNeverFlexible},
    ApiEntry{Api::kApiVersions, "ApiVersions", {0, 3}, 3},
    ApiEntry{Api::kInitProducerId, "InitProducerId", {0, 4}, 2},
    ApiEntry{Api::kOffsetForLeaderEpoch, "OffsetForLeaderEpoch", {2, 4}, 4},
    ApiEntry{Api::kDescribeConfigs, "DescribeConfigs", {1, 4}, 4},
    ApiEntry{Api::kDescribeLogDirs, "DescribeLogDirs", {4, 4}, 2},
    ApiEntry{Api::kSaslAuthenticate, "SaslAuthenticate", {0, 2}, 2},
    ApiEntry{Api::kDescribeProducers, "DescribeProducers", {0, 0}, 0},
    ApiEntry{Api::kConsumerGroupDescribe, "ConsumerGroupDescribe", {0, 1}, 0},
    ApiEntry{Api::kCreateTopics, "CreateTopics", {1, 7}, 5},
    ApiEntry{Api::kDeleteTopics, "DeleteTopics", {1, 6}, 4},
    ApiEntry{Api::kDescribeAcls, "DescribeAcls", {0, 3}, 2},
    ApiEntry{Api::kCreateAcls, "CreateAcls", {0, 3}, 2},
    ApiEntry{Api::kAlterConfigs, "AlterConfigs", {0, 2}, 2},
    ApiEntry{Api::kIncrementalAlterConfigs, "IncrementalAlterConfigs", {0, 1}, 1},
    ApiEntry{Api::kDescribeClientQuotas, "DescribeClientQuotas", {0, 1}, 1},
    ApiEntry{Api::kAlterClientQuotas, "AlterClientQuotas", {0, 1}, 1},
    ApiEntry{Api::kDescribeUserScramCredentials, "DescribeUserScramCredentials", {0, 0}, 0},
};

const ApiEntry& entry_of(Api api) {
  return *std::find_if(kApis.begin(), kApis.end(), [api](const ApiEntry& entry) { return entry.api == api; });
}

std::string text(VersionRange range) {
  return std::to_string(range.least) + " to " + std::to_string(range.most);
}

}  // namespace

std::string_view api_name(Api api) {
  return entry_of(api).name;
}

VersionRange known_versions(Api api) {
  return entry_of(api).versions;
}

bool is_flexible(Api api, std::int16_t version) {
  return version >= entry_of(api).flexible_from;
}

std::int16_t BrokerVersions::greatest(Api api) const {
  const auto found = ranges_.find(static_cast<std::int16_t>(api));
  return found == ranges_.end() ? std::int16_t{-1} : found->second.most;
}

Result<std::int16_t> BrokerVersions::pick(Api api) const {
  const VersionRange ours = known_versions(api);
  const std::string name(api_name(api));
  const auto found = ranges_.find(static_cast<std::int16_t>(api));
  if (found == ranges_.end()) {
    return fail(Outcome::kFail, "ask with " + name + ": the broker does not know this request");
  }
  const VersionRange theirs = found->second;
  const std::int16_t version = std::min(ours.most, theirs.most);
  if (version < std::max(ours.least, theirs.least)) {
    return fail(Outcome::kFail, "ask with " + name + ": the broker knows its versions " + text(theirs) +
                                    ", arkive those of " + text(ours));
  }
  return version;
}

std::string frame_head(const Request& request, std::int32_t correlation, std::string_view client) {
  std::string head;
  Writer to(head, false);
  to.int32(0);
  to.int16(static_cast<std::int16_t>(request.api));
  to.int16(request.version);
  to.int32(correlation);
  to.string(client);
  Writer(head, is_flexible(request.api, request.version)).end();
  std::size_t size = head.size() - sizeof(std::int32_t) + request.body.size();
  for (const Request::Insert& insert : request.inserts) size += insert.bytes.size();
  store_big_endian(head.data(), static_cast<std::int32_t>(size));
  return head;
}

std::vector<Bytes> body_pieces(const Request& request) {
  std::vector<Bytes> pieces;
  const Bytes body = request.body;
  std::size_t at = 0;
  for (const Request::Insert& insert : request.inserts) {
    pieces.push_back(body.substr(at, insert.at - at));
    pieces.push_back(insert.bytes);
    at = insert.at;
  }
  pieces.push_back(body.substr(at));
  return pieces;
}

Result<Bytes> body_of_answer(Bytes answer, Api api, std::int16_t version, std::int32_t correlation) {
  // KIP-511: ApiVersions keeps the old head, so that every client can read the answer.
  Reader from(answer, api != Api::kApiVersions && is_flexible(api, version));
  const std::int32_t answered = from.int32();
  if (from.ok() && answered != correlation) {
    return fail(bad_answer(
        api, version,
        "correlation id " + std::to_string(answered) + " instead of " + std::to_string(correlation)));
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(api, version));
  return from.left();
}

Error bad_answer(Api api, std::int16_t version, std::string_view cause) {
  return {Outcome::kCorrupt,
          "read the answer to " + std::string(api_name(api)) + " version " + std::to_string(version) + ": " +
              std::string(cause),
          {}};
}

Request api_versions_request(std::int16_t version) {
  Request request{Api::kApiVersions, version, {}};
  if (version >= 3) {
    // KIP-511 wants [a-zA-Z0-9] and then also - and . in both.
    Writer to = writer(request);
    to.string("arkive");
    to.string("1");
    to.end();
  }
  return request;
}

Result<ApiVersionsAnswer> read_api_versions(Bytes body, std::int16_t version) {
  ApiVersionsAnswer answer;
  if (body.size() < sizeof(std::int16_t)) return fail(bad_answer(Api::kApiVersions, version));
  answer.error = load_big_endian<std::int16_t>(body.data());
  if (answer.error == kUnsupportedVersion) version = 0;
  Reader from(body, is_flexible(Api::kApiVersions, version));
  (void)from.int16();
  constexpr std::size_t kEntrySize = 6;
  for (std::size_t left = from.array(kEntrySize); left > 0; --left) {
    const std::int16_t api = from.int16();
    VersionRange range;
    range.least = from.int16();
    range.most = from.int16();
    from.end();
    if (api == static_cast<std::int16_t>(Api::kApiVersions)) answer.api_versions = range;
    answer.versions.set(api, range);
  }
  if (version >= 1) (void)from.int32();
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kApiVersions, version));
  return answer;
}

}  // namespace arkive::kafka::wire

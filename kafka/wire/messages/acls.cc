#include "kafka/wire/messages/acls.h"

#include <algorithm>
#include <array>
#include <optional>

namespace arkive::kafka::wire {
namespace {

// The codes of ResourceType, PatternType, AclOperation and AclPermissionType in org.apache.kafka.common; the
// words are those of the znodes (SecurityUtils.java). 1 asks for any.
constexpr std::int8_t kAny = 1;
constexpr std::array<std::string_view, 8> kTypes = {
    "", "", "Topic", "Group", "Cluster", "TransactionalId", "DelegationToken", "User"};
constexpr std::array<std::string_view, 5> kPatterns = {"", "", "", "literal", "prefixed"};
constexpr std::array<std::string_view, 16> kOperations = {"",
                                                          "",
                                                          "All",
                                                          "Read",
                                                          "Write",
                                                          "Create",
                                                          "Delete",
                                                          "Alter",
                                                          "Describe",
                                                          "ClusterAction",
                                                          "DescribeConfigs",
                                                          "AlterConfigs",
                                                          "IdempotentWrite",
                                                          "CreateTokens",
                                                          "DescribeTokens",
                                                          "TwoPhaseCommit"};
constexpr std::array<std::string_view, 4> kPermissions = {"", "", "Deny", "Allow"};
constexpr std::string_view kLiteral = "literal";

template <class Words>
std::optional<std::int8_t> code_of(const Words& words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (word.empty() || found == words.end()) return std::nullopt;
  return static_cast<std::int8_t>(found - words.begin());
}

template <class Words>
std::string word_of(const Words& words, std::int8_t code, std::string_view what) {
  const auto index = static_cast<std::size_t>(code);
  if (code > 0 && index < words.size() && !words[index].empty()) return std::string(words[index]);
  return std::string(what) + " " + std::to_string(code);
}

}  // namespace

std::string not_sayable(const Acl& acl, std::int16_t version) {
  if (!code_of(kTypes, acl.type)) return "resource type '" + acl.type + "' is not known";
  if (!code_of(kPatterns, acl.pattern)) return "pattern '" + acl.pattern + "' is not known";
  if (!code_of(kOperations, acl.operation)) return "operation '" + acl.operation + "' is not known";
  if (!code_of(kPermissions, acl.permission)) return "permission '" + acl.permission + "' is not known";
  if (version < 1 && acl.pattern != kLiteral) return "the brokers know no prefixed ACLs (before 2.0)";
  if (version < 3 && acl.type == "User") return "the brokers know no ACLs on users (before 3.3)";
  return {};
}

Request describe_acls_request(std::int16_t version) {
  Request request{Api::kDescribeAcls, version, {}};
  Writer to = writer(request);
  to.int8(kAny);
  to.null_string();
  if (version >= 1) to.int8(kAny);
  to.null_string();
  to.null_string();
  to.int8(kAny);
  to.int8(kAny);
  to.end();
  return request;
}

Result<DescribedAcls> read_describe_acls(Bytes body, std::int16_t version) {
  constexpr std::size_t kResourceSize = 3;
  constexpr std::size_t kRuleSize = 4;
  Reader from(body, is_flexible(Api::kDescribeAcls, version));
  DescribedAcls answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  answer.error = from.int16();
  answer.message = from.string();
  for (std::size_t resources = from.array(kResourceSize); resources > 0 && from.ok(); --resources) {
    Acl acl;
    acl.type = word_of(kTypes, from.int8(), "type");
    acl.name = from.string();
    acl.pattern = version >= 1 ? word_of(kPatterns, from.int8(), "pattern") : std::string(kLiteral);
    for (std::size_t left = from.array(kRuleSize); left > 0 && from.ok(); --left) {
      acl.principal = from.string();
      acl.host = from.string();
      acl.operation = word_of(kOperations, from.int8(), "operation");
      acl.permission = word_of(kPermissions, from.int8(), "permission");
      from.end();
      answer.acls.push_back(acl);
    }
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kDescribeAcls, version));
  return answer;
}

Request create_acls_request(std::int16_t version, std::span<const Acl> acls) {
  Request request{Api::kCreateAcls, version, {}};
  Writer to = writer(request);
  to.array(acls.size());
  for (const Acl& acl : acls) {
    to.int8(code_of(kTypes, acl.type).value_or(0));
    to.string(acl.name);
    if (version >= 1) to.int8(code_of(kPatterns, acl.pattern).value_or(0));
    to.string(acl.principal);
    to.string(acl.host);
    to.int8(code_of(kOperations, acl.operation).value_or(0));
    to.int8(code_of(kPermissions, acl.permission).value_or(0));
    to.end();
  }
  to.end();
  return request;
}

Result<CreatedAcls> read_create_acls(Bytes body, std::int16_t version) {
  constexpr std::size_t kAnswerSize = 3;
  Reader from(body, is_flexible(Api::kCreateAcls, version));
  CreatedAcls created;
  created.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t left = from.array(kAnswerSize); left > 0 && from.ok(); --left) {
    CreatedAcls::Answer& answer = created.answers.emplace_back();
    answer.error = from.int16();
    answer.message = from.string();
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kCreateAcls, version));
  return created;
}

}  // namespace arkive::kafka::wire

#include "kafka/wire/messages/quotas.h"

#include <bit>

namespace arkive::kafka::wire {
namespace {

double read_double(Reader& from) {
  return std::bit_cast<double>(from.int64());
}

QuotaEntity read_entity(Reader& from) {
  constexpr std::size_t kPartSize = 2;
  QuotaEntity entity;
  for (std::size_t left = from.array(kPartSize); left > 0 && from.ok(); --left) {
    std::optional<std::string>& name = entity[std::string(from.string())];
    if (const auto told = from.nullable_string()) name = std::string(*told);
    from.end();
  }
  return entity;
}

}  // namespace

Request describe_quotas_request(std::int16_t version) {
  Request request{Api::kDescribeClientQuotas, version, {}};
  Writer to = writer(request);
  to.array(0);        // of all entities
  to.boolean(false);  // with more parts than were asked for, too
  to.end();
  return request;
}

Result<DescribedQuotas> read_describe_quotas(Bytes body, std::int16_t version) {
  constexpr std::size_t kEntrySize = 2;
  constexpr std::size_t kValueSize = 9;
  Reader from(body, is_flexible(Api::kDescribeClientQuotas, version));
  DescribedQuotas answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  answer.error = from.int16();
  answer.message = from.string();
  for (std::size_t entries = from.array(kEntrySize); entries > 0 && from.ok(); --entries) {
    QuotaValues& values = answer.quotas[read_entity(from)];
    for (std::size_t left = from.array(kValueSize); left > 0 && from.ok(); --left) {
      const std::string key(from.string());
      values[key] = read_double(from);
      from.end();
    }
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kDescribeClientQuotas, version));
  return answer;
}

Request alter_quotas_request(std::int16_t version, std::span<const QuotaChange> changes, bool validate_only) {
  Request request{Api::kAlterClientQuotas, version, {}};
  Writer to = writer(request);
  to.array(changes.size());
  for (const QuotaChange& change : changes) {
    to.array(change.entity.size());
    for (const auto& [type, name] : change.entity) {
      to.string(type);
      if (name) {
        to.string(*name);
      } else {
        to.null_string();
      }
      to.end();
    }
    to.array(change.values.size());
    for (const auto& [key, value] : change.values) {
      to.string(key);
      to.int64(std::bit_cast<std::int64_t>(value.value_or(0.0)));
      to.boolean(!value);
      to.end();
    }
    to.end();
  }
  to.boolean(validate_only);
  to.end();
  return request;
}

Result<ChangedQuotas> read_alter_quotas(Bytes body, std::int16_t version) {
  constexpr std::size_t kEntrySize = 4;
  Reader from(body, is_flexible(Api::kAlterClientQuotas, version));
  ChangedQuotas changed;
  changed.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t left = from.array(kEntrySize); left > 0 && from.ok(); --left) {
    ChangedQuotas::Answer& answer = changed.answers.emplace_back();
    answer.error = from.int16();
    answer.message = from.string();
    answer.entity = read_entity(from);
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kAlterClientQuotas, version));
  return changed;
}

Request describe_scram_users_request(std::int16_t version) {
  Request request{Api::kDescribeUserScramCredentials, version, {}};
  Writer to = writer(request);
  to.null_array();
  to.end();
  return request;
}

Result<DescribedScramUsers> read_describe_scram_users(Bytes body, std::int16_t version) {
  constexpr std::size_t kUserSize = 6;
  constexpr std::size_t kCredentialSize = 6;
  Reader from(body, is_flexible(Api::kDescribeUserScramCredentials, version));
  DescribedScramUsers answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  answer.error = from.int16();
  answer.message = from.string();
  for (std::size_t users = from.array(kUserSize); users > 0 && from.ok(); --users) {
    const std::string name(from.string());
    (void)from.int16();   // why nothing is told of this user
    (void)from.string();  // the same in words
    for (std::size_t left = from.array(kCredentialSize); left > 0 && from.ok(); --left) {
      const std::int8_t mechanism = from.int8();  // ScramMechanism.java
      const std::int32_t iterations = from.int32();
      from.end();
      answer.users.insert({name,
                           mechanism == 1   ? "SCRAM-SHA-256"
                           : mechanism == 2 ? "SCRAM-SHA-512"
                                            : "SCRAM mechanism " + std::to_string(mechanism),
                           std::to_string(iterations)});
    }
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kDescribeUserScramCredentials, version));
  return answer;
}

}  // namespace arkive::kafka::wire

/// DescribeClientQuotas and AlterClientQuotas (KIP-546, brokers since 2.6), versions 0 and 1; and
/// DescribeUserScramCredentials (KIP-554, since 2.7), version 0.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "kafka/metadata_admin.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

/// All there are.
Request describe_quotas_request(std::int16_t version);
struct DescribedQuotas {
  std::chrono::milliseconds throttle{0};
  std::int16_t error = 0;
  std::string message;
  std::map<QuotaEntity, QuotaValues> quotas;
};
Result<DescribedQuotas> read_describe_quotas(Bytes body, std::int16_t version);

Request alter_quotas_request(std::int16_t version, std::span<const QuotaChange> changes, bool validate_only);
struct ChangedQuotas {
  struct Answer {
    QuotaEntity entity;
    std::int16_t error = 0;
    std::string message;
  };
  std::chrono::milliseconds throttle{0};
  std::vector<Answer> answers;
};
Result<ChangedQuotas> read_alter_quotas(Bytes body, std::int16_t version);

/// All users.
Request describe_scram_users_request(std::int16_t version);
struct DescribedScramUsers {
  std::chrono::milliseconds throttle{0};
  std::int16_t error = 0;
  std::string message;
  std::set<ScramUser> users;  ///< those of whom the broker tells nothing are left out
};
Result<DescribedScramUsers> read_describe_scram_users(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire

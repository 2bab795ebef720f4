/// DescribeAcls and CreateAcls (KIP-140), versions 0 to 3: prefixed patterns from 1 on (KIP-290), rules on
/// users from 3 on (KIP-373).
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "kafka/cluster_metadata.h"
#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

/// Why `acl` cannot be said in `version`; empty: it can.
std::string not_sayable(const Acl& acl, std::int16_t version);

/// All there are.
Request describe_acls_request(std::int16_t version);
struct DescribedAcls {
  std::chrono::milliseconds throttle{0};
  std::int16_t error = 0;
  std::string message;
  std::vector<Acl> acls;  ///< words not known here come as "type 9", "operation 77", ...
};
Result<DescribedAcls> read_describe_acls(Bytes body, std::int16_t version);

/// Only what is sayable.
Request create_acls_request(std::int16_t version, std::span<const Acl> acls);
struct CreatedAcls {
  struct Answer {
    std::int16_t error = 0;
    std::string message;
  };
  std::chrono::milliseconds throttle{0};
  std::vector<Answer> answers;  ///< in the order of the request
};
Result<CreatedAcls> read_create_acls(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire

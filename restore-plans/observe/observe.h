/// Looks at a cluster, or at what is left of it. Reads only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "restore-plans/observe/observation.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "zk/client/connect_string.h"

namespace arkive::restore_plans {

/// Never fails but for kInterrupted, kDenied (this session's identity is refused) and kUsage: who does not
/// answer before `target.deadline` is kUnreachable. A chroot that is not there is an empty tree.
Result<ObservedZooKeeper> observe_zookeeper(const zk::ConnectOptions& target);

/// What a LogSource cannot tell. An empty function: nobody can; what it would tell stays not known.
struct BrokerQuestions {
  std::function<Result<bool>(Deadline)> has_authoriser;
  std::function<Result<std::map<std::int32_t, std::string>>(Deadline)> releases;  ///< of Kafka, by broker id
};

/// `source`: an open one, or the error of opening it (nobody answered). Errors as above.
Result<ObservedKafka> observe_kafka(const std::string& address, Result<kafka::LogSource*> source,
                                    Deadline deadline, const BrokerQuestions& ask = {});

}  // namespace arkive::restore_plans

/// The LogSource `wire`: our own client of Kafka's protocol, for brokers 1.1 to 4.1.
#pragma once

#include <memory>
#include <string>

#include "kafka/log_source.h"
#include "kafka/wire/client_properties.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Reaches one broker of `bootstrap` ("h1:9092,h2:9092"; empty: what the properties name), authenticates, and
/// learns the cluster. Errors: kUsage (bad bootstrap list; a mechanism that only librdkafka knows), kRetry
/// (no broker reachable by `deadline`), kDenied (authentication, or a certificate not to be trusted), kFail
/// (a broker without a version in common), and what reading certificates gives.
///
/// Of the source itself: trouble of one partition or group (no leader, a coordinator that loads) is waited
/// for 30 s at most, within the deadline, and then stands in its `error`. A partition without leader epochs
/// (brokers before 2.1) has no end_of_epoch(). Single fetches wait request.timeout.ms at most.
Result<std::unique_ptr<LogSource>> open_wire_log_source(const std::string& bootstrap,
                                                        const ClientProperties& properties,
                                                        Deadline deadline);

}  // namespace arkive::kafka

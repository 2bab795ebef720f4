/// The LogSource `librdkafka`: for clusters that only librdkafka can authenticate to (GSSAPI: Kerberos).
#pragma once

#include <memory>
#include <string>

#include "kafka/log_source.h"
#include "kafka/wire/client_properties.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Reaches one broker of `bootstrap` ("h1:9092,h2:9092"; empty: what the properties name), authenticates, and
/// learns the cluster. Errors: kUsage (settings that librdkafka cannot follow, naming the key), kRetry (no
/// broker reachable by `deadline`), kDenied (authentication, or a certificate not to be trusted).
///
/// What it cannot do, for librdkafka 2.0 hands out records and not batches:
///   - it is not exact(): records of committed transactions and those outside of any, in batches of magic 2
///     made anew, without producer ids and leader epochs; what lies between them is a gap;
///   - topic ids are all zero, leader epochs and racks unknown; FetchWant::leader_epoch is not looked at;
///   - end_of_epoch() knows nothing: a log that was cut is told by its end and by its last records;
///   - header names end at their first NUL.
/// Its fetchers follow the leaders by themselves, whatever broker they were opened for.
///
/// Trouble of one partition or group is waited for 30 s at most, within the deadline, and then stands in its
/// `error`.
Result<std::unique_ptr<LogSource>> open_librdkafka_log_source(const std::string& bootstrap,
                                                              const ClientProperties& properties,
                                                              Deadline deadline);

/// "librdkafka 2.0.2 (gzip,snappy,ssl,sasl,...,sasl_gssapi,...)": the library at run time, what it was built
/// with.
std::string librdkafka_version();

}  // namespace arkive::kafka

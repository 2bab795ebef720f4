/// The LogTarget `librdkafka`: for clusters that only librdkafka can authenticate to (GSSAPI: Kerberos).
#pragma once

#include <memory>
#include <string>

#include "kafka/log_target.h"
#include "kafka/wire/client_properties.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// As open_librdkafka_log_source() (librdkafka_log_source.h), with the same errors.
///
/// What it cannot do, for librdkafka 2.0 takes records and not batches:
///   - it is not exact(): batches are taken apart and made anew (of 64 KiB of records each, or one larger
///     record; with the codec of the first batch of the topic), by an idempotent producer with an identity of
///     its own. Identities and sequence numbers given are not looked at; new_producer() only counts.
///   - what one appender was given reaches the log once, whatever happens to brokers, and receive() waits for
///     that until its deadline. What was not answered when an appender ends may be in the log or not: sent
///     again by another appender, it may be there twice.
///   - a batch behind one that was refused is appended all the same when it was sent before the refusal was
///     known.
///   - records of timestamp 0 would get the time of now, and the batches of negative ones a wrong greatest
///     timestamp: kRefused, and nothing of their batch is sent.
///   - kRefused too, though they are in the log, when somebody else's records came to lie between those of a
///     batch: there is no base offset then.
///   - commit(): leader epochs are lost, and metadata that is null becomes empty.
/// Appenders follow the leaders by themselves, whatever broker they were opened for: kMoved does not occur.
Result<std::unique_ptr<LogTarget>> open_librdkafka_log_target(const std::string& bootstrap,
                                                              const ClientProperties& properties,
                                                              Deadline deadline);

}  // namespace arkive::kafka

/// The readers and writers of a live cluster's topics, and which one is taken.
#pragma once

#include <memory>
#include <string>

#include "kafka/log_source.h"
#include "kafka/log_target.h"
#include "kafka/wire/client_properties.h"
#include "stores/core/result.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

/// What the file of --command-config says, its warnings logged; nothing in particular without one. Errors as
/// read_client_properties().
Result<kafka::ClientProperties> properties_of(const KafkaOptions& options);

/// "wire" or "librdkafka". `reader` "auto": librdkafka where only it can authenticate (GSSAPI), else wire.
std::string reader_for(const std::string& reader, const kafka::ClientProperties& properties);

/// `reader` as from reader_for(). Errors as those of the sources.
Result<std::unique_ptr<kafka::LogSource>> open_log_source(const std::string& reader,
                                                          const KafkaOptions& options,
                                                          const kafka::ClientProperties& properties);

/// `writer` as from reader_for(). Errors as those of the targets.
Result<std::unique_ptr<kafka::LogTarget>> open_log_target(const std::string& writer,
                                                          const KafkaOptions& options,
                                                          const kafka::ClientProperties& properties);

}  // namespace arkive::tools

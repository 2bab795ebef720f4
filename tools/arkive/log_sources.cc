#include "tools/arkive/log_sources.h"

#include "kafka/rdkafka/librdkafka_log_source.h"
#include "kafka/rdkafka/librdkafka_log_target.h"
#include "kafka/wire/wire_log_source.h"
#include "kafka/wire/wire_log_target.h"
#include "stores/core/log.h"

namespace arkive::tools {

Result<kafka::ClientProperties> properties_of(const KafkaOptions& options) {
  kafka::ClientProperties properties;
  if (options.command_config.empty()) return properties;
  ARKIVE_ASSIGN(properties, kafka::read_client_properties(options.command_config));
  for (const std::string& warning : properties.warnings) log_warning(warning);
  return properties;
}

std::string reader_for(const std::string& reader, const kafka::ClientProperties& properties) {
  if (reader != "auto") return reader;
  const bool kerberos = properties.uses_sasl() && properties.sasl.mechanism == kafka::SaslMechanism::kGssapi;
  return kerberos ? "librdkafka" : "wire";
}

Result<std::unique_ptr<kafka::LogSource>> open_log_source(const std::string& reader,
                                                          const KafkaOptions& options,
                                                          const kafka::ClientProperties& properties) {
  const Deadline deadline = Deadline::after(options.timeout);
  return reader == "librdkafka" ? kafka::open_librdkafka_log_source(options.bootstrap, properties, deadline)
                                : kafka::open_wire_log_source(options.bootstrap, properties, deadline);
}

Result<std::unique_ptr<kafka::LogTarget>> open_log_target(const std::string& writer,
                                                          const KafkaOptions& options,
                                                          const kafka::ClientProperties& properties) {
  const Deadline deadline = Deadline::after(options.timeout);
  return writer == "librdkafka" ? kafka::open_librdkafka_log_target(options.bootstrap, properties, deadline)
                                : kafka::open_wire_log_target(options.bootstrap, properties, deadline);
}

}  // namespace arkive::tools

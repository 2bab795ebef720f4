/// Appending by librdkafka's idempotent producer.
#pragma once

#include <memory>

#include "kafka/log_target.h"
#include "kafka/rdkafka/client_internal.h"

namespace arkive::kafka::rdkafka {

/// With a producer of its own. `settings` as settings_of() gives them.
Result<std::unique_ptr<LogAppender>> open_log_appender(const Settings& settings);

}  // namespace arkive::kafka::rdkafka

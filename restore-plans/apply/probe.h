/// A record sent through a cluster: a topic of its own is made, with up to three replicas, a record appended
/// and read back, the topic deleted.
#pragma once

#include <string>

#include "kafka/log_source.h"
#include "kafka/log_target.h"
#include "kafka/topic_admin.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::restore_plans {

/// `topic` must be nobody else's: one that is there is used. It is deleted whatever happens; an error names
/// it where that failed.
Status send_probe(const std::string& topic, kafka::LogSource& source, kafka::LogTarget& target,
                  kafka::TopicAdmin& admin, Deadline deadline);

}  // namespace arkive::restore_plans

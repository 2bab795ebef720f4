/// check_new_topics: what the cluster refuses of topics that are to be made, asked before anything is.
#pragma once

#include "kafka/metadata/plan.h"

namespace arkive::kafka {

/// Has the cluster check each new topic of the plan without making it. A setting that it refuses by name is
/// taken out, and stands in the plan as one that cannot come over (and in `refused`, by topic); a topic that
/// it refuses for another reason cannot come over as a whole. Errors as those of TopicAdmin.
Status check_new_topics(MetadataPlan& plan, TopicAdmin& admin, std::chrono::milliseconds patience,
                        std::map<std::string, std::set<std::string>>& refused);

}  // namespace arkive::kafka

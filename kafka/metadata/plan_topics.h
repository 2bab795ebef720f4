/// plan_topics: topics that are missing, and settings of those that are there. Internal to kafka/metadata.
#pragma once

#include "kafka/metadata/plan.h"

namespace arkive::kafka {

/// Appends to `plan`.
void plan_topics(MetadataPlan& plan, const ClusterMetadata& wanted, const LiveMetadata& live,
                 const MetadataOptions& options);

/// Whether the topic is among those chosen.
bool is_wanted_topic(const MetadataOptions& options, const std::string& topic);

}  // namespace arkive::kafka

/// Findings of single subjects. Internal to kafka/prepare.
#pragma once

#include <string>
#include <vector>

#include "kafka/prepare/settings_internal.h"
#include "stores/core/time.h"

namespace arkive::kafka::preparing {

using Findings = std::vector<Finding>;

std::string topic_object(const std::string& topic);

/// The settings that are raised, in one finding.
void tell_raised(const TopicSettings& settings, bool keep_raised, Findings& findings);
/// The settings that ought to be raised and are not.
void tell_not_raised(const TopicSettings& settings, Findings& findings);
/// What brokers delete by `last`, the settings the topic has in the end.
void tell_expiring(const std::string& topic, const ArchivedTopic& archived, const Values& last,
                   UnixMilliseconds now, Findings& findings);
/// Settings that a restore cannot make good: remote storage, an old message format.
void tell_settings(const std::string& topic, const Values& last, Findings& findings);
/// Whose min.insync.replicas `replicas` do not reach: nothing could be written.
void tell_too_few_in_sync(const std::string& topic, const Values& last, std::size_t replicas,
                          Findings& findings);
/// Brokers whose disks together, or nearly, do not hold `bytes`. Nothing when some do not tell.
void tell_room(const std::vector<BrokerSpace>& spaces, std::size_t brokers, std::uint64_t bytes,
               Findings& findings);
/// Live groups that have offsets in the topics.
void tell_groups(const std::vector<GroupFacts>& groups, const std::set<std::string>& topics,
                 Findings& findings);
/// Operators that delete topics they do not know.
void tell_operators(const std::vector<std::string>& znodes, const std::vector<TopicFacts>& topics,
                    Findings& findings);

}  // namespace arkive::kafka::preparing

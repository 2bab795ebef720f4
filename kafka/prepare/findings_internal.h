/// Findings of single subjects. Internal to kafka/prepare.
#pragma once

#include <string>
#include <vector>

#include "kafka/prepare/settings_internal.h"
#include "stores/core/time.h"

namespace arkive::kafka::preparing {

using Findings = std::vector<Finding>;

std::string topic_object(const std::string& topic);

/// The settings that are raised, in one finding of each topic; the limit of batches, which nearly every topic
/// has, in one for all of them.
void tell_raised(const std::vector<TopicSettings>& topics, bool keep_raised, Findings& findings);
/// The settings that ought to be raised and are not.
void tell_not_raised(const TopicSettings& settings, Findings& findings);
/// That larger batches than `limit` (of max.message.bytes; nothing: it is not known) are left out.
void tell_batch_limit(const std::string& topic, const std::optional<std::string>& limit, Findings& findings);
/// What may be above segment.bytes, which bounds a batch too.
void tell_segment_limit(const std::string& topic, const ArchivedTopic& archived, const Values& in_force,
                        Findings& findings);
/// An archived setting that the target does not take.
void tell_unknown(const std::string& topic, const ConfigEntry& setting, const std::string& why,
                  const PrepareOptions& options, Findings& findings);
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

/// Asks the controller, which changes nothing, whether it would make the topics and change the settings of
/// `done`, and takes out of it what it refuses. `defaults`: of the target, as far as they are known.
Status ask_controller(Preparation& done, const PrepareOptions& options, const Values& defaults,
                      TopicAdmin& admin, Deadline deadline);

}  // namespace arkive::kafka::preparing

/// MetadataAdmin: ACLs, quotas, users and brokers' settings of a live cluster, read and written.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "kafka/cluster_metadata.h"
#include "kafka/topic_admin.h"

namespace arkive::kafka {

/// A change of one entity's quotas; what is not named stays as it is.
struct QuotaChange {
  QuotaEntity entity;
  std::map<std::string, std::optional<double>> values;  ///< nothing: no such quota any more
};

/// Any thread. Errors as those of LogSource; answers in the order of what was asked. A cluster that lacks the
/// right to answer a question is kDenied, of all of it.
class MetadataAdmin : public TopicAdmin {
 public:
  /// All there are. Nothing: the cluster has no authorizer, and so neither keeps nor heeds ACLs.
  virtual Result<std::optional<std::set<Acl>>> acls(Deadline deadline) = 0;
  /// Made in their order: a later one never holds before an earlier one does. A rule that is there is no
  /// error.
  virtual Result<std::vector<ItemAnswer>> create_acls(std::span<const Acl> acls, Deadline deadline) = 0;

  /// Nothing: the brokers cannot tell (before 2.6), and take no changes either.
  virtual Result<std::optional<std::map<QuotaEntity, QuotaValues>>> quotas(Deadline deadline) = 0;
  virtual Result<std::vector<ItemAnswer>> change_quotas(std::span<const QuotaChange> changes,
                                                        Deadline deadline) = 0;

  /// Nothing: the brokers cannot tell (before 2.7).
  virtual Result<std::optional<std::set<ScramUser>>> scram_users(Deadline deadline) = 0;

  /// The dynamic settings of a broker, or of all of them ("") ; sensitive ones with an empty value.
  virtual Result<Settings> broker_settings(const std::string& broker, Deadline deadline) = 0;
  /// What is not named stays as it is.
  virtual Result<ItemAnswer> change_broker_settings(
      const std::string& broker, const std::map<std::string, std::optional<std::string>>& settings,
      Deadline deadline) = 0;
};

}  // namespace arkive::kafka

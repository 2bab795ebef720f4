/// Doing what a GroupPlan says, and looking whether it is there.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kafka/groups/group_plan.h"
#include "kafka/log_source.h"
#include "kafka/log_target.h"
#include "stores/core/result.h"

namespace arkive::kafka {

struct GroupFailure {
  std::string group;
  std::string what;  ///< "orders-0: GROUP_AUTHORIZATION_FAILED: ..."
};

struct GroupReport {
  std::size_t groups = 0;            ///< committed and read back as wanted
  std::size_t offsets = 0;           ///< of those
  std::vector<GroupFailure> failed;  ///< at most one a group
  /// Why no further group was tried: the cluster is lost, or a signal came. What had been committed stays,
  /// and the same restore goes on from there.
  std::optional<Error> ended;
  std::size_t not_tried = 0;      ///< groups
  std::size_t not_read_back = 0;  ///< groups whose commit was acknowledged, and no more is known
};

/// One group after another, a request for each with what is not there as wanted; then all of them are read
/// back and compared. Trouble of one group stands in the report and the others go on. `on_group` is called
/// after each.
GroupReport commit_groups(const GroupPlan& plan, LogSource& source, LogTarget& target,
                          std::chrono::milliseconds patience, const std::function<void()>& on_group = {});

}  // namespace arkive::kafka

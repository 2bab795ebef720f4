/// The greatest producer id in an archive: in batches, and in the values of __transaction_state.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/manifest/manifest.h"
#include "stores/store.h"

namespace arkive::kafka {

/// -1: there is none. Reads every batch of the newest generations. What is damaged or missing comes back
/// nowhere: it stands in `unreadable` (may be null), and what can be read counts.
Result<std::int64_t> highest_archived_producer_id(
    const Store& store, std::string_view cluster, const std::vector<ArchivedTopic>& topics, Deadline deadline,
    std::vector<Missing>* unreadable = nullptr,
    const std::function<void(std::uint64_t bytes)>& on_progress = {});

}  // namespace arkive::kafka

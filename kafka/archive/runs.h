/// The runs of a store that hold logs, and their lists.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "stores/core/deadline.h"
#include "stores/manifest/manifest.h"
#include "stores/store.h"

namespace arkive::kafka {

/// The manifests of `cluster` that hold logs, oldest first. One that cannot be read is left out with a
/// warning. kUsage: one is of a newer format.
Result<std::vector<Manifest>> archive_runs(const Store& store, std::string_view cluster, Deadline deadline);
/// The clusters that have runs, sorted.
Result<std::vector<std::string>> archive_clusters(const Store& store, Deadline deadline);

/// The list a manifest names. kCorrupt: its hash is not what it should be; kNotFound: there is none.
Result<ArchiveIndex> read_index(const Store& store, const Manifest& manifest, Deadline deadline);
Result<ArchivedTopic> read_topic(const Store& store, const ArchiveIndex::Topic& topic, Deadline deadline);

/// Writes a list and returns its SHA-256, hex. Durable after Store::settle().
Result<std::string> write_list(Store& store, std::string_view text, Deadline deadline);

}  // namespace arkive::kafka

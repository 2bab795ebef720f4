/// Proving an archive of logs: what its runs name is there, whole, and says what the lists say.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::kafka {

/// How much is read. Each level does what those before it do.
enum class VerifyLevel : std::uint8_t {
  kPresence,  ///< manifests and lists (hashes too); every segment there, of its size
  kHashes,    ///< the SHA-256 of every segment's file
  kBatches    ///< every batch's CRC, offsets against the recorded gaps, Kafka's index files against the data
};

struct VerifyOptions {
  VerifyLevel level = VerifyLevel::kBatches;
  /// Only the part-th of `parts` of the partitions (1..parts), so that a week of nights reads all of it.
  std::uint32_t part = 1;
  std::uint32_t parts = 1;
  int workers = 2;
  std::function<bool(std::string_view topic)> is_wanted;  ///< only the segments of these; none: all
  Deadline deadline = Deadline::never();
  std::function<void(std::uint64_t bytes)> on_plan;      ///< before the first segment: what will be read
  std::function<void(std::uint64_t bytes)> on_progress;  ///< any thread
};

struct VerifyReport {
  std::vector<Finding> findings;
  std::uint64_t runs = 0;
  std::uint64_t lists = 0;
  std::uint64_t segments = 0;  ///< each once, however many runs name it
  std::uint64_t bytes = 0;     ///< of those that were read
};

/// Every run of `cluster`; with `run_id`, only that one. Errors: the store cannot be read at all; kUsage (a
/// newer format); kInterrupted. Damage is in the findings, which name object and offset.
Result<VerifyReport> verify_archive(const Store& store, std::string_view cluster, std::string_view run_id,
                                    const VerifyOptions& options);

}  // namespace arkive::kafka

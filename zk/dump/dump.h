/// The dump: reads a tree from a source, writes it to every repository given, says what changed, commits. The
/// use case behind `arkive dump`; tools/ only parses and prints.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stores/core/progress.h"
#include "stores/repository.h"
#include "zk/application.h"
#include "zk/dump/facts.h"
#include "zk/source.h"

namespace arkive::zk {

struct DumpRequest {
  Source* source = nullptr;
  std::vector<Repository*> to;  ///< at least one
  std::span<const Application* const> applications;
  std::string cluster;
  std::string run_id;  ///< new_run_id()
  Selection selection;
  int connections = 4;
  int most_passes = 5;
  bool redact = false;                    ///< secrets by fingerprints, in every repository of this run
  Deadline deadline = Deadline::never();  ///< for taking locks and being without a server
  std::string arkive_version;
  ProgressStyle progress = ProgressStyle::kNone;
  /// Makes the run part of something larger (a backup of more than the tree): called for each repository,
  /// when tree and record are written and before the manifest is committed, which it may add to. What it
  /// returns as an error is that of the destination, and nothing is committed there.
  std::function<Status(const Repository& to, const Reading& reading, Manifest& manifest)> complete;
};

/// How it went in one repository.
struct DumpDestination {
  Repository* repository = nullptr;
  std::optional<Manifest> manifest;  ///< when committed
  std::optional<Error> error;        ///< when not
  std::vector<Sentence> sentences;   ///< what changed against its last run; empty for the first
  std::string summary;               ///< "first dump: 312 znodes", "no change", "1 topic created"
};

struct DumpOutcome {
  DumpFacts facts;
  std::vector<UnreadableZnode> unreadable;
  std::vector<std::string> masked_acls;
  bool redacted = false;
  bool whole = false;  ///< nothing unreadable, no ACL masked
  UnixMilliseconds started = 0;
  UnixMilliseconds finished = 0;
  std::vector<DumpDestination> destinations;
  bool committed_everywhere() const;
};

/// One run at a time per repository and cluster (kConflict otherwise, for that destination). A destination
/// that fails does not stop the others; its error stands in its DumpDestination. Fails as a whole when the
/// reading fails or no destination could begin.
Result<DumpOutcome> dump(const DumpRequest& request);

}  // namespace arkive::zk

#include "zk/dump/run_changes.h"

#include "stores/core/interrupt.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::zk {
namespace {

// Hashes a file tree and compares it with what the manifest says.
Status verify_part(const FileTreeReader& reader, const TreePart& expected, const std::string& part,
                   std::vector<Finding>& findings) {
  TreeDigest digest;
  std::uint64_t bytes = 0;
  const Status read = reader.for_each({}, [&](std::string_view path, Bytes content) -> Status {
    digest.add(path, sha256(content));
    bytes += content.size();
    return check_interrupt("verify");
  });
  if (!read) {
    if (read.error().outcome == Outcome::kInterrupted) return read;
    findings.push_back({part, read.error().what});
    return ok();
  }
  const std::uint64_t files = digest.files();
  if (hex(digest.finish()) == expected.sha256) return ok();
  findings.push_back({part, "its hash is not the manifest's (" + std::to_string(files) + " files, " +
                                std::to_string(bytes) + " bytes; the manifest says " +
                                std::to_string(expected.files) + " files, " + std::to_string(expected.bytes) +
                                " bytes)"});
  return ok();
}

}  // namespace

Result<std::vector<ZnodeChange>> changes_between(const RunReader& before, const RunReader& after,
                                                 std::string_view under) {
  std::vector<ZnodeChange> changes;
  if (before.manifest().tree.location == after.manifest().tree.location) return changes;
  ARKIVE_ASSIGN(const std::vector<FileChange> files, compare_trees(before.tree(), after.tree()));
  ARKIVE_ASSIGN(changes, znode_changes(files, lookup_in(before.tree(), &before.record()),
                                       lookup_in(after.tree(), &after.record()), before.tree(), &after.tree(),
                                       nullptr));
  std::erase_if(changes, [&](const ZnodeChange& change) { return !is_at_or_below(change.path, under); });
  return changes;
}

Result<std::vector<Finding>> verify_run(const RunReader& run,
                                        std::span<const Application* const> applications) {
  std::vector<Finding> findings;
  const Manifest& manifest = run.manifest();
  ARKIVE_TRY(verify_part(run.tree(), manifest.tree, "the tree of run " + manifest.id, findings));
  // A pruned record has no location; everything else of the run is still there.
  if (!manifest.record.location.empty()) {
    ARKIVE_TRY(verify_part(run.record(), manifest.record, "the record of run " + manifest.id, findings));
  }
  const Result<std::vector<Finding>> format = check_tree(run.tree(), applications, manifest.redacted);
  if (format) {
    findings.insert(findings.end(), format->begin(), format->end());
  } else if (format.error().outcome == Outcome::kInterrupted) {
    return fail(format.error());
  } else if (findings.empty()) {
    // A file that cannot be read was found above, where its hash was taken; said once is enough.
    findings.push_back({"the tree of run " + manifest.id, format.error().what});
  }
  return findings;
}

}  // namespace arkive::zk

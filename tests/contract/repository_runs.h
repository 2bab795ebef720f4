/// Helpers of tests that write runs into a repository and read them back.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "stores/core/hash.h"
#include "stores/file_tree.h"
#include "stores/repository.h"
#include "tests/support/results.h"

namespace arkive::test {

struct InTreeOrder {
  bool operator()(std::string_view a, std::string_view b) const { return compare_paths(a, b) < 0; }
};
/// Path to content.
using Files = std::map<std::string, std::string, InTreeOrder>;

inline TreePart totals_of(const Files& files) {
  TreePart part;
  TreeDigest digest;
  for (const auto& [path, content] : files) {
    digest.add(path, sha256(content));
    part.bytes += content.size();
  }
  part.files = files.size();
  part.sha256 = hex(digest.finish());
  return part;
}

inline Status add_all(const Files& files, FileTreeWriter& to) {
  for (const auto& [path, content] : files) ARKIVE_TRY(to.add(path, content, sha256(content)));
  return ok();
}

/// What a test says of a run; the rest of its manifest follows from the files.
struct TestRun {
  std::string cluster = "prod";
  std::string id;
  Files tree;
  Files record;
  UnixMilliseconds started = 0;
};

inline Manifest manifest_of(const TestRun& run) {
  Manifest manifest;
  manifest.what = "dump";
  manifest.arkive_version = "test";
  manifest.host = "here";
  manifest.started = run.started;
  manifest.finished = run.started + 1;
  manifest.whole = true;
  manifest.tree = totals_of(run.tree);
  manifest.record = totals_of(run.record);
  return manifest;
}

struct WrittenRun {
  Manifest manifest;
  RunWriter::TreeOutcome outcome;
};

/// Up to the commit, without it.
inline Result<RunWriter::TreeOutcome> write_parts(RunWriter& writer, const TestRun& run) {
  ARKIVE_TRY(add_all(run.tree, writer.tree()));
  ARKIVE_ASSIGN(auto outcome, writer.finish_tree());
  ARKIVE_TRY(add_all(run.record, writer.record()));
  return outcome;
}

inline Result<WrittenRun> write_run(Repository& to, const TestRun& run,
                                    Deadline deadline = Deadline::after({})) {
  ARKIVE_ASSIGN(auto writer, to.begin(run.cluster, run.id, deadline));
  WrittenRun written;
  ARKIVE_ASSIGN(written.outcome, write_parts(*writer, run));
  ARKIVE_ASSIGN(written.manifest, writer->commit(manifest_of(run), "summary\n\nbody\n"));
  return written;
}

/// By for_each, in the order it gives.
inline Result<std::vector<std::pair<std::string, std::string>>> read_in_order(const FileTreeReader& tree,
                                                                              std::string_view under = {}) {
  std::vector<std::pair<std::string, std::string>> files;
  ARKIVE_TRY(tree.for_each(under, [&](std::string_view path, Bytes content) -> Status {
    files.emplace_back(path, content);
    return ok();
  }));
  return files;
}

inline Result<Files> read_all(const FileTreeReader& tree, std::string_view under = {}) {
  ARKIVE_ASSIGN(auto files, read_in_order(tree, under));
  return Files(files.begin(), files.end());
}

/// By list() and read() from the top down.
inline Status list_all(const FileTreeReader& tree, const std::string& directory, Files& to) {
  ARKIVE_ASSIGN(const auto entries, tree.list(directory));
  for (const FileTreeReader::Entry& entry : entries) {
    const std::string path = directory.empty() ? entry.name : directory + "/" + entry.name;
    if (entry.is_directory) {
      ARKIVE_TRY(list_all(tree, path, to));
    } else {
      ARKIVE_ASSIGN(to[path], tree.read(path));
    }
  }
  return ok();
}

/// The run, opened and compared with what was written, in every way of reading.
inline testing::AssertionResult holds(const Repository& repository, const TestRun& run) {
  const auto reader = repository.open_run(run.cluster, run.id);
  if (!reader) return testing::AssertionFailure() << "open_run: " << reader.error().what;
  for (const bool is_tree : {true, false}) {
    const FileTreeReader& part = is_tree ? (*reader)->tree() : (*reader)->record();
    const Files& wanted = is_tree ? run.tree : run.record;
    const auto files = read_all(part);
    if (!files) return testing::AssertionFailure() << "for_each: " << files.error().what;
    if (*files != wanted)
      return testing::AssertionFailure() << "for_each gives other files than were written";
    Files listed;
    const Status done = list_all(part, "", listed);
    if (!done) return testing::AssertionFailure() << "list: " << done.error().what;
    if (listed != wanted) return testing::AssertionFailure() << "list gives other files than were written";
  }
  return testing::AssertionSuccess();
}

inline std::vector<std::string> ids_of(const Repository& repository, std::string_view cluster = "prod") {
  std::vector<std::string> ids;
  for (const Manifest& run : value_of(repository.runs(cluster))) ids.push_back(run.id);
  return ids;
}

/// "added a/b", "removed c", ...
inline std::vector<std::string> in_words(const std::vector<FileChange>& changes) {
  std::vector<std::string> words;
  for (const FileChange& change : changes) {
    const char* what = change.what == FileChange::What::kAdded     ? "added "
                       : change.what == FileChange::What::kRemoved ? "removed "
                                                                   : "changed ";
    words.push_back(what + change.path);
  }
  return words;
}

}  // namespace arkive::test

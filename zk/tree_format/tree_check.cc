#include <algorithm>
#include <set>

#include "zk/tree_format/file_lookup.h"
#include "zk/tree_format/layout.h"
#include "zk/tree_format/tree_parser.h"
#include "zk/tree_format/tree_reader.h"
#include "zk/tree_format/tree_writer.h"

namespace arkive::zk {
namespace {

struct FoundFile {
  std::string path;
  Sha256Digest digest;
};

// Takes the tree as arkive would write it and tells where the files found differ from it.
class ComparingWriter : public FileTreeWriter {
 public:
  ComparingWriter(const std::vector<FoundFile>& found, std::set<std::string> known, bool compare_views,
                  std::vector<Finding>& findings)
      : found_(found), known_(std::move(known)), compare_views_(compare_views), findings_(findings) {}

  Status add(std::string_view path, Bytes, const Sha256Digest& digest) override {
    while (at_ < found_.size() && compare_paths(found_[at_].path, path) < 0) extra(found_[at_++].path);
    if (at_ == found_.size() || found_[at_].path != path) {
      report(path, "is missing");
    } else if (found_[at_++].digest != digest && path != layout::kFormatFile) {
      report(path, "is not as arkive writes it for the znodes that are here");
    }
    return ok();
  }
  void finish() {
    while (at_ < found_.size()) extra(found_[at_++].path);
  }

 private:
  void extra(std::string_view path) { report(path, "does not belong here"); }
  void report(std::string_view path, const char* what) {
    const bool is_view = is_at_or_below('/' + std::string(path), '/' + std::string(layout::kViews));
    if ((is_view && !compare_views_) || known_.contains(std::string(path))) return;
    findings_.push_back({std::string(path), what});
  }

  const std::vector<FoundFile>& found_;
  const std::set<std::string> known_;
  const bool compare_views_;
  std::vector<Finding>& findings_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Finding>> check_tree(const FileTreeReader& tree,
                                        std::span<const Application* const> applications, bool redacted) {
  std::vector<Finding> findings;
  std::set<std::string> known;
  const auto note = [&](std::string_view file, std::string_view cause) {
    findings.push_back({std::string(file), std::string(cause)});
    known.emplace(file);
    return ok();
  };
  if (const Status format = check_format(tree); !format) {
    if (format.error().outcome != Outcome::kCorrupt) return fail(format.error());
    ARKIVE_TRY(note(layout::kFormatFile, format.error().what));
  }
  std::vector<FoundFile> found;
  ARKIVE_TRY(tree.for_each({}, [&](std::string_view path, Bytes content) {
    found.push_back({std::string(path), sha256(content)});
    return ok();
  }));
  Tree znodes;
  TreeParser parser(tree, znodes, note);
  ARKIVE_TRY(parser.parse_znodes({}));
  ARKIVE_TRY(parser.parse_acls({}));
  ARKIVE_TRY(parser.parse_kinds({}));
  // Views of a tree of which something had to be left out, or with fingerprints in it, are bound to differ.
  const bool compare_views = !redacted && findings.empty();
  ComparingWriter comparing(found, std::move(known), compare_views, findings);
  TreeWriteOptions options;
  if (compare_views) options.applications = find_applications(znodes, applications);
  ARKIVE_TRY(write_tree(znodes, options, comparing));
  comparing.finish();
  return findings;
}

}  // namespace arkive::zk

#include "stores/directory/layout.h"

#include <algorithm>

#include "stores/core/bytes.h"
#include "stores/repository.h"

namespace arkive::directory {

namespace {

constexpr std::string_view kManifestEnding = ".json";
constexpr std::string_view kPartialEnding = ".partial";
constexpr std::size_t kLongestPart = 255;

std::string joined(std::string_view a, std::string_view b) {
  std::string path(a);
  path += '/';
  path += b;
  return path;
}

bool is_good_part(std::string_view part) {
  return !part.empty() && part.size() <= kLongestPart && part != "." && part != ".." &&
         part.find('\0') == std::string_view::npos && part.find('\n') == std::string_view::npos;
}

}  // namespace

std::string Root::object(std::string_view below) const {
  return below.empty() ? path : joined(path, below);
}

std::string runs_of(std::string_view cluster) {
  return joined(kRuns, cluster);
}

std::string trees_of(std::string_view cluster) {
  return joined(kTrees, cluster);
}

std::string manifest_key(std::string_view cluster, std::string_view id) {
  return joined(runs_of(cluster), id) + std::string(kManifestEnding);
}

std::string_view run_id_in(std::string_view manifest_file_name) {
  if (!manifest_file_name.ends_with(kManifestEnding)) return {};
  manifest_file_name.remove_suffix(kManifestEnding.size());
  return check_run_id(manifest_file_name) ? manifest_file_name : std::string_view();
}

const char* directory_name(Part part) {
  return part == Part::kTree ? "tree" : "record";
}

const char* list_name(Part part) {
  return part == Part::kTree ? "files.sha256.zst" : "record.sha256.zst";
}

std::string Location::parent() const {
  return joined(trees_of(cluster), run_id);
}

std::string Location::to_string() const {
  return joined(parent(), directory_name(part));
}

Result<Location> parse_location(std::string_view text, std::string_view cluster, Part part) {
  const std::string begin = trees_of(cluster) + "/";
  const std::string end = std::string("/") + directory_name(part);
  if (text.size() > begin.size() + end.size() && text.starts_with(begin) && text.ends_with(end)) {
    const std::string_view id = text.substr(begin.size(), text.size() - begin.size() - end.size());
    if (check_run_id(id)) return Location{std::string(cluster), std::string(id), part};
  }
  return fail(Outcome::kCorrupt, "read manifest: '" + printable(text) + "' is not where a " +
                                     directory_name(part) + " of cluster '" + printable(cluster) + "' lies");
}

std::string partial_name(std::string_view id) {
  std::string name(".");
  name += id;
  name += kPartialEnding;
  return name;
}

bool is_partial_name(std::string_view name) {
  return name.starts_with('.') && name.ends_with(kPartialEnding);
}

Status check_tree_path(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (!is_good_part(path.substr(begin, end - begin))) {
      return fail(Outcome::kUsage,
                  "use path '" + printable(path) +
                      "' in a tree: a part is empty, '.', '..', longer than 255 bytes or holds "
                      "a NUL or a newline");
    }
    begin = end + 1;
  }
  return ok();
}

SplitPath split_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace arkive::directory

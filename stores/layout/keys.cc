#include "stores/layout/keys.h"

#include <algorithm>

#include "stores/core/bytes.h"
#include "stores/repository.h"

namespace arkive::layout {

namespace {

constexpr std::string_view kManifestEnding = ".json";
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

const char* form_name(Part part, Form form) {
  return form == Form::kTar ? tar_name(part) : directory_name(part);
}

const char* how(Form form) {
  return form == Form::kTar ? "as .tar.zst" : "as plain files";
}

}  // namespace

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

const char* tar_name(Part part) {
  return part == Part::kTree ? "tree.tar.zst" : "record.tar.zst";
}

const char* list_name(Part part) {
  return part == Part::kTree ? "files.sha256.zst" : "record.sha256.zst";
}

std::string Location::parent() const {
  return joined(trees_of(cluster), run_id);
}

std::string Location::to_string() const {
  return joined(parent(), form_name(part, form));
}

std::string Location::list() const {
  return joined(parent(), list_name(part));
}

Result<Location> parse_location(std::string_view text, std::string_view cluster, Part part, Form form) {
  const std::string begin = trees_of(cluster) + "/";
  const std::string_view rest = text.starts_with(begin) ? text.substr(begin.size()) : std::string_view();
  const std::string_view id = rest.substr(0, rest.find('/'));
  for (const Form known : {Form::kFiles, Form::kTar}) {
    Location location = {std::string(cluster), std::string(id), part, known};
    if (!check_run_id(id) || location.to_string() != text) continue;
    if (known == form) return location;
    return fail(Outcome::kUsage,
                "read '" + printable(text) + "': this kind of store keeps trees " + how(form) +
                    ", and this one is kept " + how(known),
                "read it in the place it was written to");
  }
  return fail(Outcome::kCorrupt, "read manifest: '" + printable(text) + "' is not where a " +
                                     directory_name(part) + " of cluster '" + printable(cluster) + "' lies");
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

}  // namespace arkive::layout

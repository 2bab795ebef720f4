/// MemoryFileTree: a file tree in memory, to write into and to read from in tests.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/file_tree.h"

namespace arkive::test {

/// add() checks what the contract of FileTreeWriter asks of a caller: paths ascend, parts are file names, the
/// hash is the content's. Tests may change `files` between writing and reading.
class MemoryFileTree : public FileTreeWriter, public FileTreeReader {
 public:
  struct InOrder {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const { return compare_paths(a, b) < 0; }
  };
  std::map<std::string, std::string, InOrder> files;

  Status add(std::string_view path, Bytes content, const Sha256Digest& digest) override {
    if (!files.empty() && compare_paths(files.rbegin()->first, path) >= 0) {
      return fail(Outcome::kFail,
                  "add '" + std::string(path) + "': does not come after '" + files.rbegin()->first + "'");
    }
    for (std::string_view part : parts(path)) {
      if (part.empty() || part == "." || part == ".." || part.size() > 255 ||
          part.find('\0') != std::string_view::npos) {
        return fail(Outcome::kFail, "add '" + std::string(path) + "': not a path of file names");
      }
    }
    if (sha256(content) != digest) return fail(Outcome::kFail, "add '" + std::string(path) + "': wrong hash");
    files.emplace_hint(files.end(), path, content);
    return ok();
  }

  Result<std::string> read(std::string_view path) const override {
    const auto found = files.find(path);
    if (found == files.end())
      return fail(Outcome::kNotFound, "read '" + std::string(path) + "': no such file");
    return found->second;
  }

  Result<std::vector<Entry>> list(std::string_view directory) const override {
    std::vector<Entry> entries;
    for (auto at = first_at_or_below(directory); at != files.end() && is_below(at->first, directory); ++at) {
      const std::string_view rest =
          std::string_view(at->first).substr(directory.empty() ? 0 : directory.size() + 1);
      const std::size_t slash = rest.find('/');
      const std::string_view name = rest.substr(0, slash);
      if (!entries.empty() && entries.back().name == name) continue;
      entries.push_back({std::string(name), slash != std::string_view::npos, {}});
      if (slash == std::string_view::npos) entries.back().identity = hex(sha256(at->second));
    }
    return entries;
  }

  Status for_each(std::string_view under,
                  const std::function<Status(std::string_view path, Bytes content)>& each) const override {
    for (auto at = first_at_or_below(under); at != files.end(); ++at) {
      if (at->first != under && !is_below(at->first, under)) break;
      ARKIVE_TRY(each(at->first, at->second));
    }
    return ok();
  }

 private:
  static std::vector<std::string_view> parts(std::string_view path) {
    std::vector<std::string_view> all;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      all.push_back(path.substr(begin, end - begin));
      begin = end + 1;
    }
    return all;
  }
  static bool is_below(std::string_view path, std::string_view directory) {
    return directory.empty() ||
           (path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/');
  }
  std::map<std::string, std::string, InOrder>::const_iterator first_at_or_below(
      std::string_view directory) const {
    return directory.empty() ? files.begin() : files.lower_bound(directory);
  }
};

}  // namespace arkive::test

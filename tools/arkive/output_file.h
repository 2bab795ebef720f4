/// OutputFile: where a long result goes: standard output, or a file that is there only when it is whole.
#pragma once

#include <string>

#include "stores/core/bytes.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive::tools {

/// Not thread-safe. A file is written beside its name (0600) and takes the place of an older one in
/// finish(), durably. Destroyed without it: nothing remains and the older one stays.
class OutputFile {
 public:
  /// Empty: standard output. kNotFound, kDenied, kUsage (a directory stands there).
  static Result<OutputFile> open(const std::string& path);
  OutputFile(OutputFile&& other) noexcept = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  Status write(Bytes data);
  Status finish();

 private:
  OutputFile() = default;
  Status flush();

  std::string path_;  // empty: standard output
  std::string name_;
  std::string temporary_;
  UniqueFd directory_;
  UniqueFd file_;
  std::string pending_;
};

}  // namespace arkive::tools

/// A run that was opened: its manifest and the readers of its trees.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stores/repository.h"

namespace arkive::layout {

class OpenedRun final : public RunReader {
 public:
  OpenedRun(Manifest manifest, std::unique_ptr<FileTreeReader> tree, std::unique_ptr<FileTreeReader> record)
      : manifest_(std::move(manifest)), tree_(std::move(tree)), record_(std::move(record)) {}
  const Manifest& manifest() const override { return manifest_; }
  const FileTreeReader& tree() const override { return *tree_; }
  const FileTreeReader& record() const override { return *record_; }

 private:
  Manifest manifest_;
  std::unique_ptr<FileTreeReader> tree_;
  std::unique_ptr<FileTreeReader> record_;
};

/// A tree without files: what a run shows whose record is gone.
class EmptyTreeReader final : public FileTreeReader {
 public:
  Result<std::string> read(std::string_view path) const override;
  Result<std::vector<Entry>> list(std::string_view directory) const override;
  Status for_each(std::string_view under,
                  const std::function<Status(std::string_view path, Bytes content)>& each) const override;
};

}  // namespace arkive::layout

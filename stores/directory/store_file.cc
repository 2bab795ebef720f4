#include "stores/directory/store_file.h"

#include <algorithm>

#include "stores/core/files.h"
#include "stores/directory/beneath.h"
#include "stores/directory/directory_store.h"
#include "stores/layout/store_file.h"

namespace arkive::directory {

namespace {

/// Empty but for what a killed creation or the making of the file system left there.
Result<bool> is_empty(const Root& root) {
  ARKIVE_ASSIGN(const auto names, names_in(root.fd.get(), root.path));
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return name == "lost+found" || name.starts_with(kTemporaryFilePrefix);
  });
}

Status create_store_file(const SharedRoot& root) {
  const std::string name(layout::kStoreFile);
  Status written = write_file_durably_at(root->fd.get(), name, root->object(name), layout::new_store_file(),
                                         IfExists::kConflict);
  // Another process was faster; its file is as good.
  if (!written && written.error().outcome == Outcome::kConflict) return ok();
  return written;
}

}  // namespace

Result<SharedRoot> open_store(const std::string& path, bool create) {
  auto opened = open_root(path);
  if (!opened && opened.error().outcome == Outcome::kNotFound && create) {
    ARKIVE_TRY(make_directories(path));
    opened = open_root(path);
  }
  if (!opened) return fail(std::move(opened.error()));
  SharedRoot root = std::move(*opened);
  const DirectoryStore store(root);
  auto text = store.get(layout::kStoreFile, 0, 0, Deadline::never());
  if (!text && text.error().outcome == Outcome::kNotFound) {
    ARKIVE_ASSIGN(const bool empty, is_empty(*root));
    if (!empty || !create) {
      return fail(Outcome::kUsage,
                  "open store '" + printable(path) +
                      "': it holds no arkive.json, so it is no store of arkive" + (empty ? " yet" : ""),
                  empty ? "arkive dump and arkive archive make it one: give it with --to"
                        : "name an empty or a new directory to make a store");
    }
    ARKIVE_TRY(create_store_file(root));
    text = store.get(layout::kStoreFile, 0, 0, Deadline::never());
  }
  if (!text) return fail(std::move(text.error()));
  ARKIVE_TRY(layout::parse_store_file(*text, path));
  return root;
}

}  // namespace arkive::directory

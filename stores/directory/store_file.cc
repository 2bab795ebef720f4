#include "stores/directory/store_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "stores/directory/beneath.h"
#include "stores/directory/directory_store.h"
#include "stores/manifest/seal.h"

namespace arkive::directory {

namespace {

constexpr std::size_t kIdBytes = 16;

std::string new_store_file() {
  const nlohmann::json object = {
      {"arkive", "store"}, {"format", kStoreFormat}, {"id", to_hex(random_bytes(kIdBytes))}};
  return sealed_json(object.dump());
}

Status check_store_file(const std::string& text, const std::string& path) {
  const auto object = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const std::string opening = "open store '" + printable(path) + "': ";
  // The arkive.json of a tree tells a format too, but is none of a store.
  if (!object.is_object() || !object.contains("arkive") || object["arkive"] != "store") {
    return fail(Outcome::kUsage, opening + "its arkive.json is not that of a store");
  }
  if (!object.contains("format") || !object["format"].is_number_unsigned() ||
      object["format"].get<std::uint64_t>() == 0 || !object.contains("id") || !object["id"].is_string()) {
    return fail(Outcome::kCorrupt, opening + "its arkive.json lacks format or id");
  }
  const auto format = object["format"].get<std::uint64_t>();
  if (format > kStoreFormat) {
    return fail(Outcome::kUsage,
                opening + "its format " + std::to_string(format) + " is newer than " +
                    std::to_string(kStoreFormat) + ", the newest this arkive knows",
                "use a newer arkive for this store");
  }
  if (Status sealed = check_seal(text); !sealed)
    return fail(Outcome::kCorrupt, opening + "arkive.json: " + sealed.error().what);
  return ok();
}

/// Empty but for what a killed creation or the making of the file system left there.
Result<bool> is_empty(const Root& root) {
  ARKIVE_ASSIGN(const auto names, names_in(root.fd.get(), root.path));
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return name == "lost+found" || name.starts_with(kTemporaryFilePrefix);
  });
}

Status create_store_file(const SharedRoot& root) {
  const std::string name(kStoreFile);
  Status written =
      write_file_durably_at(root->fd.get(), name, root->object(name), new_store_file(), IfExists::kConflict);
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
  auto text = store.get(kStoreFile, 0, 0, Deadline::never());
  if (!text && text.error().outcome == Outcome::kNotFound) {
    ARKIVE_ASSIGN(const bool empty, is_empty(*root));
    if (!empty || !create) {
      return fail(Outcome::kUsage,
                  "open store '" + printable(path) +
                      "': it holds no arkive.json, so it is no store of arkive" + (empty ? " yet" : ""),
                  empty ? "" : "name an empty or a new directory to make a store");
    }
    ARKIVE_TRY(create_store_file(root));
    text = store.get(kStoreFile, 0, 0, Deadline::never());
  }
  if (!text) return fail(std::move(text.error()));
  ARKIVE_TRY(check_store_file(*text, path));
  return root;
}

}  // namespace arkive::directory

#include "tools/places/destinations.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "stores/encrypted/keyring.h"
#include "stores/layout/store_file.h"
#include "tools/places/store_keys.h"

namespace arkive::tools {
namespace {

/// What is no directory is told by whoever opens it.
Status check_writable(const std::string& directory) {
  struct stat facts = {};
  if (::stat(directory.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) return ok();
  if (::access(directory.c_str(), W_OK | X_OK) == 0) return ok();
  Error error = system_error("write into", directory, errno);
  error.hint = "give this user the right to write there, or name another place";
  return fail(std::move(error));
}

}  // namespace

bool is_new_place(const std::string& path) {
  const auto names = list_directory(path);
  if (!names) return names.error().outcome == Outcome::kNotFound;
  return std::all_of(names->begin(), names->end(), [](const std::string& name) {
    return name == "lost+found" || name.starts_with(kTemporaryFilePrefix);
  });
}

std::string nearest_directory(std::string path) {
  while (!path_exists(path)) {
    const std::size_t slash = path.rfind('/');
    path = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  }
  return path;
}

Status check_openable(const RepositoryName& name, const OpenMode& mode) {
  const bool is_local = !name.is_remote();
  if (is_local) ARKIVE_TRY(check_writable(nearest_directory(name.path)));
  if (!name.is_store()) {
    ARKIVE_TRY(refuse_key(mode.key, name.text()));
    if (is_new_place(name.path)) return ok();
    ARKIVE_TRY(open_repository(name, {.key = mode.key}));
    return ok();
  }
  ARKIVE_ASSIGN(const auto source, key_source(mode.key));
  const auto check_key = [&]() -> Status {
    if (!source) return ok();
    ARKIVE_ASSIGN(const encrypted::Secret secret, key_reader().key(*source, Deadline::never()));
    return encrypted::check_new_key(*source, secret);
  };
  if (is_local && is_new_place(name.path)) return check_key();
  const auto below = open_store_undecrypted(name);
  if (!below) return below.error().outcome == Outcome::kNotFound ? check_key() : fail(below.error());
  return encrypted::check_openable(**below, source, {.create = true, .hide_names = mode.key.hide_names},
                                   key_reader(), Deadline::never());
}

Result<std::vector<RepositoryName>> parse_destinations(const std::vector<std::string>& texts,
                                                       const KeyOptions& key) {
  std::vector<RepositoryName> names;
  for (const std::string& text : texts) {
    ARKIVE_ASSIGN(RepositoryName name, RepositoryName::parse(text, false));
    for (const RepositoryName& other : names) {
      if (other.same_place(name))
        return fail(Outcome::kUsage, "open '" + printable(text) + "': it is given twice");
    }
    names.push_back(std::move(name));
  }
  // Beside a store, a history goes without the key; alone, nothing would be encrypted.
  if (!names.empty() &&
      std::none_of(names.begin(), names.end(), [](const RepositoryName& name) { return name.is_store(); }))
    ARKIVE_TRY(refuse_key(key, names.front().text()));
  return names;
}

Result<std::vector<std::unique_ptr<Repository>>> open_destinations(const std::vector<RepositoryName>& names,
                                                                   const OpenMode& mode) {
  const auto mode_of = [&](const RepositoryName& name) {
    OpenMode own = mode;
    own.create = true;
    own.key = key_for(name, mode.key);
    return own;
  };
  // One alone is made or refused by the opening itself.
  if (names.size() > 1) {
    for (const RepositoryName& name : names) ARKIVE_TRY(check_openable(name, mode_of(name)));
  }
  std::vector<std::unique_ptr<Repository>> opened;
  for (const RepositoryName& name : names) {
    ARKIVE_ASSIGN(std::unique_ptr<Repository> repository, open_repository(name, mode_of(name)));
    opened.push_back(std::move(repository));
  }
  return opened;
}

Status try_to_write(const std::string& path) {
  const std::string file =
      nearest_directory(path) + "/" + std::string(kTemporaryFilePrefix) + "check-" + to_hex(random_bytes(8));
  ARKIVE_TRY(write_file_durably(file, "arkive check\n", IfExists::kConflict));
  if (::unlink(file.c_str()) != 0) return fail(system_error("remove", file, errno));
  return ok();
}

Status try_to_write(const RepositoryName& store, const KeyOptions& key, const std::string& cluster) {
  ARKIVE_ASSIGN(const std::unique_ptr<Store> opened, open_store(store, {.key = key}));
  ARKIVE_TRY(opened->lock(cluster, Deadline::after({})));
  ARKIVE_ASSIGN(const std::unique_ptr<Store> below, open_store_undecrypted(store));
  ARKIVE_ASSIGN(const std::string text, below->get(layout::kStoreFile, 0, 0, Deadline::never()));
  return below->put(layout::kStoreFile, text, PutMode::kCreateOnly, Deadline::never());
}

}  // namespace arkive::tools

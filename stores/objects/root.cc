#include "stores/objects/root.h"

namespace arkive::objects {

namespace {

/// What stands in the store besides keys: one key of it, or none. The list is left at the first.
Result<std::string> foreign_key(const Store& store, Deadline deadline) {
  std::string found;
  const Status listed = store.list(
      {},
      [&](const Store::Object& object) -> Status {
        if (object.key.starts_with(kKeysPrefix)) return ok();
        found = object.key;
        return fail(Outcome::kConflict, "found");
      },
      deadline);
  if (!listed && found.empty()) return fail(listed.error());
  return found;
}

Result<std::string> create_store_file(Store& store, Deadline deadline) {
  std::string text = layout::new_store_file();
  const Status put = store.put(layout::kStoreFile, text, PutMode::kCreateOnly, deadline);
  if (put) return text;
  if (put.error().outcome != Outcome::kConflict) return fail(put.error());
  // Another process was faster; its file is as good.
  return store.get(layout::kStoreFile, 0, 0, deadline);
}

}  // namespace

Result<StoreRoot> open_root(Store& store, bool create, Deadline deadline) {
  auto text = store.get(layout::kStoreFile, 0, 0, deadline);
  if (!text && text.error().outcome == Outcome::kNotFound) {
    const std::string opening = "open store '" + printable(store.name()) + "': ";
    ARKIVE_ASSIGN(const std::string key, foreign_key(store, deadline));
    // arkive.json: another process has made it a store since we looked.
    if (!key.empty() && key != layout::kStoreFile) {
      return fail(Outcome::kUsage,
                  opening + "it holds no arkive.json, so it is no store of arkive, but other objects: '" +
                      printable(key) + "'",
                  "name an empty place to make a store");
    }
    if (key.empty() && !create) {
      return fail(Outcome::kNotFound, opening + "it holds no arkive.json and nothing else");
    }
    text = key.empty() ? create_store_file(store, deadline) : store.get(layout::kStoreFile, 0, 0, deadline);
  }
  if (!text) return fail(std::move(text.error()));
  return layout::parse_store_file(*text, store.name());
}

}  // namespace arkive::objects

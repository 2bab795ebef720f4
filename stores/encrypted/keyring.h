/// The keys of a store: makes a store an encrypted one, opens it, adds and removes wrappings of its data key
/// (docs/format-encryption.md). Functions; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stores/encrypted/key_files.h"
#include "stores/encrypted/key_source.h"
#include "stores/store.h"

namespace arkive::encrypted {

struct OpenOptions {
  bool create = false;      ///< a store that holds nothing becomes encrypted
  bool hide_names = false;  ///< when it becomes so; of one that is, kUsage unless its names are hidden
};

/// `below`, an opened store with its arkive.json, as it is to be used. Without `source`: itself; kUsage,
/// naming the options, when it is encrypted. With one: an EncryptedStore; kUsage when the store is not
/// encrypted and cannot become so; kDenied when the key opens none of the wrappings; kCorrupt when what lies
/// in "keys/" is damaged.
Result<std::unique_ptr<Store>> open_encrypted(std::unique_ptr<Store> below,
                                              const std::optional<KeySource>& source, OpenOptions options,
                                              KeyReader& keys, Deadline deadline);

/// What open_encrypted() would refuse, with nothing written: ok() also where it would make a store that holds
/// nothing an encrypted one. Errors as there.
Status check_openable(const Store& below, const std::optional<KeySource>& source, OpenOptions options,
                      KeyReader& keys, Deadline deadline);

/// True when the store is encrypted.
Result<bool> is_encrypted(const Store& below, Deadline deadline);

/// An object in "keys/" that is a wrapping, or should be.
struct ListedWrapping {
  std::string id;
  std::optional<Wrapping> wrapping;  ///< none: damaged
  std::string damage;                ///< what is wrong with it; a wrapping of another encryption.json is, too
  bool opens = false;                ///< with the secret given
};
/// By age. `secret`, of `method`, may be empty: then none opens. kUsage when the store is not encrypted.
Result<std::vector<ListedWrapping>> list_wrappings(const Store& below, Bytes secret, Wrapping::Method method,
                                                   Deadline deadline);

/// Wraps the data key, which `opening` opens, with `added`, too, under a new id, which it returns. Errors as
/// open_encrypted(); kUsage for a passphrase that is too short.
Result<std::string> add_wrapping(Store& below, const KeySource& opening, const KeySource& added,
                                 const std::string& label, KeyReader& keys, Deadline deadline);

/// Takes a wrapping away. kNotFound; kConflict when no other one would be left.
Status remove_wrapping(Store& below, const std::string& id, Deadline deadline);

}  // namespace arkive::encrypted

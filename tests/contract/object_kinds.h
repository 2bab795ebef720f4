/// The kinds of Store and Repository that a place for objects makes: plain, encrypted, with hidden names.
#pragma once

#include "stores/encrypted/encrypted_store.h"
#include "stores/objects/object_repository.h"
#include "stores/objects/root.h"
#include "tests/contract/repository_contract.h"
#include "tests/contract/store_contract.h"

namespace arkive::test {

/// Opens the store that belongs to a scratch path, the same one at each call.
using OpenObjects = std::function<Result<std::unique_ptr<Store>>(const std::string& path)>;

/// A key that is always the same, of the store with that id.
inline encrypted::StoreKey scratch_key(const std::string& store_id, bool hide_names) {
  return {store_id, encrypted::Secret(std::string(32, 'k')), encrypted::kDefaultChunk, hide_names};
}

inline std::vector<StoreKind> object_store_kinds(const std::string& name, const OpenObjects& open) {
  const auto encrypted = [&](const std::string& ending, bool hide_names) {
    return StoreKind{name + ending,
                     [open, hide_names](const std::string& scratch) -> Result<std::unique_ptr<Store>> {
                       ARKIVE_ASSIGN(auto below, open(scratch));
                       return std::make_unique<EncryptedStore>(
                           std::move(below), scratch_key("5f0c1e2d3b4a59687786958493a2b1c0", hide_names));
                     }};
  };
  return {StoreKind{name, open}, encrypted("_encrypted", false),
          encrypted("_encrypted_with_hidden_names", true)};
}

inline std::vector<RepositoryKind> object_repository_kinds(const std::string& name, const OpenObjects& open) {
  const auto plain = [open](const std::string& path, bool create) -> Result<std::unique_ptr<Repository>> {
    ARKIVE_ASSIGN(auto store, open(path));
    return open_object_repository(std::move(store), create, "");
  };
  const auto sealed = [open](bool hide_names) {
    return [open, hide_names](const std::string& path, bool create) -> Result<std::unique_ptr<Repository>> {
      ARKIVE_ASSIGN(auto below, open(path));
      ARKIVE_ASSIGN(const objects::StoreRoot root, objects::open_root(*below, create, Deadline::never()));
      return open_object_repository(
          std::make_unique<EncryptedStore>(std::move(below), scratch_key(root.id, hide_names)), false, "");
    };
  };
  const auto make_newer = [open](const std::string& path) {
    value_of(value_of(open(path))
                 ->put("arkive.json", R"({"arkive":"store","format":2,"id":"x"})", PutMode::kReplace,
                       Deadline::never()));
  };
  RepositoryKind encrypted{name + "_encrypted", sealed(false), make_newer};
  RepositoryKind hidden{name + "_encrypted_with_hidden_names", sealed(true), make_newer};
  // Who wins is decided below the encryption.
  encrypted.races = hidden.races = 20;
  return {RepositoryKind{name, plain, make_newer}, encrypted, hidden};
}

}  // namespace arkive::test

// The kinds of Store that need no server.
#include "stores/directory/directory_store.h"
#include "stores/encrypted/encrypted_store.h"
#include "tests/contract/store_contract.h"

namespace arkive::test {
namespace {

/// A directory, encrypted with a key that is always the same.
StoreKind encrypted_kind(const std::string& name, bool hide_names) {
  return {name, [hide_names](const std::string& scratch) -> Result<std::unique_ptr<Store>> {
            ARKIVE_ASSIGN(auto below, DirectoryStore::open(scratch));
            return std::make_unique<EncryptedStore>(
                std::move(below), encrypted::StoreKey("5f0c1e2d3b4a59687786958493a2b1c0",
                                                      encrypted::Secret(std::string(32, 'k')),
                                                      encrypted::kDefaultChunk, hide_names));
          }};
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, StoreContract,
    testing::Values(StoreKind{"directory",
                              [](const std::string& scratch) -> Result<std::unique_ptr<Store>> {
                                return DirectoryStore::open(scratch);
                              }},
                    encrypted_kind("encrypted", false), encrypted_kind("encrypted_with_hidden_names", true)),
    store_kind_name);

}  // namespace
}  // namespace arkive::test

/// An encrypted store over a directory, and the stored bytes below it.
#pragma once

#include <memory>
#include <string>

#include "stores/core/files.h"
#include "stores/directory/directory_store.h"
#include "stores/encrypted/encrypted_store.h"
#include "tests/support/results.h"

namespace arkive::test {

inline const std::string kStoreId = "5f0c1e2d3b4a59687786958493a2b1c0";

/// The data key of the page's vectors: 00 01 ... 1f.
inline encrypted::Secret vector_key() {
  std::string key;
  for (char c = 0; c < 32; ++c) key.push_back(c);
  return encrypted::Secret(std::move(key));
}

inline encrypted::StoreKey store_key(bool hide_names = false, const std::string& id = kStoreId) {
  return encrypted::StoreKey(id, vector_key(), encrypted::kDefaultChunk, hide_names);
}

class EncryptedTest : public ScratchTest {
 protected:
  std::unique_ptr<EncryptedStore> open(bool hide_names = false) const {
    return std::make_unique<EncryptedStore>(value_of(DirectoryStore::open(scratch())), store_key(hide_names));
  }
  std::unique_ptr<DirectoryStore> below() const { return value_of(DirectoryStore::open(scratch())); }
  std::string stored(const std::string& key) const { return value_of(read_file(scratch(key))); }
  void set_stored(const std::string& key, const std::string& bytes) const {
    EXPECT_TRUE(succeeded(below()->put(key, bytes, PutMode::kReplace, Deadline::never())));
  }
  static Status put(Store& store, const std::string& key, Bytes data, PutMode mode = PutMode::kReplace) {
    return store.put(key, data, mode, Deadline::never());
  }
  static Result<std::string> get(const Store& store, const std::string& key, std::uint64_t offset = 0,
                                 std::uint64_t size = 0) {
    return store.get(key, offset, size, Deadline::never());
  }
};

}  // namespace arkive::test

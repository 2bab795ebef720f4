/// StoreContract: what every Store does, one suite for all. A kind takes part by INSTANTIATE_TEST_SUITE_P
/// with a StoreKind (store_contract_test.cc).
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "stores/store.h"
#include "tests/support/results.h"

namespace arkive::test {

struct StoreKind {
  std::string name;  ///< for the names of tests
  /// Opens the store of this scratch directory, the same one at each call.
  std::function<Result<std::unique_ptr<Store>>(const std::string& scratch)> open;
};

inline std::string store_kind_name(const testing::TestParamInfo<StoreKind>& info) {
  return info.param.name;
}

class StoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  std::unique_ptr<Store> open() const { return value_of(GetParam().open(scratch_.path())); }

  static Status put(Store& store, std::string_view key, Bytes data, PutMode mode = PutMode::kCreateOnly) {
    return store.put(key, data, mode, Deadline::never());
  }
  static Result<std::string> get(const Store& store, std::string_view key, std::uint64_t offset = 0,
                                 std::uint64_t size = 0) {
    return store.get(key, offset, size, Deadline::never());
  }
  /// What came is in `bytes`, on failure too.
  static Status stream(const Store& store, std::string_view key, std::uint64_t offset, std::uint64_t size,
                       std::string& bytes) {
    bytes.clear();
    const auto take = [&](Bytes piece) {
      bytes.append(piece);
      return ok();
    };
    return store.stream(key, offset, size, take, Deadline::never());
  }
  static std::vector<std::string> keys(const Store& store, std::string_view prefix = {}) {
    std::vector<std::string> all;
    const Status listed = store.list(
        prefix,
        [&](const Store::Object& object) -> Status {
          all.push_back(object.key);
          return ok();
        },
        Deadline::never());
    EXPECT_TRUE(succeeded(listed));
    return all;
  }

 private:
  TemporaryDirectory scratch_ = value_of(TemporaryDirectory::create("contract"));
};

}  // namespace arkive::test

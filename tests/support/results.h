/// Helpers of tests to look into a Result.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "stores/core/files.h"
#include "stores/core/result.h"

namespace arkive::test {

/// The value; fails the test with the error's text when there is none.
template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error("unexpected error: " + result.error().what);
  return std::move(*result);
}

/// EXPECT_TRUE(succeeded(write_file_durably(...)))
template <class T>
testing::AssertionResult succeeded(const Result<T>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure() << outcome_name(result.error().outcome) << ": " << result.error().what;
}

/// EXPECT_TRUE(failed_with(Outcome::kConflict, write_file_durably(...)))
template <class T>
testing::AssertionResult failed_with(Outcome wanted, const Result<T>& result) {
  if (result) return testing::AssertionFailure() << "succeeded instead of " << outcome_name(wanted);
  if (result.error().outcome == wanted) return testing::AssertionSuccess();
  return testing::AssertionFailure() << outcome_name(result.error().outcome) << " instead of "
                                     << outcome_name(wanted) << ": " << result.error().what;
}

/// A fixture with a scratch directory.
class ScratchTest : public testing::Test {
 protected:
  std::string scratch(const std::string& name) const { return directory_.path() + "/" + name; }
  const std::string& scratch() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_ = value_of(TemporaryDirectory::create("test"));
};

}  // namespace arkive::test

#include "stores/core/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

#include "tests/support/results.h"

namespace arkive {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0)
    return fail(Outcome::kUsage, "halve '" + std::to_string(number) + "': it is odd", "take an even one");
  return number / 2;
}

Result<int> quarter(int number) {
  ARKIVE_ASSIGN(const int first, half(number));
  ARKIVE_ASSIGN(const int second, half(first));
  return second;
}

Status check_even(int number) {
  ARKIVE_TRY(half(number));
  return ok();
}

Result<std::unique_ptr<int>> boxed(int number) {
  ARKIVE_ASSIGN(auto value, half(number));
  return std::make_unique<int>(value);
}

TEST(Result, AssignGoesOnWithTheValue) {
  EXPECT_EQ(test::value_of(quarter(12)), 3);
}

TEST(Result, AssignHandsTheErrorUpWithItsHint) {
  const auto result = quarter(6);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, Outcome::kUsage);
  EXPECT_EQ(result.error().what, "halve '3': it is odd");
  EXPECT_EQ(result.error().hint, "take an even one");
}

TEST(Result, TryReturnsTheErrorAndOtherwiseGoesOn) {
  EXPECT_TRUE(test::succeeded(check_even(2)));
  EXPECT_TRUE(test::failed_with(Outcome::kUsage, check_even(3)));
}

TEST(Result, CarriesValuesThatCanOnlyBeMoved) {
  EXPECT_EQ(*test::value_of(boxed(8)), 4);
}

TEST(Error, WithinPutsTheOuterOperationFirst) {
  const Error inner{Outcome::kDenied, "read '/x': Permission denied", "look at its ACL"};
  const Error outer = inner.within("restore '/a'");
  EXPECT_EQ(outer.what, "restore '/a': read '/x': Permission denied");
  EXPECT_EQ(outer.outcome, Outcome::kDenied);
  EXPECT_EQ(outer.hint, "look at its ACL");
}

TEST(Error, OfASystemCallNamesOperationObjectAndCause) {
  EXPECT_EQ(system_error("sync", "/backup/x", EIO).what, "sync '/backup/x': Input/output error");
}

TEST(Error, OfASystemCallCannotSteerTheTerminal) {
  EXPECT_EQ(system_error("open", "a\x1b[2J\nb", ENOENT).what,
            "open 'a\\x1b[2J\\x0ab': No such file or directory");
}

TEST(Error, OfASystemCallSaysWhatTheCallerMayDo) {
  const std::pair<int, Outcome> rows[] = {
      {ENOENT, Outcome::kNotFound},  {EEXIST, Outcome::kConflict},    {EACCES, Outcome::kDenied},
      {EPERM, Outcome::kDenied},     {EROFS, Outcome::kDenied},       {ENOSPC, Outcome::kFull},
      {EDQUOT, Outcome::kFull},      {EFBIG, Outcome::kFull},         {EAGAIN, Outcome::kRetry},
      {EINTR, Outcome::kRetry},      {ETIMEDOUT, Outcome::kRetry},    {ECONNREFUSED, Outcome::kRetry},
      {ECONNRESET, Outcome::kRetry}, {ECONNABORTED, Outcome::kRetry}, {EIO, Outcome::kFail},
      {ENOTDIR, Outcome::kFail},     {EMFILE, Outcome::kFail},
  };
  for (const auto& [number, outcome] : rows) {
    EXPECT_EQ(system_error("open", "x", number).outcome, outcome) << "errno " << number;
  }
}

TEST(Outcome, HasAWordForEachValue) {
  EXPECT_EQ(outcome_name(Outcome::kRetry), "retry");
  EXPECT_EQ(outcome_name(Outcome::kNotFound), "not-found");
  EXPECT_EQ(outcome_name(Outcome::kConflict), "conflict");
  EXPECT_EQ(outcome_name(Outcome::kCorrupt), "corrupt");
  EXPECT_EQ(outcome_name(Outcome::kDenied), "denied");
  EXPECT_EQ(outcome_name(Outcome::kFull), "full");
  EXPECT_EQ(outcome_name(Outcome::kUsage), "usage");
  EXPECT_EQ(outcome_name(Outcome::kInterrupted), "interrupted");
  EXPECT_EQ(outcome_name(Outcome::kFail), "fail");
}

}  // namespace
}  // namespace arkive

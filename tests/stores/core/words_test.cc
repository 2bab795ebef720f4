#include "stores/core/words.h"

#include <gtest/gtest.h>

#include <vector>

namespace arkive {
namespace {

TEST(Words, CountWhatThereIs) {
  EXPECT_EQ(counted(0, "topic"), "0 topics");
  EXPECT_EQ(counted(1, "topic"), "1 topic");
  EXPECT_EQ(counted(2, "topic"), "2 topics");
}

TEST(Words, NumbersStandInBrackets) {
  EXPECT_EQ(in_brackets({}), "[]");
  EXPECT_EQ(in_brackets(std::vector<std::int32_t>{3, 1}), "[3,1]");
}

}  // namespace
}  // namespace arkive

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "restore-plans/plan/step.h"
#include "tests/support/results.h"

namespace arkive::restore_plans {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Step step(const std::string& id, std::vector<std::string> needs, std::vector<std::string> provides) {
  Step one;
  one.id = id;
  one.needs = std::move(needs);
  one.provides = std::move(provides);
  return one;
}

TEST(OrderSteps, AStepComesAfterWhatItNeedsAndElseWhereItStood) {
  const std::vector<Step> steps = {step("start", {"znodes", "logs"}, {"up"}),
                                   step("seed", {"down"}, {"logs"}), step("stop", {}, {"down"}),
                                   step("restore", {"down"}, {"znodes"})};
  EXPECT_THAT(test::value_of(order_steps(steps, {})), ElementsAre(2, 1, 3, 0));
}

TEST(OrderSteps, ANeedThatNobodyMeetsIsNamed) {
  const std::vector<Step> steps = {step("start", {"znodes"}, {})};
  const auto order = order_steps(steps, {});
  ASSERT_FALSE(order);
  EXPECT_THAT(order.error().what, AllOf(HasSubstr("'start'"), HasSubstr("'znodes'")));
  const std::vector<std::string> given = {"znodes"};
  EXPECT_TRUE(test::succeeded(order_steps(steps, given)));
}

TEST(OrderSteps, ACycleIsToldFromStepToStep) {
  const std::vector<Step> steps = {step("a", {"c"}, {"a"}), step("b", {"a"}, {"b"}), step("c", {"b"}, {"c"})};
  const auto order = order_steps(steps, {});
  ASSERT_FALSE(order);
  EXPECT_THAT(order.error().what, HasSubstr("'a' needs 'c' needs 'b' needs 'a'"));
  EXPECT_TRUE(test::failed_with(Outcome::kUsage, order_steps(std::vector{step("a", {"x"}, {"x"})}, {})));
}

TEST(OrderSteps, TwoOfOneNameAndTwoProvidersAreRefused) {
  EXPECT_TRUE(
      test::failed_with(Outcome::kUsage, order_steps(std::vector{step("a", {}, {}), step("a", {}, {})}, {})));
  EXPECT_TRUE(test::failed_with(Outcome::kUsage,
                                order_steps(std::vector{step("a", {}, {"x"}), step("b", {}, {"x"})}, {})));
  EXPECT_TRUE(test::failed_with(Outcome::kUsage, order_steps(std::vector{step("", {}, {})}, {})));
}

TEST(OrderSteps, AnyGraphWithoutACycleGetsAnOrderThatHoldsAndAnyOtherIsRefused) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t count = 1 + random() % 12;
    std::vector<Step> steps;
    for (std::size_t index = 0; index < count; ++index)
      steps.push_back(step("s" + std::to_string(index), {}, {"f" + std::to_string(index)}));
    // With a hidden order there is none; with any edge allowed there may be one.
    std::vector<std::size_t> hidden(count);
    for (std::size_t index = 0; index < count; ++index) hidden[index] = index;
    std::shuffle(hidden.begin(), hidden.end(), random);
    const bool any = random() % 2 == 0;
    std::vector<std::pair<std::size_t, std::size_t>> edges;  // later needs earlier
    for (std::size_t n = random() % (2 * count); n > 0; --n) {
      std::size_t a = random() % count;
      std::size_t b = random() % count;
      if (!any && a == b) continue;
      if (!any && a > b) std::swap(a, b);
      edges.emplace_back(hidden[b], hidden[a]);
      steps[hidden[b]].needs.push_back("f" + std::to_string(hidden[a]));
    }
    const auto order = order_steps(steps, {});
    if (!order) {
      ASSERT_TRUE(any) << order.error().what;
      ASSERT_THAT(order.error().what, HasSubstr("wait for each other"));
      continue;
    }
    std::vector<std::size_t> position(count);
    for (std::size_t index = 0; index < count; ++index) position[(*order)[index]] = index;
    ASSERT_EQ(std::set<std::size_t>(order->begin(), order->end()).size(), count);
    for (const auto& [later, earlier] : edges) ASSERT_GT(position[later], position[earlier]);
  }
}

}  // namespace
}  // namespace arkive::restore_plans

// A store that refuses removals, as one with object lock does: what stays is whole, and named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/layout/keys.h"
#include "tests/contract/repository_kinds.h"
#include "tests/support/refusing_store.h"

namespace arkive::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Refusals : public ScratchTest {
 protected:
  Refusals() {
    auto store = std::make_unique<RefusingStore>(
        value_of(open_plain_store(scratch("store"), true)), [this](const std::string& key) {
          return !refused_.empty() && key.find(refused_) != std::string::npos;
        });
    repository_ = value_of(open_object_repository(std::move(store), true, {}));
    for (int k = 1; k <= 3; ++k) {
      TestRun run;
      run.id = "20261120T23300" + std::to_string(k) + "Z-00000" + std::to_string(k);
      run.started = 1'795'000'000'000 + 1000 * k;
      run.tree = {{"a", std::string(1000, static_cast<char>('a' + k))}};
      run.record = {{"stats", std::to_string(k)}};
      value_of(write_run(*repository_, run));
      runs_.push_back(run);
    }
  }

  PruneReport prune() { return value_of(repository_->prune("prod", {runs_[0].id, runs_[1].id}, false)); }

  std::string refused_;
  std::unique_ptr<Repository> repository_;
  std::vector<TestRun> runs_;
};

TEST_F(Refusals, ARunWhoseManifestMustStayStaysWholeAndTheOthersGo) {
  refused_ = layout::manifest_key("prod", runs_[0].id);
  const PruneReport report = prune();
  EXPECT_THAT(report.removed, ElementsAre(runs_[1].id));
  ASSERT_EQ(report.refused.size(), 1U);
  EXPECT_EQ(report.refused[0].object, refused_);
  EXPECT_THAT(report.refused[0].what, HasSubstr(RefusingStore::kUntil));
  EXPECT_TRUE(holds(*repository_, runs_[0]));
  EXPECT_TRUE(holds(*repository_, runs_[2]));
  EXPECT_THAT(ids_of(*repository_), ElementsAre(runs_[0].id, runs_[2].id));
  EXPECT_TRUE(value_of(repository_->check_storage("prod")).empty());
}

TEST_F(Refusals, ATreeThatMustStayCostsNoOtherItsRemovalAndGoesWithTheNextPrune) {
  refused_ = "trees/prod/" + runs_[0].id + "/tree.tar.zst";
  const PruneReport report = prune();
  EXPECT_THAT(report.removed, ElementsAre(runs_[0].id, runs_[1].id));
  ASSERT_EQ(report.refused.size(), 1U);
  EXPECT_EQ(report.refused[0].object, refused_);
  EXPECT_TRUE(path_exists(scratch("store") + "/" + refused_));
  EXPECT_FALSE(path_exists(scratch("store") + "/trees/prod/" + runs_[1].id + "/tree.tar.zst"));
  EXPECT_TRUE(holds(*repository_, runs_[2]));
  const std::string left = std::exchange(refused_, "");
  const PruneReport again = value_of(repository_->prune("prod", {}, false));
  EXPECT_THAT(again.refused, IsEmpty());
  EXPECT_GT(again.bytes_freed, 0U);
  EXPECT_FALSE(path_exists(scratch("store") + "/" + left));
}

TEST_F(Refusals, AreToldByADryRunAsTheyThenCome) {
  for (const std::string& kept :
       {layout::manifest_key("prod", runs_[0].id), "trees/prod/" + runs_[0].id + "/tree.tar.zst"}) {
    refused_ = kept;
    const PruneReport told = value_of(repository_->prune("prod", {runs_[0].id, runs_[1].id}, true));
    EXPECT_THAT(ids_of(*repository_), ElementsAre(runs_[0].id, runs_[1].id, runs_[2].id));
    ASSERT_EQ(told.refused.size(), 1U);
    EXPECT_EQ(told.refused[0].object, kept);
    EXPECT_GT(told.bytes_kept, 0U);
    EXPECT_GT(told.bytes_freed, 0U);
    EXPECT_EQ(told.removed.size(), kept.starts_with("runs/") ? 1U : 2U);
  }
  const PruneReport told = value_of(repository_->prune("prod", {runs_[0].id, runs_[1].id}, true));
  const PruneReport done = prune();
  EXPECT_EQ(told.removed, done.removed);
  EXPECT_EQ(told.bytes_freed, done.bytes_freed);
  EXPECT_EQ(told.bytes_kept, done.bytes_kept);
}

}  // namespace
}  // namespace arkive::test

#include "restore-plans/apply/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <set>

#include "stores/core/files.h"
#include "tests/support/results.h"
#include "tests/support/scoreboard.h"

namespace arkive::restore_plans {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Thrown where a kill strikes.
struct Killed {};

/// A world in which a step makes its facts true; it may be killed at its n-th change.
class ScriptedWorld : public Surroundings {
 public:
  Result<Observation> observe() override { return seen; }
  Status check(Gate gate, const Plan&) override {
    ++looks;
    if (closed.contains(gate)) return fail(closed.at(gate), "it is closed");
    if (gate == Gate::kBrokersDown && up) return fail(Outcome::kRetry, "broker 1 is up");
    if (gate == Gate::kBrokersUp && !up) return fail(Outcome::kRetry, "broker 1 is down");
    if ((gate == Gate::kZnodesAsPlanned || gate == Gate::kZnodesInPlace) && !znodes)
      return fail(Outcome::kConflict, "znode /cluster/id is not there");
    if (gate == Gate::kTargetAsObserved && (znodes || foreign))
      return fail(Outcome::kConflict, "/ has other znodes");
    return ok();
  }
  Result<HostWork> run_on_host(const Step& step, const HostCommand& host) override {
    ARKIVE_TRY(change(step.id + " on " + std::to_string(host.broker)));
    if (host.action == "stop-broker") up = false;
    if (host.action == "start-broker") up = true;
    if (host.action == loses_zookeeper) znodes = false;
    return HostWork::kDone;
  }
  Status dump_before(const Plan&) override { return change("dump"); }
  Status restore_znodes(const Plan&) override {
    EXPECT_FALSE(up) << "znodes are restored under running brokers";
    ARKIVE_TRY(change("znodes"));
    znodes = true;
    return ok();
  }
  Status notify(const Plan&) override { return change("notify"); }
  Result<std::string> run_arkive(const std::vector<std::string>& command) override {
    ARKIVE_TRY(change(command.back()));
    return left_out;
  }
  Result<std::vector<Deviation>> verify(const Plan&) override {
    ARKIVE_TRY(change("verify"));
    return std::vector<Deviation>();
  }
  bool confirms(const std::string&) override {
    ++questions;
    if (on_question) on_question();
    return answer;
  }
  void say(const std::string& line) override { said.push_back(line); }
  Status wait(std::chrono::milliseconds) override { return ok(); }

  Observation seen;
  std::map<Gate, Outcome> closed;
  bool up = true;
  bool znodes = false;          // those of the plan are there
  bool foreign = false;         // others are
  std::string loses_zookeeper;  // with this action on a host all znodes go
  bool answer = false;
  std::string left_out;
  std::function<void()> on_question;
  int looks = 0;
  int questions = 0;
  int changes_left = -1;       // until it is struck; negative: it is not
  bool fails_instead = false;  // of being killed
  std::uint64_t strikes = 0;
  std::vector<std::string> changes;
  std::vector<std::string> said;

 private:
  /// Struck before or after the change has come about: both are to be gone on from.
  Status change(const std::string& what) {
    if (changes_left == 0) return strike(what);
    changes.push_back(what);
    if (changes_left > 0 && --changes_left == 0) return strike(what);
    return ok();
  }
  Status strike(const std::string& what) {
    ++strikes;
    if (!fails_instead) throw Killed{};
    return fail(Outcome::kFail, "do '" + what + "': it failed");
  }
};

Step step(const std::string& id, StepKind kind, std::vector<Gate> before, std::vector<Gate> after) {
  Step one;
  one.id = id;
  one.kind = kind;
  one.title = id;
  one.before = std::move(before);
  one.after = std::move(after);
  return one;
}

Plan cluster_plan() {
  Plan plan;
  plan.id = "20261128T120000Z-8f3a2c";
  Step stop = step("stop-brokers", StepKind::kOnHost, {}, {Gate::kBrokersDown});
  stop.hosts = {{1, "", "stop-broker", {"stop"}}, {2, "", "stop-broker", {"stop"}}};
  Step restore =
      step("restore-znodes", StepKind::kRestoreZnodes, {Gate::kBrokersDown}, {Gate::kZnodesAsPlanned});
  Step start = step("start-brokers", StepKind::kOnHost, {}, {Gate::kBrokersUp});
  start.hosts = {{1, "", "start-broker", {"start"}}};
  plan.steps = {stop, restore, start, step("verify", StepKind::kVerify, {Gate::kKafkaAnswers}, {})};
  return plan;
}

class ApplyTest : public test::ScratchTest {
 protected:
  Result<ApplyReport> run(const Plan& plan, ApplyOptions options = {}) {
    auto journal = ApplyJournal::open(scratch() + "/plan.json.journal", plan.id, "0123");
    if (!journal) return fail(std::move(journal).error());
    options.gate_wait = std::chrono::milliseconds(0);
    return apply(plan, &*journal, world, options);
  }
  ScriptedWorld world;
};

TEST_F(ApplyTest, StepsAreDoneInTheirOrderAndOnlyOnce) {
  const Plan plan = cluster_plan();
  const ApplyReport report = test::value_of(run(plan));
  EXPECT_TRUE(report.finished);
  EXPECT_THAT(world.changes, ElementsAre("stop-brokers on 1", "stop-brokers on 2", "znodes",
                                         "start-brokers on 1", "verify"));
  world.changes.clear();
  EXPECT_TRUE(test::value_of(run(plan)).finished);
  EXPECT_THAT(world.changes, IsEmpty());
}

TEST_F(ApplyTest, WhatAStepLeftOutIsToldAlsoByALaterCall) {
  Plan plan;
  plan.id = "20261128T120000Z-8f3a2c";
  plan.steps = {step("restore-topics", StepKind::kArkive, {}, {}),
                step("verify", StepKind::kVerify, {Gate::kKafkaAnswers}, {})};
  plan.steps.front().command = {"restore", "topics"};
  world.left_out = "one record of an open transaction";
  const Deviation wanted{"step 'restore-topics'", world.left_out};
  EXPECT_THAT(test::value_of(run(plan)).deviations, ElementsAre(wanted));
  const ApplyReport again = test::value_of(run(plan));
  EXPECT_EQ(again.steps.front().state, StepOutcome::State::kDoneBefore);
  EXPECT_THAT(again.deviations, ElementsAre(wanted));
}

TEST_F(ApplyTest, WhatHoldsAlreadyIsNotDone) {
  world.up = false;
  const ApplyReport report = test::value_of(run(cluster_plan()));
  EXPECT_EQ(report.steps.front().state, StepOutcome::State::kHeldAlready);
  EXPECT_THAT(world.changes, ElementsAre("znodes", "start-brokers on 1", "verify"));
}

TEST_F(ApplyTest, AClosedGateStopsItAndNothingGoesAroundIt) {
  world.closed[Gate::kZnodesAsPlanned] = Outcome::kConflict;
  const ApplyReport report = test::value_of(run(cluster_plan()));
  ASSERT_TRUE(report.refused);
  EXPECT_THAT(report.refused->what, HasSubstr("znodes-as-planned"));
  EXPECT_FALSE(report.finished);
  EXPECT_EQ(world.changes.back(), "znodes");
  // Opened, it goes on there: the step is looked at again, brokers are not stopped twice.
  world.closed.clear();
  world.changes.clear();
  EXPECT_TRUE(test::value_of(run(cluster_plan())).finished);
  EXPECT_THAT(world.changes, ElementsAre("znodes", "start-brokers on 1", "verify"));
}

TEST_F(ApplyTest, ATargetThatIsOtherwiseThanPlannedStopsItBeforeTheFirstChange) {
  Plan plan = cluster_plan();
  plan.observation.zookeeper.reached = world.seen.zookeeper.reached = Reached::kAnswered;
  world.seen.zookeeper.cluster_id = "somebody-elses";
  const ApplyReport report = test::value_of(run(plan));
  ASSERT_TRUE(report.refused);
  EXPECT_THAT(report.refused->what, HasSubstr("no longer as it was planned for"));
  EXPECT_THAT(world.changes, IsEmpty());
}

TEST_F(ApplyTest, AZooKeeperThatAnswersNoMoreIsNamedWithWhatToDo) {
  Plan plan = cluster_plan();
  plan.observation.zookeeper.reached = Reached::kAnswered;
  world.seen.zookeeper.reached = Reached::kUnreachable;
  world.seen.zookeeper.address = "zk1:2181";
  world.seen.zookeeper.error = "Connection refused";
  const ApplyReport report = test::value_of(run(plan));
  ASSERT_TRUE(report.refused);
  EXPECT_THAT(report.refused->what, HasSubstr("does not answer at zk1:2181: Connection refused"));
  EXPECT_THAT(report.refused->hint, HasSubstr("start it"));
  EXPECT_THAT(world.changes, IsEmpty());
}

TEST_F(ApplyTest, APlanWithANoteThatStopsIsRefused) {
  Plan plan = cluster_plan();
  plan.notes.push_back({kafka::RecoveryNote::Kind::kStops, "broker 2", "is in use", "stop it"});
  const ApplyReport report = test::value_of(run(plan));
  ASSERT_TRUE(report.refused);
  EXPECT_EQ(report.refused->hint, "stop it");
  EXPECT_THAT(world.changes, IsEmpty());
}

TEST_F(ApplyTest, ADryRunChangesNothing) {
  ApplyOptions options;
  options.dry_run = true;
  const ApplyReport report = test::value_of(apply(cluster_plan(), nullptr, world, options));
  EXPECT_FALSE(report.finished);
  EXPECT_EQ(report.steps.size(), 4U);
  EXPECT_THAT(world.changes, IsEmpty());
  EXPECT_TRUE(test::failed_with(Outcome::kUsage, apply(cluster_plan(), nullptr, world, {})));
}

TEST_F(ApplyTest, WhatCannotBeUndoneIsAskedAboutOnce) {
  Plan plan = cluster_plan();
  plan.steps[1].irreversible = {"replaces /cluster/id"};
  const ApplyReport refused = test::value_of(run(plan));
  ASSERT_TRUE(refused.refused);
  EXPECT_EQ(world.questions, 1);
  EXPECT_THAT(world.said, Contains(HasSubstr("replaces /cluster/id")));
  ApplyOptions options;
  options.yes = true;
  EXPECT_TRUE(test::value_of(run(plan, options)).finished);
  EXPECT_EQ(world.questions, 1);
}

Plan seeding_plan() {
  Plan plan;
  plan.id = "20261128T120000Z-8f3a2c";
  Step restore = step("restore-znodes", StepKind::kRestoreZnodes,
                      {Gate::kTargetAsObserved, Gate::kBrokersDown}, {Gate::kZnodesAsPlanned});
  Step seed = step("seed-broker-1", StepKind::kOnHost, {Gate::kBrokersDown}, {Gate::kLogsSeeded});
  seed.hosts = {{1, "", "seed-broker", {"seed"}}};
  Step start = step("start-brokers", StepKind::kOnHost, {Gate::kZooKeeperAnswers, Gate::kZnodesInPlace},
                    {Gate::kBrokersUp});
  start.hosts = {{1, "", "start-broker", {"start"}}};
  plan.steps = {restore, seed, start, step("verify", StepKind::kVerify, {Gate::kKafkaAnswers}, {})};
  return plan;
}

TEST_F(ApplyTest, ZnodesLostWhileLogsAreSeededAreRestoredOnceMoreBeforeABrokerStarts) {
  world.up = false;
  world.loses_zookeeper = "seed-broker";
  ASSERT_TRUE(test::value_of(run(seeding_plan())).finished);
  EXPECT_THAT(world.changes,
              ElementsAre("znodes", "seed-broker-1 on 1", "znodes", "start-brokers on 1", "verify"));
}

TEST_F(ApplyTest, ZnodesLostAndMadeByOthersMeanwhileKeepBrokersFromStarting) {
  world.up = false;
  world.loses_zookeeper = "seed-broker";
  world.answer = true;
  Plan plan = seeding_plan();
  plan.steps[1].irreversible = {"it is written"};
  world.on_question = [this] { world.foreign = true; };
  const ApplyReport report = test::value_of(run(plan));
  ASSERT_TRUE(report.refused);
  EXPECT_THAT(report.refused->what, HasSubstr("target-as-observed"));
  EXPECT_THAT(world.changes, ElementsAre("znodes", "seed-broker-1 on 1"));
}

TEST_F(ApplyTest, ZnodesLostAfterBrokersBeganToStartStopIt) {
  world.up = false;
  world.fails_instead = true;
  world.changes_left = 3;  // the start on its host, after it has come about
  world.loses_zookeeper = "start-broker";
  EXPECT_FALSE(run(seeding_plan()));
  world.changes_left = -1;
  world.up = world.znodes = false;
  const ApplyReport report = test::value_of(run(seeding_plan()));
  ASSERT_TRUE(report.refused);
  EXPECT_THAT(report.refused->what, HasSubstr("znodes-in-place"));
  EXPECT_THAT(world.changes, ElementsAre("znodes", "seed-broker-1 on 1", "start-brokers on 1"));
}

TEST_F(ApplyTest, ABrokerThatComesUpBeforeItsLogsAreSeededIsWaitedFor) {
  world.up = false;
  Plan plan = seeding_plan();
  plan.steps.insert(plan.steps.begin() + 1, step("early", StepKind::kOnHost, {}, {}));
  plan.steps[1].hosts = {{1, "", "start-broker", {"start"}}};
  const ApplyReport report = test::value_of(run(plan));
  ASSERT_TRUE(report.refused);
  EXPECT_THAT(report.refused->what, HasSubstr("brokers-down"));
  world.up = false;
  EXPECT_TRUE(test::value_of(run(plan)).finished);
}

TEST_F(ApplyTest, APlanEditedAfterItsRunBeganAndAnotherPlansJournalAreRefused) {
  ASSERT_TRUE(test::value_of(run(cluster_plan())).finished);
  const std::string journal = scratch() + "/plan.json.journal";
  EXPECT_TRUE(test::failed_with(Outcome::kConflict, ApplyJournal::open(journal, cluster_plan().id, "4567")));
  EXPECT_TRUE(test::failed_with(Outcome::kConflict, ApplyJournal::open(journal, "another", "0123")));
  const auto held = ApplyJournal::open(journal, cluster_plan().id, "0123");
  ASSERT_TRUE(test::succeeded(held));
  EXPECT_TRUE(test::failed_with(Outcome::kConflict, ApplyJournal::open(journal, cluster_plan().id, "0123")));
}

TEST_F(ApplyTest, ALineCutShortIsDroppedAndADamagedOneIsRefused) {
  const std::string path = scratch() + "/plan.json.journal";
  const std::string head = "{\"format\":1,\"plan\":\"p\",\"sha256\":\"s\"}\n";
  const std::string begun = "{\"at_ms\":5,\"state\":\"begun\",\"step\":\"a\"}\n";
  ASSERT_TRUE(test::succeeded(
      write_file_durably(path, head + begun + "{\"at_ms\":6,\"state\":\"done\",\"st", IfExists::kReplace)));
  {
    const ApplyJournal journal = test::value_of(ApplyJournal::open(path, "p", "s"));
    EXPECT_TRUE(journal.is_begun("a"));
    EXPECT_FALSE(journal.is_done("a"));
  }
  EXPECT_EQ(test::value_of(read_file(path)), head + begun);
  for (const char* const line : {"nonsense\n", "{}\n", "{\"at_ms\":1.5,\"state\":\"done\",\"step\":\"a\"}\n",
                                 "{\"at_ms\":1,\"state\":\"over\",\"step\":\"a\"}\n"}) {
    ASSERT_TRUE(test::succeeded(write_file_durably(path, head + line, IfExists::kReplace)));
    EXPECT_TRUE(test::failed_with(Outcome::kCorrupt, ApplyJournal::open(path, "p", "s"))) << line;
  }
}

/// Steps in a random graph, put in order.
Plan random_plan(std::mt19937& random) {
  Plan plan;
  plan.id = "p";
  std::vector<Step> steps;
  const std::size_t count = 1 + random() % (random() % 50 == 0 ? 200 : 8);
  for (std::size_t index = 0; index < count; ++index) {
    Step one = step("s" + std::to_string(index), StepKind::kArkive, {}, {});
    one.command = {"run", one.id};
    one.provides = {"f" + std::to_string(index)};
    for (std::size_t other = 0; other < index; ++other) {
      if (random() % (count < 10 ? 3 : count / 2) == 0) one.needs.push_back("f" + std::to_string(other));
    }
    steps.push_back(std::move(one));
  }
  std::shuffle(steps.begin(), steps.end(), random);
  const std::vector<std::size_t> order = test::value_of(order_steps(steps, {}));
  for (const std::size_t index : order) plan.steps.push_back(steps[index]);
  return plan;
}

TEST_F(ApplyTest, KilledOrFailedAtAnyStepOfRandomPlansItGoesOnToTheSameEnd) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const int rounds = test::full_form() ? 10'000 : 200;
  std::uint64_t strikes = 0;
  std::uint64_t seen = 0;
  for (int round = 0; round < rounds; ++round) {
    const Plan plan = random_plan(random);
    const std::string journal_path = scratch() + "/" + std::to_string(round);
    world = ScriptedWorld();
    ApplyReport report;
    while (true) {
      world.changes_left = random() % 5 == 0 ? -1 : static_cast<int>(random() % (plan.steps.size() / 2 + 2));
      world.fails_instead = random() % 2 == 0;
      try {
        ApplyJournal journal = test::value_of(ApplyJournal::open(journal_path, "p", "s"));
        const Result<ApplyReport> applied = apply(plan, &journal, world, {});
        if (applied) {
          report = *applied;
          break;
        }
        ASSERT_THAT(applied.error().what, HasSubstr("it failed"));
        ++seen;
      } catch (const Killed&) {
        ++seen;
      }
    }
    strikes += world.strikes;
    ASSERT_TRUE(report.finished);
    // Each step was done; done again only right after a kill, before any other step that needs it.
    std::set<std::string> done;
    std::string last;
    for (const std::string& change : world.changes) {
      ASSERT_TRUE(change == last || !done.contains(change)) << change << " again, after " << last;
      for (const Step& one : plan.steps) {
        if (one.id != change) continue;
        for (const std::string& fact : one.needs) ASSERT_TRUE(done.contains("s" + fact.substr(1)));
      }
      done.insert(change);
      last = change;
    }
    ASSERT_EQ(done.size(), plan.steps.size());
  }
  test::scoreboard("24 plans killed and failed at any step", seed, strikes, seen, 0);
}

}  // namespace
}  // namespace arkive::restore_plans

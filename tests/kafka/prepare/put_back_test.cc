// Settings raised and put back, through losses at every change.
#include <gmock/gmock.h>

#include "stores/core/files.h"
#include "tests/kafka/prepare/scripted_target.h"
#include "tests/support/results.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Settings = std::map<std::string, std::string>;

const Settings kKept = {{"retention.ms", "2000"}, {"segment.ms", "9"}, {"max.message.bytes", "5000"}};

class PutBackTest : public arkive::test::ScratchTest {
 protected:
  PutBackTest() {
    target_.topics_by_name["kept"].own = kKept;
    archived_ = archived_topic({{"retention.ms", "1000"}, {"cleanup.policy", "compact,delete"}});
  }
  static Deadline patience() { return Deadline::after(std::chrono::milliseconds(300)); }
  std::string journal() { return scratch("journal"); }
  std::string file() { return journal() + "/settings.json"; }
  Status run() {
    std::vector<WantedTopic> wanted(2);
    wanted[0].archived = wanted[1].archived = &archived_;
    wanted[0].target = "orders";
    wanted[1].target = "kept";
    const Preparation found = value_of(inspect(wanted, {}, target_, &target_, patience()));
    return prepare(found, journal(), target_, target_, patience());
  }
  void expect_raised() {
    for (const std::string topic : {"orders", "kept"}) {
      EXPECT_EQ(target_.topics_by_name.at(topic).own.at("retention.ms"), "-1") << topic;
      EXPECT_EQ(target_.topics_by_name.at(topic).own.at("message.timestamp.after.max.ms"),
                "9223372036854775807")
          << topic;
      EXPECT_EQ(target_.topics_by_name.at(topic).own.at("max.message.bytes"), "2147483647") << topic;
    }
  }
  void expect_final() {
    if (target_.topics_by_name.contains("orders")) {
      EXPECT_EQ(target_.topics_by_name.at("orders").own,
                (Settings{{"retention.ms", "1000"}, {"cleanup.policy", "compact,delete"}}));
    }
    EXPECT_EQ(target_.topics_by_name.at("kept").own, kKept);
    EXPECT_FALSE(path_exists(file()));
  }

  ScriptedTarget target_;
  ArchivedTopic archived_;
};

TEST_F(PutBackTest, GivesEveryTopicWhatItHadOrHasInTheArchive) {
  ASSERT_TRUE(succeeded(run()));
  expect_raised();
  EXPECT_TRUE(path_exists(file()));
  const PutBack done = value_of(put_back(journal(), target_, target_, patience()));
  EXPECT_THAT(done.findings, IsEmpty());
  EXPECT_THAT(done.topics, SizeIs(2));
  expect_final();
  EXPECT_THAT(value_of(put_back(journal(), target_, target_, patience())).topics, IsEmpty());
}

TEST_F(PutBackTest, ComesToTheRightEndWhereverARunWasLost) {
  for (const bool applied : {false, true}) {
    for (int at = 1; at <= 3; ++at) {
      SCOPED_TRACE(std::to_string(at) + (applied ? " applied" : " lost"));
      target_.topics_by_name.erase("orders");
      target_.changes = 0;
      target_.fail_at = at;
      target_.applied = applied;
      const Status prepared = run();
      EXPECT_EQ(prepared.has_value(), at > 2);
      if (prepared) {
        EXPECT_TRUE(failed_with(Outcome::kRetry, put_back(journal(), target_, target_, patience())));
      }
      EXPECT_TRUE(path_exists(file()));
      ASSERT_TRUE(succeeded(put_back(journal(), target_, target_, patience())));
      expect_final();
    }
  }
}

TEST_F(PutBackTest, DoesNotTakeRaisedValuesForFinalOnesWhenARunIsRepeated) {
  for (int at = 1; at <= 2; ++at) {
    target_.topics_by_name.erase("orders");
    target_.changes = 0;
    target_.fail_at = at;
    target_.applied = true;
    EXPECT_FALSE(succeeded(run()));
    ASSERT_TRUE(succeeded(run()));
    expect_raised();
    ASSERT_TRUE(succeeded(put_back(journal(), target_, target_, patience())));
    expect_final();
  }
}

TEST_F(PutBackTest, LeavesWhatSomebodyElseSetMeanwhile) {
  ASSERT_TRUE(succeeded(run()));
  target_.topics_by_name["kept"].own["retention.ms"] = "77";
  target_.topics_by_name.erase("orders");
  const PutBack done = value_of(put_back(journal(), target_, target_, patience()));
  std::vector<std::string> lines;
  for (const Finding& finding : done.findings) lines.push_back(finding_line(finding));
  EXPECT_THAT(lines, ElementsAre(HasSubstr("topic 'orders': it does not exist"),
                                 HasSubstr("topic 'kept': retention.ms was changed by somebody else "
                                           "meanwhile (77)")));
  Settings left = kKept;
  left["retention.ms"] = "77";
  EXPECT_EQ(target_.topics_by_name["kept"].own, left);
}

TEST_F(PutBackTest, WritesNothingToTheClusterBeforeItsFileIsThere) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("file"), "", IfExists::kReplace)));
  WantedTopic wanted{&archived_, "orders"};
  const Preparation found = value_of(inspect({&wanted, 1}, {}, target_, &target_, patience()));
  EXPECT_FALSE(succeeded(prepare(found, scratch("file") + "/journal", target_, target_, patience())));
  EXPECT_EQ(target_.changes, 0);
}

TEST_F(PutBackTest, RefusesTheFileOfAnotherClusterAndADamagedOne) {
  ASSERT_TRUE(succeeded(make_directories(journal())));
  ASSERT_TRUE(succeeded(
      write_file_durably(file(), R"({"format":1,"cluster_id":"another","topics":[]})", IfExists::kReplace)));
  EXPECT_TRUE(failed_with(Outcome::kConflict, run()));
  EXPECT_TRUE(failed_with(Outcome::kConflict, put_back(journal(), target_, target_, patience())));
  ASSERT_TRUE(succeeded(write_file_durably(file(), R"({"format":1,)", IfExists::kReplace)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, put_back(journal(), target_, target_, patience())));
  EXPECT_EQ(target_.changes, 0);
}

TEST_F(PutBackTest, NamesTheCommandsForSettingsThatStayRaised) {
  archived_ = archived_topic({{"retention.ms", "1000"}, {"message.timestamp.type", "LogAppendTime"}});
  ASSERT_TRUE(succeeded(run()));
  EXPECT_THAT(value_of(put_back_commands(journal(), "k:9092")),
              testing::Contains("kafka-configs.sh --bootstrap-server k:9092 --alter --entity-type topics "
                                "--entity-name orders --add-config "
                                "'message.timestamp.type=LogAppendTime,retention.ms=1000' --delete-config "
                                "'max.message.bytes,message.timestamp.after.max.ms'"));
}

TEST_F(PutBackTest, RaisesWhatAClusterWithoutTopicsCouldNotTell) {
  target_.topics_by_name.clear();
  WantedTopic wanted{&archived_, "orders"};
  const Preparation found = value_of(inspect({&wanted, 1}, {}, target_, &target_, patience()));
  ASSERT_TRUE(succeeded(prepare(found, journal(), target_, target_, patience())));
  const Settings& own = target_.topics_by_name.at("orders").own;
  EXPECT_EQ(own.at("retention.ms"), "-1");
  EXPECT_EQ(own.at("message.timestamp.after.max.ms"), "9223372036854775807");
  ASSERT_TRUE(succeeded(put_back(journal(), target_, target_, patience())));
  EXPECT_EQ(own, (Settings{{"retention.ms", "1000"}, {"cleanup.policy", "compact,delete"}}));
}

TEST_F(PutBackTest, DoesNotAskAgainForALimitThatAPolicyRefused) {
  target_.topics_by_name.clear();
  target_.limit_is_kept = true;
  WantedTopic wanted{&archived_, "orders"};
  const Preparation found = value_of(inspect({&wanted, 1}, {}, target_, &target_, patience()));
  ASSERT_TRUE(succeeded(prepare(found, journal(), target_, target_, patience())));
  EXPECT_FALSE(target_.topics_by_name.at("orders").own.contains("max.message.bytes"));
  ASSERT_TRUE(succeeded(put_back(journal(), target_, target_, patience())));
}

}  // namespace
}  // namespace arkive::kafka::test

// Targets of before 3.6.
#include "tests/kafka/prepare/servers/real_targets.h"

namespace arkive::kafka::test {
namespace {

TEST_P(RealTargets, KeepRecordsOf1970WhileSettingsAreRaised) {
  keep_old_records_while_raised();
}

TEST_P(RealTargets, NameWhatTheyDoNotTakeAndMakeNothing) {
  name_what_it_does_not_take();
}

TEST_P(RealTargets, TakeOldRecordsThoughTheirTopicWouldNot) {
  open_timestamp_limits("message.timestamp.difference.max.ms");
}

INSTANTIATE_TEST_SUITE_P(Kafka, RealTargets, testing::Values("1.1.1"), version_name);

}  // namespace
}  // namespace arkive::kafka::test

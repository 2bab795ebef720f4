#include "tests/restore-plans/rehearse/kafka_fixture.h"

namespace arkive::rehearse {
namespace {

TEST_P(EveryKafka, ServesTopicsConfigsAclsScramUsersRecordsAndGroups) {
  serve_everything(GetParam());
}

INSTANTIATE_TEST_SUITE_P(OldVersion, EveryKafka, testing::Values("1.1.1", "2.4.1", "2.8.2"),
                         with_underscores);

}  // namespace
}  // namespace arkive::rehearse

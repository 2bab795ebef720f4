#include "tests/kafka/groups/servers/real_groups.h"

namespace arkive::kafka::test {
namespace {

class GroupsOfEveryVersion : public RealGroups, public testing::WithParamInterface<const char*> {};

TEST_P(GroupsOfEveryVersion, ComeBackWithTheirMetadataAndNoneThatLivesIsTouched) {
  groups_come_back(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Versions, GroupsOfEveryVersion, testing::Values("4.1.0", "2.8.2", "1.1.1"),
                         version_name);

}  // namespace
}  // namespace arkive::kafka::test

// The same, on brokers of older versions, whose protocol differs.
#include "tests/kafka/metadata/servers/metadata_admin.h"

namespace arkive::kafka::test {
namespace {

TEST_P(MetadataAdminTest, ReadsAndChangesEverything) {
  serve_everything();
}

INSTANTIATE_TEST_SUITE_P(Kafka, MetadataAdminTest, testing::Values("2.8.2", "2.4.1", "1.1.1"), version_name);

}  // namespace
}  // namespace arkive::kafka::test

// The whole interface, on brokers of today.
#include "tests/kafka/wire/servers/every_version.h"

namespace arkive::kafka::test {
namespace {

TEST_P(EveryVersion, AnswersTheWholeInterface) {
  serve_everything();
}

INSTANTIATE_TEST_SUITE_P(Kafka, EveryVersion, testing::Values("4.1.0", "3.9.1"), version_name);

}  // namespace
}  // namespace arkive::kafka::test

// The whole interface, on brokers of older versions, whose protocol differs.
#include "tests/kafka/wire/servers/every_version.h"

namespace arkive::kafka::test {
namespace {

TEST_P(EveryVersion, AnswersTheWholeInterface) {
  serve_everything();
}

INSTANTIATE_TEST_SUITE_P(Kafka, EveryVersion, testing::Values("2.8.2", "2.4.1", "1.1.1"), version_name);

}  // namespace
}  // namespace arkive::kafka::test

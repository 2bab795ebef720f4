#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>

#include "kafka/znodes/kafka_application.h"
#include "tests/kafka/znodes/recorded_znodes.h"

namespace arkive::kafka::test {
namespace {

class EveryRecording : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Kafka, EveryRecording, testing::ValuesIn(recorded_versions()),
                         [](const auto& version) {
                           std::string name = "v" + version.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST_P(EveryRecording, LeavesNothingUnknown) {
  for (const std::string root : {"", "/kafka", "/a/b"}) {
    for (const Step& step : recorded_steps(GetParam(), root)) {
      const Told told = tell(step.changes, root);
      for (const std::size_t index : told.unknown) {
        ADD_FAILURE() << step.what << ": " << step.changes[index].path << " is unknown";
      }
      if (std::getenv("ARKIVE_SHOW_RECORDING") != nullptr && root.empty()) {
        std::printf("== %s\n", step.what.c_str());
        for (const std::string& text : told.major) std::printf("  %s\n", text.c_str());
        for (const std::string& text : told.minor) std::printf("  (%s)\n", text.c_str());
        std::printf("  => %s\n", kafka_application()->summarise(told.sentences).c_str());
      }
    }
  }
}

TEST_P(EveryRecording, IsFoundAtItsRoot) {
  for (const std::string root : {"", "/kafka", "/a/b", "/a/b/c"}) {
    const std::vector<Step> steps = recorded_steps(GetParam(), root);
    for (const Step& step : steps) {
      EXPECT_THAT(kafka_application()->find_roots(step.after), testing::ElementsAre(root)) << step.what;
    }
  }
}

}  // namespace
}  // namespace arkive::kafka::test

// The journal of a replay: its plan, and its lines of offsets, each with the checksum that fits.
#include "kafka/replay/offset_lines_internal.h"
#include "kafka/replay/replay_plan.h"
#include "tests/fuzz/require.h"

using namespace arkive;
using namespace arkive::kafka;
using arkive::test::require;

namespace {

void read_as_plan(Bytes text) {
  const auto plan = ReplayPlan::from_json(text);
  if (!plan) return;
  const auto again = ReplayPlan::from_json(plan->to_json());
  require(again && *again == *plan, "a plan comes back");
}

void read_as_lines(Bytes text) {
  std::string lines;
  for (Bytes rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines += with_checksum(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto read = read_offset_lines(lines);
  if (!read) return;
  require(read->whole_bytes == lines.size(), "every line that ends is read");
  for (const auto& [partition, progress] : read->state.progress) {
    std::int64_t target = -1;
    for (const OffsetRun& run : progress.map.runs()) {
      require(run.count > 0 && run.target >= target, "runs ascend");
      target = run.target + run.count;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes text(reinterpret_cast<const char*>(data), size);
  read_as_plan(text);
  read_as_lines(text);
  (void)read_offset_lines(text);
  return 0;
}

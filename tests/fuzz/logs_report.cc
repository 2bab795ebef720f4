// A report of log directories: what can be read comes back, also with the seal that fits.
#include <nlohmann/json.hpp>

#include "kafka/inspect/logs_report.h"
#include "stores/manifest/seal.h"
#include "tests/fuzz/require.h"

using namespace arkive;
using namespace arkive::kafka;
using arkive::test::require;

namespace {

void read(std::string_view text) {
  const auto report = LogsReport::from_json(text);
  if (!report) return;
  const auto again = LogsReport::from_json(report->to_json());
  require(again && *again == *report, "a report comes back");
  for (const InspectedDirectory& directory : report->directories) {
    for (const InspectedPartition& partition : directory.partitions) {
      require(partition.log_start >= 0 && partition.log_start <= partition.log_end, "offsets are in order");
      require(partition.directory.find('/') == std::string::npos, "a directory is one name");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read(text);
  if (text.size() > 1 << 16) return 0;
  const auto document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_object()) read(sealed_json(text));
  return 0;
}

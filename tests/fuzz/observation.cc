// An observation of a cluster, sealed so that its fields are read; and as it is.
#include <nlohmann/json.hpp>

#include "restore-plans/observe/exact_text.h"
#include "restore-plans/observe/observation.h"
#include "stores/core/bytes.h"
#include "stores/manifest/seal.h"
#include "tests/fuzz/require.h"

using namespace arkive;
using namespace arkive::restore_plans;
using arkive::test::require;

namespace {

void read(Bytes text) {
  const auto seen = Observation::from_json(text);
  if (!seen) {
    const Outcome outcome = seen.error().outcome;
    require(outcome == Outcome::kCorrupt || outcome == Outcome::kUsage, "it is damaged or newer");
    return;
  }
  const auto again = Observation::from_json(seen->to_json());
  require(again && *again == *seen, "an observation comes back");
  require(differences(*seen, *again).empty(), "nothing is otherwise");
}

void read_as_text(Bytes bytes) {
  const std::string text = exact_text(bytes);
  require(is_utf8(text), "a text is UTF-8");
  require(bytes_of_exact_text(text) == bytes, "bytes come back");
  const auto other = bytes_of_exact_text(bytes);
  require(!other || exact_text(*other) == bytes, "a name has one text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  if (nlohmann::json::parse(bytes, nullptr, /*allow_exceptions=*/false).is_object()) read(sealed_json(bytes));
  read_as_text(bytes);
  return 0;
}

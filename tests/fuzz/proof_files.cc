// What proves a store: manifests, records, what was last seen, keys in PEM. What can be read comes back the
// same, also with the seal that fits.
#include <nlohmann/json.hpp>

#include "stores/manifest/manifest.h"
#include "stores/manifest/seal.h"
#include "stores/proof/last_seen.h"
#include "stores/proof/run_proof.h"
#include "tests/fuzz/require.h"

using namespace arkive;
using namespace arkive::proof;
using arkive::test::require;

namespace {

void read(std::string_view text) {
  if (const auto record = Record::from_json(text)) {
    const auto again = Record::from_json(record->to_json());
    require(again && again->to_json() == record->to_json(), "a record comes back");
    require(!is_signed_by(*record, {}), "no key signed it");
  }
  if (const auto seen = LastSeen::from_json(text)) {
    const auto again = LastSeen::from_json(seen->to_json());
    require(again && again->to_json() == seen->to_json(), "what was last seen comes back");
  }
  if (const auto run = Manifest::from_json(text)) {
    require(run->statement_sha256.size() == 64, "a manifest has a statement");
    require(!check_run(*run, {}), "no key signed it");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto keys = PublicKeys::from_pem(text, "read")) {
    for (const PublicKey& key : keys->all())
      require(!key.verifies("message", std::string(kSignatureSize, 's')), "nobody signed it");
  }
  (void)SigningKey::from_pem(text, "read").has_value();
  (void)signature_in(text);
  (void)record_number_in(text);
  read(text);
  if (text.size() > 1 << 16) return 0;
  const auto document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_object()) read(sealed_json(text));
  return 0;
}

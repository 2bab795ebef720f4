#include "stores/manifest/seal.h"

#include <nlohmann/json.hpp>

#include "stores/core/hash.h"

namespace arkive {

namespace {

constexpr const char* kSeal = "seal";

std::string as_on_disk(const nlohmann::json& object) {
  return object.dump(2, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string sealed_json(std::string_view object) {
  auto json = nlohmann::json::parse(object, nullptr, /*allow_exceptions=*/false);
  json.erase(kSeal);
  json[kSeal] = hex(sha256(as_on_disk(json)));
  return as_on_disk(json);
}

Status check_seal(std::string_view file) {
  auto json = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return fail(Outcome::kCorrupt, "is no JSON object");
  const auto seal = json.find(kSeal);
  if (seal == json.end()) return fail(Outcome::kCorrupt, "field 'seal' is missing");
  const nlohmann::json value = *seal;
  json.erase(seal);
  if (value != hex(sha256(as_on_disk(json)))) {
    return fail(Outcome::kCorrupt, "field 'seal' does not fit the rest: the file was changed or damaged");
  }
  json[kSeal] = value;
  if (as_on_disk(json) != file) {
    return fail(Outcome::kCorrupt, "is not written as it was sealed: the file was changed or damaged");
  }
  return ok();
}

}  // namespace arkive

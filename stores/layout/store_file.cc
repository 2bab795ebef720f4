#include "stores/layout/store_file.h"

#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"
#include "stores/manifest/seal.h"

namespace arkive::layout {

namespace {

constexpr std::size_t kIdBytes = 16;

}  // namespace

std::string new_store_file() {
  const nlohmann::json object = {
      {"arkive", "store"}, {"format", kStoreFormat}, {"id", to_hex(random_bytes(kIdBytes))}};
  return sealed_json(object.dump());
}

Result<StoreFile> parse_store_file(std::string_view text, std::string_view place) {
  const auto object = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const std::string opening = "open store '" + printable(place) + "': ";
  // The arkive.json of a tree tells a format too, but is none of a store.
  if (!object.is_object() || !object.contains("arkive") || object["arkive"] != "store") {
    return fail(Outcome::kUsage, opening + "its arkive.json is not that of a store");
  }
  if (!object.contains("format") || !object["format"].is_number_unsigned() ||
      object["format"].get<std::uint64_t>() == 0 || !object.contains("id") || !object["id"].is_string()) {
    return fail(Outcome::kCorrupt, opening + "its arkive.json lacks format or id");
  }
  const StoreFile file = {object["format"].get<std::uint64_t>(), object["id"].get<std::string>()};
  if (file.format > kStoreFormat) {
    return fail(Outcome::kUsage,
                opening + "its format " + std::to_string(file.format) + " is newer than " +
                    std::to_string(kStoreFormat) + ", the newest this arkive knows",
                "use a newer arkive for this store");
  }
  if (Status sealed = check_seal(text); !sealed)
    return fail(Outcome::kCorrupt, opening + "arkive.json: " + sealed.error().what);
  return file;
}

}  // namespace arkive::layout

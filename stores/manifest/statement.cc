#include "stores/manifest/statement.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace arkive {

std::string statement_of(std::string_view file) {
  auto json = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return {};
  json.erase("seal");
  for (const auto& [name, field] :
       {std::pair("proof", "signature"), std::pair("tree", "location"), std::pair("record", "location")}) {
    const auto inner = json.find(name);
    if (inner != json.end() && inner->is_object()) inner->erase(field);
  }
  return json.dump(2, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace arkive

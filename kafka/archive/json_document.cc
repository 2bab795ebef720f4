#include "kafka/archive/json_document.h"

#include <nlohmann/json.hpp>

namespace arkive::kafka {

nlohmann::json parse_json_document(std::string_view text) {
  using nlohmann::json;
  bool has_fraction = false;
  const json::parser_callback_t look = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::value && value.is_number_float()) has_fraction = true;
    return true;
  };
  json document = json::parse(text, look, /*allow_exceptions=*/false);
  return has_fraction ? json(json::value_t::discarded) : document;
}

}  // namespace arkive::kafka

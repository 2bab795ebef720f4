/// The JSON of our own files: numbers in it are whole.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace arkive::kafka {

/// Discarded (json::is_discarded()) when `text` is no JSON, or holds a number with a fraction or an exponent:
/// none of our files has one, and 1e300 read as an integer is undefined.
nlohmann::json parse_json_document(std::string_view text);

}  // namespace arkive::kafka

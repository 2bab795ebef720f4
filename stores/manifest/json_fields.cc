#include "stores/manifest/json_fields.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"

namespace arkive {
namespace {

using Json = nlohmann::json;

bool is_text(const Json& value) {
  return value.is_string();
}
bool is_boolean(const Json& value) {
  return value.is_boolean();
}
bool is_count(const Json& value) {
  return value.is_number_unsigned();
}
bool is_whole(const Json& value) {
  return value.is_number_integer();
}
bool is_object(const Json& value) {
  return value.is_object();
}
bool is_list(const Json& value) {
  return value.is_array();
}

std::optional<std::int64_t> number_within(const Json& value, std::int64_t least, std::int64_t most) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > kMost) return std::nullopt;
  const auto number = value.get<std::int64_t>();
  if (number < least || number > most) return std::nullopt;
  return number;
}

std::string element(const char* name, std::size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

std::string member(const char* name, const std::string& key) {
  return std::string(name) + "." + printable(key);
}

}  // namespace

JsonFields::JsonFields(const Json& object, std::string path, std::string& problem)
    : object_(&object), path_(std::move(path)), problem_(&problem) {}

void JsonFields::take(const char* name, std::string& to) {
  if (const Json* value = find(name, is_text, "is no text")) to = value->get<std::string>();
}

void JsonFields::take(const char* name, bool& to) {
  if (const Json* value = find(name, is_boolean, "is neither true nor false")) to = value->get<bool>();
}

void JsonFields::take(const char* name, std::uint64_t& to) {
  if (const Json* value = find(name, is_count, "is no count")) to = value->get<std::uint64_t>();
}

void JsonFields::take(const char* name, std::vector<std::string>& to) {
  const Json* const list = find(name, is_list, "is no list");
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (!(*list)[i].is_string()) return wrong(element(name, i), "is no text");
    to.push_back((*list)[i].get<std::string>());
  }
}

void JsonFields::take(const char* name, std::vector<std::int32_t>& to, std::int32_t least) {
  const Json* const list = find(name, is_list, "is no list");
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (!(*list)[i].is_number_integer()) return wrong(element(name, i), "is no whole number");
    const auto number = number_within((*list)[i], least, std::numeric_limits<std::int32_t>::max());
    if (!number) return wrong(element(name, i), "is out of range");
    to.push_back(static_cast<std::int32_t>(*number));
  }
}

void JsonFields::take(const char* name, std::map<std::string, std::string>& to) {
  const Json* const object = find(name, is_object, "is no object");
  if (object == nullptr) return;
  for (const auto& [key, value] : object->items()) {
    if (!value.is_string()) return wrong(member(name, key), "is no text");
    to.emplace(key, value.get<std::string>());
  }
}

bool JsonFields::is_null(const char* name) const {
  const auto found = object_->find(name);
  return found != object_->end() && found->is_null();
}

JsonFields JsonFields::object(const char* name) {
  static const Json kNone = Json::object();
  const Json* const value = find(name, is_object, "is no object");
  return {value == nullptr ? kNone : *value, path_ + name + ".", *problem_};
}

void JsonFields::for_each(const char* name, const std::function<void(JsonFields)>& visit) {
  const Json* const list = find(name, is_list, "is no list");
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size() && problem_->empty(); ++i) {
    if (!(*list)[i].is_object()) return wrong(element(name, i), "is no object");
    visit(JsonFields((*list)[i], path_ + element(name, i) + ".", *problem_));
  }
}

void JsonFields::for_each_member(const char* name,
                                 const std::function<void(const std::string&, JsonFields)>& visit) {
  const Json* const object = find(name, is_object, "is no object");
  if (object == nullptr) return;
  for (const auto& [key, value] : object->items()) {
    if (!problem_->empty()) return;
    if (!value.is_object()) return wrong(member(name, key), "is no object");
    visit(key, JsonFields(value, path_ + member(name, key) + ".", *problem_));
  }
}

void JsonFields::require(bool holds, const char* name, const char* otherwise) {
  if (!holds) wrong(name, otherwise);
}

void JsonFields::wrong(const std::string& name, const char* what) {
  if (problem_->empty()) *problem_ = "field '" + path_ + name + "' " + what;
}

const Json* JsonFields::find(const char* name, bool (*is_kind)(const Json&), const char* otherwise) {
  const auto found = object_->find(name);
  if (found == object_->end()) {
    wrong(name, "is missing");
    return nullptr;
  }
  if (!is_kind(*found)) {
    wrong(name, otherwise);
    return nullptr;
  }
  return &*found;
}

std::optional<std::int64_t> JsonFields::whole_number(const char* name, std::int64_t least,
                                                     std::int64_t most) {
  const Json* const value = find(name, is_whole, "is no whole number");
  if (value == nullptr) return std::nullopt;
  const auto number = number_within(*value, least, most);
  if (!number) wrong(name, "is out of range");
  return number;
}

}  // namespace arkive

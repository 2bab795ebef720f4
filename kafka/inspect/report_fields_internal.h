/// Fields: the fields of a JSON object, taken strictly: a number is no truth value, and what is out of range
/// is wrong, not cut.
#pragma once

#include <concepts>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace arkive::kafka::inspecting {

/// Borrows the object and the text of the first problem, which all objects of a document share. What is
/// wrong leaves its value as it was.
class Fields {
 public:
  using Json = nlohmann::json;
  /// `path`: of the object, with its point: "directories[0].".
  Fields(const Json& object, std::string path, std::string& problem)
      : object_(&object), path_(std::move(path)), problem_(&problem) {}

  void take(const char* name, std::string& to) {
    if (const Json* value = find(name, &Json::is_string, "is no text")) to = value->get<std::string>();
  }
  void take(const char* name, bool& to) {
    if (const Json* value = find(name, &Json::is_boolean, "is neither true nor false"))
      to = value->get<bool>();
  }
  void take(const char* name, std::uint64_t& to) {
    if (const Json* value = find(name, &Json::is_number_unsigned, "is no count"))
      to = value->get<std::uint64_t>();
  }
  template <std::signed_integral Number>
  void take(const char* name, Number& to, std::int64_t least, std::int64_t most) {
    const Json* const value = find(name, &Json::is_number_integer, "is no whole number");
    if (value == nullptr) return;
    const bool too_large =
        value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
    const auto number = too_large ? 0 : value->get<std::int64_t>();
    if (too_large || number < least || number > most) return wrong(name, "is out of range");
    to = static_cast<Number>(number);
  }
  bool is_null(const char* name) const {
    const auto found = object_->find(name);
    return found != object_->end() && found->is_null();
  }
  Fields object(const char* name) {
    static const Json kNone = Json::object();
    const Json* const value = find(name, &Json::is_object, "is no object");
    return {value == nullptr ? kNone : *value, path_ + name + ".", *problem_};
  }
  /// Calls fn(Fields) for each object of a list.
  template <class Fn>
  void for_each(const char* name, Fn&& fn) {
    const Json* const list = find(name, &Json::is_array, "is no list");
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size() && problem_->empty(); ++i) {
      if (!(*list)[i].is_object()) return wrong(name, "holds something else than objects");
      fn(Fields((*list)[i], path_ + name + "[" + std::to_string(i) + "].", *problem_));
    }
  }

  void require(bool holds, const char* name, const char* otherwise) {
    if (!holds) wrong(name, otherwise);
  }
  void wrong(const char* name, const char* what) {
    if (problem_->empty()) *problem_ = "field '" + path_ + name + "' " + what;
  }

 private:
  const Json* find(const char* name, bool (Json::*kind)() const noexcept, const char* otherwise) {
    const auto found = object_->find(name);
    if (found == object_->end()) {
      wrong(name, "is missing");
      return nullptr;
    }
    if (!((*found).*kind)()) {
      wrong(name, otherwise);
      return nullptr;
    }
    return &*found;
  }

  const Json* object_;
  std::string path_;
  std::string* problem_;
};

}  // namespace arkive::kafka::inspecting

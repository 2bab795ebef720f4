/// JsonFields: the fields of a JSON object, taken strictly: a number is no truth value, and what is out of
/// range is wrong, not cut. Fields nobody takes are passed over.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace arkive {

/// Borrows the object, and the text of the first problem, which all objects of a document share. What is
/// wrong or missing leaves its value as it was. Not thread-safe.
class JsonFields {
 public:
  using Json = nlohmann::json;
  /// `path`: of the object, with its point: "directories[0]."; empty for the document. `problem`: "field
  /// 'directories[0].path' is no text".
  JsonFields(const Json& object, std::string path, std::string& problem);

  void take(const char* name, std::string& to);
  void take(const char* name, bool& to);
  void take(const char* name, std::uint64_t& to);
  /// A number within [least, most].
  template <std::signed_integral Number>
  void take(const char* name, Number& to, std::int64_t least, std::int64_t most) {
    if (const auto number = whole_number(name, least, most)) to = static_cast<Number>(*number);
  }
  void take(const char* name, std::vector<std::string>& to);
  /// Numbers within [least, 2^31 - 1].
  void take(const char* name, std::vector<std::int32_t>& to, std::int32_t least);
  void take(const char* name, std::map<std::string, std::string>& to);

  /// False when it is missing, too.
  bool is_null(const char* name) const;
  JsonFields object(const char* name);
  /// Calls visit for each object of a list, or of an object's members, until the first problem.
  void for_each(const char* name, const std::function<void(JsonFields)>& visit);
  void for_each_member(const char* name,
                       const std::function<void(const std::string& key, JsonFields)>& visit);

  void require(bool holds, const char* name, const char* otherwise);
  void wrong(const std::string& name, const char* what);

 private:
  const Json* find(const char* name, bool (*is_kind)(const Json&), const char* otherwise);
  std::optional<std::int64_t> whole_number(const char* name, std::int64_t least, std::int64_t most);

  const Json* object_;
  std::string path_;
  std::string* problem_;
};

}  // namespace arkive

#include "stores/gcs/json.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace arkive::gcs {
namespace {

using Json = nlohmann::json;

tl::unexpected<Error> not_its_json(const std::string& what) {
  return fail(Outcome::kCorrupt, "the answer is not the JSON of an object store: " + what);
}

std::string text_in(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A text that may be missing, but be nothing else.
Result<std::string> optional_text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::string();
  if (!found->is_string()) return not_its_json(std::string("its ") + name + " is no text");
  return found->get<std::string>();
}

/// Numbers of 64 bits are strings there.
Result<std::uint64_t> number_in(const Json& object, const char* name) {
  const std::string digits = text_in(object, name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return not_its_json(std::string("its ") + name + " is no number");
  return number;
}

}  // namespace

ServerError read_error(const http::Response& response) {
  const auto parsed = Json::parse(response.body, nullptr, false);
  if (!parsed.is_object()) {
    const bool plain = response.header("content-type").starts_with("text/plain");
    return {{}, plain ? response.body.substr(0, response.body.find('\n')) : std::string()};
  }
  const auto error = parsed.find("error");
  if (error == parsed.end() || !error->is_object()) return {};
  ServerError found{{}, text_in(*error, "message")};
  const auto all = error->find("errors");
  if (all != error->end() && all->is_array() && !all->empty()) found.reason = text_in(all->front(), "reason");
  return found;
}

Result<remote::KeyPage> read_list(std::string_view json) {
  const auto parsed = Json::parse(json, nullptr, false);
  if (!parsed.is_object() || parsed.contains("error")) return not_its_json("a list that is no object");
  remote::KeyPage page;
  ARKIVE_ASSIGN(page.next, optional_text_in(parsed, "nextPageToken"));
  const auto items = parsed.find("items");
  if (items == parsed.end()) return page;
  if (!items->is_array()) return not_its_json("items that are no list");
  for (const Json& item : *items) {
    remote::KeyPage::Key key{.whole = text_in(item, "name")};
    if (key.whole.empty()) return not_its_json("an object without a name");
    ARKIVE_ASSIGN(key.size, number_in(item, "size"));
    page.keys.push_back(std::move(key));
  }
  return page;
}

Result<StoredResource> read_resource(std::string_view json) {
  const auto parsed = Json::parse(json, nullptr, false);
  if (!parsed.is_object()) return not_its_json("no object");
  StoredResource resource{.generation = text_in(parsed, "generation")};
  ARKIVE_TRY(number_in(parsed, "generation"));
  ARKIVE_ASSIGN(resource.md5, optional_text_in(parsed, "md5Hash"));
  ARKIVE_ASSIGN(resource.size, number_in(parsed, "size"));
  return resource;
}

std::string resource_of(const std::string& storage_class, const std::string& md5) {
  Json resource = Json::object();
  if (!storage_class.empty()) resource["storageClass"] = storage_class;
  if (!md5.empty()) resource["md5Hash"] = md5;
  return resource.dump();
}

}  // namespace arkive::gcs

#include <map>

#include "stores/core/bytes.h"
#include "stores/core/nearest_word.h"
#include "tools/configuration/yaml_file_internal.h"

namespace arkive::tools {

Status YamlFile::read(std::string_view text, const std::function<Status(const YAML::Node& top)>& take) const {
  std::vector<YAML::Node> documents;
  try {
    documents = YAML::LoadAll(std::string(text));
    if (documents.size() > 1) {
      return wrong(documents[1].Mark(), "a second document begins", "one file is one document");
    }
    if (documents.empty() || documents.front().IsNull()) return wrong_file("it is empty");
    return take(documents.front());
  } catch (const YAML::Exception& error) {
    return wrong(error.mark, "no YAML: " + error.msg, {});
  }
}

tl::unexpected<Error> YamlFile::wrong(const YAML::Mark& mark, const std::string& what,
                                      std::string hint) const {
  std::string place;
  if (!mark.is_null()) {
    place = "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1) + ": ";
  }
  return fail(Outcome::kUsage, "read '" + printable(file_) + "': " + place + what, std::move(hint));
}

tl::unexpected<Error> YamlFile::wrong_file(const std::string& what) const {
  return fail(Outcome::kUsage, "read '" + printable(file_) + "': " + what, help_);
}

tl::unexpected<Error> YamlFile::unknown(const YAML::Node& key, const std::string& where,
                                        const std::vector<std::string>& known) const {
  const std::string nearest = nearest_word(key.Scalar(), known);
  return wrong(key.Mark(), "no key " + quoted(key.Scalar()) + " in " + where,
               (nearest.empty() ? "" : "did you mean " + nearest + "? ") + help_);
}

Result<YamlFile::Pairs> YamlFile::pairs_of(const YAML::Node& name, const YAML::Node& node,
                                           const std::string& what) const {
  if (!node.IsMap()) {
    return wrong(node.IsNull() ? name.Mark() : node.Mark(),
                 what + " is " + kind_of(node) + ", not keys with values", help_);
  }
  Pairs pairs;
  std::map<std::string, int> seen;
  // yaml-cpp keeps a key that stands twice, and answers with one of the two.
  for (const auto& pair : node) {
    if (!pair.first.IsScalar()) {
      return wrong(pair.first.Mark(), "a key of " + what + " is " + kind_of(pair.first) + ", not a text", {});
    }
    const auto [before, is_new] = seen.emplace(pair.first.Scalar(), pair.first.Mark().line + 1);
    if (!is_new) {
      return wrong(pair.first.Mark(),
                   "key " + quoted(pair.first.Scalar()) + " stands twice in " + what + ", first in line " +
                       std::to_string(before->second),
                   "remove one of the two");
    }
    pairs.emplace_back(pair.first, pair.second);
  }
  return pairs;
}

std::string YamlFile::kind_of(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  return node.IsNull() ? "nothing" : "a text";
}

std::string YamlFile::quoted(const std::string& text) {
  constexpr std::size_t kShown = 80;
  return "'" + printable(text.substr(0, kShown)) + (text.size() > kShown ? "..." : "") + "'";
}

}  // namespace arkive::tools

/// A YAML file that is being read, with errors that name file, line and column (counted from 1). Internal to
/// this folder.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/core/result.h"

namespace arkive::tools {

class YamlFile {
 public:
  using Pairs = std::vector<std::pair<YAML::Node, YAML::Node>>;

  /// `help`: the hint that says where the keys are told.
  YamlFile(std::string file, std::string help) : file_(std::move(file)), help_(std::move(help)) {}

  /// Hands the top of the one document in `text` to `take`. kUsage for what is no YAML, several documents,
  /// none.
  Status read(std::string_view text, const std::function<Status(const YAML::Node& top)>& take) const;

  tl::unexpected<Error> wrong(const YAML::Mark& mark, const std::string& what, std::string hint) const;
  /// Of the file as a whole; the hint is `help`.
  tl::unexpected<Error> wrong_file(const std::string& what) const;
  /// A key that is not one of `known`; the hint names the nearest.
  tl::unexpected<Error> unknown(const YAML::Node& key, const std::string& where,
                                const std::vector<std::string>& known) const;

  /// The pairs of the map `node`, the value of `name`, whose keys are texts, each once.
  Result<Pairs> pairs_of(const YAML::Node& name, const YAML::Node& node, const std::string& what) const;

  const std::string& help() const { return help_; }
  static std::string kind_of(const YAML::Node& node);
  static std::string quoted(const std::string& text);

 private:
  std::string file_;
  std::string help_;
};

}  // namespace arkive::tools

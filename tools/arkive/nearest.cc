#include "tools/arkive/nearest.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "stores/core/nearest_word.h"

namespace arkive::tools {
namespace {

// The command the arguments name, as deep as they do.
const CLI::App* command_of(const CLI::App& app, const std::vector<std::string>& arguments) {
  const CLI::App* at = &app;
  for (const std::string& argument : arguments) {
    for (const CLI::App* child : at->get_subcommands(nullptr)) {
      if (child->get_name() == argument) {
        at = child;
        break;
      }
    }
  }
  return at;
}

std::string full_name(const CLI::App* app) {
  std::string name = app->get_name();
  for (app = app->get_parent(); app != nullptr; app = app->get_parent()) name = app->get_name() + " " + name;
  return name;
}

bool knows_option(const CLI::App* command, const std::string& word) {
  for (; command != nullptr; command = command->get_parent()) {
    if (command->get_option_no_throw(word) != nullptr) return true;
  }
  return false;
}

std::vector<std::string> words_of(const CLI::App* command, bool options) {
  std::vector<std::string> words;
  if (!options) {
    for (const CLI::App* child : command->get_subcommands(nullptr)) {
      if (!child->get_group().empty()) words.push_back(child->get_name());
    }
    return words;
  }
  for (; command != nullptr; command = command->get_parent()) {
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
  }
  return words;
}

std::string lower_first(std::string text) {
  if (text.size() > 1 && std::isupper(static_cast<unsigned char>(text[0])) &&
      !std::isupper(static_cast<unsigned char>(text[1]))) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  while (text.ends_with('.') || text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Error usage_error(const CLI::App& app, const CLI::ParseError& error,
                  const std::vector<std::string>& arguments) {
  const CLI::App* command = command_of(app, arguments);
  const std::string help = "see " + full_name(command) + " --help";
  const std::vector<std::string> commands = words_of(command, false);
  if (!commands.empty()) {
    const auto wrong = std::find_if(arguments.begin(), arguments.end(), [&](const std::string& argument) {
      if (argument.starts_with('-')) return false;
      for (const CLI::App* at = command; at != nullptr; at = at->get_parent()) {
        if (at->get_name() == argument) return false;
      }
      return true;
    });
    if (wrong == arguments.end())
      return {Outcome::kUsage, full_name(command) + ": a command is missing", help};
    const std::string nearest = nearest_word(*wrong, commands);
    return {Outcome::kUsage, full_name(command) + ": no command '" + *wrong + "'",
            nearest.empty() ? help : "did you mean " + nearest + "? " + help};
  }
  // The first word that looks like an option and is none, or like a command and is none.
  for (const std::string& argument : arguments) {
    const bool option = argument.starts_with("--") && argument.size() > 2;
    if (!option) continue;
    const std::string name = argument.substr(0, argument.find('='));
    if (knows_option(command, name)) continue;
    const std::string nearest = nearest_word(name, words_of(command, true));
    return {Outcome::kUsage, full_name(command) + ": no option '" + name + "'",
            nearest.empty() ? help : "did you mean " + nearest + "? " + help};
  }
  if (!commands.empty()) return {Outcome::kUsage, full_name(command) + ": a command is missing", help};
  return {Outcome::kUsage, full_name(command) + ": " + lower_first(error.what()), help};
}

}  // namespace arkive::tools

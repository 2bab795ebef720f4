#include "tools/arkive/documentation.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "stores/core/files.h"
#include "tools/arkive/version.h"

namespace arkive::tools {
namespace {

// What the printers need of an option, taken from CLI11 in one place.
struct OptionFacts {
  std::string names;  // "-q, --quiet" or "PATH"
  std::string value;  // "FILE"; empty for a flag
  std::string description;
  std::string default_value;
  bool required = false;
  bool positional = false;
  bool repeatable = false;
};

OptionFacts facts_of(const CLI::Option& option) {
  OptionFacts facts;
  facts.positional = option.get_positional();
  if (facts.positional) facts.names = option.get_name(true, false);
  for (const std::string& name : option.get_snames())
    facts.names += (facts.names.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames())
    facts.names += (facts.names.empty() ? "--" : ", --") + name;
  const bool flag = option.get_items_expected_max() == 0;
  if (!flag && !facts.positional) {
    facts.value = option.get_type_name();
    // A check appends its own words to the type name (":{a,b}", ":INT in [1 - 64]"); ours already lists the
    // values.
    for (const char* words : {":{", ":INT in"})
      facts.value.resize(std::min(facts.value.size(), facts.value.find(words)));
  }
  facts.description = option.get_description();
  facts.default_value = option.get_default_str();
  facts.required = option.get_required();
  facts.repeatable = option.get_items_expected_max() > 1;
  return facts;
}

std::vector<OptionFacts> options_of(const CLI::App& command) {
  std::vector<OptionFacts> options;
  for (const CLI::Option* option : command.get_options()) options.push_back(facts_of(*option));
  std::stable_sort(options.begin(), options.end(), [](const OptionFacts& a, const OptionFacts& b) {
    const auto rank = [](const OptionFacts& option) {
      return option.positional ? 0 : option.required ? 1 : 2;
    };
    return rank(a) < rank(b);
  });
  return options;
}

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  std::vector<const CLI::App*> commands;
  for (const CLI::App* child : app.get_subcommands(nullptr)) {
    if (!child->get_group().empty()) commands.push_back(child);
  }
  return commands;
}

std::string full_name(const CLI::App& command, const char* separator) {
  std::string name = command.get_name();
  for (const CLI::App* parent = command.get_parent(); parent != nullptr; parent = parent->get_parent()) {
    name = parent->get_name() + separator + name;
  }
  return name;
}

std::string usage_line(const CLI::App& command) {
  std::string line = full_name(command, " ");
  if (!shown_commands(command).empty()) line += " COMMAND";
  for (const OptionFacts& option : options_of(command)) {
    if (option.positional) line += option.required ? " " + option.names : " [" + option.names + "]";
    if (!option.positional && option.required) line += " " + option.names + " " + option.value;
  }
  return line + " [OPTIONS]";
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t columns) {
  std::string out;
  std::size_t column = indent;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::size_t length = end - begin;
    if (column + length > columns && column > indent) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out.append(text, begin, length);
    column += length;
    begin = end + 1;
  }
  return out;
}

std::string with_default(const OptionFacts& option) {
  std::string text = option.description;
  if (!option.default_value.empty()) text += " (default: " + option.default_value + ")";
  return text;
}

std::string entry(const std::string& head, const std::string& text) {
  constexpr std::size_t kIndent = 30;
  constexpr std::size_t kColumns = 100;
  std::string line = "  " + head;
  if (line.size() + 2 > kIndent) {
    line += "\n" + std::string(kIndent, ' ');
  } else {
    line.resize(kIndent, ' ');
  }
  return line + wrapped(text, kIndent, kColumns) + "\n";
}

std::string head_of(const OptionFacts& option) {
  return option.value.empty() ? option.names : option.names + " " + option.value;
}

void visit_commands(const CLI::App& app, const std::function<void(const CLI::App&)>& visit) {
  visit(app);
  for (const CLI::App* child : shown_commands(app)) visit_commands(*child, visit);
}

std::string roff(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == '-') out += '\\';
    out += c;
  }
  return out;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

constexpr const char* kExitStatuses[][2] = {
    {"0", "done, and whole"},
    {"1", "failed"},
    {"2",
     "it cannot be done as it was asked, and nothing was done: the command line, the settings or the place "
     "named"},
    {"3", "done, but something is missing, was kept or was refused; it is named"},
    {"4", "verification found damage"},
    {"5", "a gate of a plan refused"},
    {"6", "interrupted by a signal, or by the deadline"}};

std::string man_page(const CLI::App& command) {
  const std::string name = full_name(command, "-");
  std::string page = ".TH " + upper(name) + " 1 \"\" \"arkive " + std::string(version()) + "\" \"arkive\"\n";
  page += ".SH NAME\n" + roff(name) + " \\- " + roff(command.get_description()) + "\n";
  page += ".SH SYNOPSIS\n" + roff(usage_line(command)) + "\n";
  const std::vector<const CLI::App*> commands = shown_commands(command);
  if (!commands.empty()) {
    page += ".SH COMMANDS\n";
    for (const CLI::App* child : commands) {
      page += ".TP\n.B " + roff(child->get_name()) + "\n" + roff(child->get_description()) + "\n";
    }
  }
  page += ".SH OPTIONS\n";
  for (const OptionFacts& option : options_of(command))
    page += ".TP\n.B " + roff(head_of(option)) + "\n" + roff(with_default(option)) + "\n";
  page += ".SH EXIT STATUS\n";
  for (const auto& status : kExitStatuses)
    page += ".TP\n.B " + std::string(status[0]) + "\n" + roff(status[1]) + "\n";
  return page;
}

std::string markdown_page(const CLI::App& app) {
  std::string page =
      "# The command line\n\nWritten by `arkive documentation markdown docs` from the one declaration in "
      "`tools/arkive/command_line.cc`.\n";
  visit_commands(app, [&](const CLI::App& command) {
    page += "\n## " + full_name(command, " ") + "\n\n" + command.get_description() + "\n\n    " +
            usage_line(command) + "\n\n";
    for (const CLI::App* child : shown_commands(command)) {
      page += "- `" + child->get_name() + "`: " + child->get_description() + "\n";
    }
    for (const OptionFacts& option : options_of(command))
      page += "- `" + head_of(option) + "`: " + with_default(option) + "\n";
  });
  page += "\n## Exit statuses\n\n| status | meaning |\n|---|---|\n";
  for (const auto& status : kExitStatuses) page += "| " + std::string(status[0]) + " | " + status[1] + " |\n";
  return page;
}

std::string long_names(const CLI::App& command) {
  std::string words;
  for (const CLI::App* at = &command; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* option : at->get_options()) {
      for (const std::string& name : option->get_lnames()) words += (words.empty() ? "--" : " --") + name;
    }
  }
  return words;
}

std::string bash_completion(const CLI::App& app) {
  std::string cases;
  visit_commands(app, [&](const CLI::App& command) {
    std::string words = long_names(command);
    for (const CLI::App* child : shown_commands(command)) words = child->get_name() + " " + words;
    cases += "    '" + full_name(command, " ") + "') words='" + words + "' ;;\n";
  });
  return "# Completion of arkive's commands and options; file names complete after an option.\n"
         "_arkive() {\n"
         "  local command=arkive word words=''\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case $word in -*) ;; [a-z]*) case \"$command $word\" in " +
         [&] {
           std::string names;
           visit_commands(app, [&](const CLI::App& command) {
             if (command.get_parent() != nullptr)
               names += (names.empty() ? "'" : "|'") + full_name(command, " ") + "'";
           });
           return names;
         }() +
         ") command=\"$command $word\" ;; esac ;; esac\n"
         "  done\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o default -F _arkive arkive\n";
}

nlohmann::ordered_json description(const CLI::App& app) {
  nlohmann::ordered_json commands = nlohmann::ordered_json::array();
  visit_commands(app, [&](const CLI::App& command) {
    nlohmann::ordered_json options = nlohmann::ordered_json::array();
    for (const OptionFacts& option : options_of(command)) {
      options.push_back({{"names", option.names},
                         {"value", option.value},
                         {"description", option.description},
                         {"default", option.default_value},
                         {"required", option.required},
                         {"repeatable", option.repeatable}});
    }
    commands.push_back({{"command", full_name(command, " ")},
                        {"description", command.get_description()},
                        {"options", options}});
  });
  return commands;
}

// Committed pages are world-readable like every other file of the sources.
Status write_page(const std::string& directory, const std::string& name, const std::string& text) {
  const std::string path = directory + "/" + name;
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) return fail(system_error("write", path, errno));
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !written) return fail(system_error("write", path, errno));
  return ok();
}

}  // namespace

std::string help_text(const CLI::App& command) {
  std::string text =
      full_name(command, " ") + ": " + command.get_description() + "\n\nusage: " + usage_line(command) + "\n";
  const std::vector<const CLI::App*> commands = shown_commands(command);
  if (!commands.empty()) text += "\ncommands:\n";
  for (const CLI::App* child : commands) text += entry(child->get_name(), child->get_description());
  text += "\noptions:\n";
  for (const OptionFacts& option : options_of(command)) text += entry(head_of(option), with_default(option));
  if (command.get_parent() != nullptr) {
    text += "\noptions of every command: --quiet, --verbose, --log-format text|json, --deadline DURATION\n";
  }
  return text;
}

Result<ExitStatus> write_documentation(const CLI::App& app, const DocumentationOptions& options) {
  Status written = ok();
  if (options.form == "man") {
    visit_commands(app, [&](const CLI::App& command) {
      if (written) written = write_page(options.directory, full_name(command, "-") + ".1", man_page(command));
    });
  } else if (options.form == "markdown") {
    written = write_page(options.directory, "command-line.md", markdown_page(app));
  } else if (options.form == "bash") {
    written = write_page(options.directory, "arkive.bash", bash_completion(app));
  } else {
    written = write_page(options.directory, "command-line.json", description(app).dump(2) + "\n");
  }
  if (!written) return fail(std::move(written).error());
  return kWhole;
}

}  // namespace arkive::tools

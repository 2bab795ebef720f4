#include "stores/git/git_command.h"

#include <cstdlib>

namespace arkive::git {

namespace {

std::map<std::string, std::string> clean_environment() {
  std::map<std::string, std::string> clean = {{"GIT_CONFIG_NOSYSTEM", "1"},
                                              {"GIT_CONFIG_GLOBAL", "/dev/null"},
                                              {"GIT_TERMINAL_PROMPT", "0"},
                                              {"LC_ALL", "C"},
                                              {"PATH", "/usr/local/bin:/usr/bin:/bin"}};
  for (const char* name : {"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "SSH_AUTH_SOCK", "SSL_CERT_FILE",
                           "SSL_CERT_DIR", "GIT_SSL_CAINFO", "http_proxy", "https_proxy", "HTTPS_PROXY",
                           "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
    if (const char* value = std::getenv(name)) clean[name] = value;
  }
  return clean;
}

}  // namespace

Result<Finished> run_git(const std::string& repository, const std::vector<std::string>& settings,
                         const std::vector<std::string>& arguments, Deadline deadline,
                         const std::map<std::string, std::string>& environment) {
  Command command;
  command.arguments = {"git", "--git-dir=" + repository, "-c", "core.hooksPath=/dev/null"};
  for (const std::string& setting : settings) {
    command.arguments.emplace_back("-c");
    command.arguments.push_back(setting);
  }
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.environment = clean_environment();
  for (const auto& [name, value] : environment) command.environment[name] = value;
  command.only_this_environment = true;
  return run_process(command, deadline);
}

std::string last_words(const Finished& finished) {
  std::string_view text = finished.error_output;
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::string_view line = text.substr(text.rfind('\n') + 1);  // npos + 1 is 0
  return line.empty() ? "exit status " + std::to_string(finished.status) : printable(line);
}

}  // namespace arkive::git

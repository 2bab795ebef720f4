#include "stores/git/push.h"

#include <array>
#include <cstdlib>
#include <string_view>

#include "stores/core/process.h"

namespace arkive::git {
namespace {

// What git prints when a push fails, and what it means for the caller. The words are git's and ssh's own
// (LC_ALL=C).
struct Symptom {
  std::string_view text;
  Outcome outcome;
  std::string_view hint;
};
constexpr std::array<Symptom, 11> kSymptoms{{
    {"non-fast-forward", Outcome::kConflict,
     "the other side has commits this history lacks; push into a repository of its own"},
    {"fetch first", Outcome::kConflict,
     "the other side has commits this history lacks; push into a repository of its own"},
    {"Host key verification failed", Outcome::kDenied,
     "put the host's key into known_hosts after checking it (ssh-keyscan)"},
    {"Permission denied", Outcome::kDenied, "check the ssh key or the access rights on the other side"},
    {"Authentication failed", Outcome::kDenied, "configure a git credential helper for this user"},
    {"could not read Username", Outcome::kDenied, "configure a git credential helper for this user"},
    {"could not read Password", Outcome::kDenied, "configure a git credential helper for this user"},
    {"does not appear to be a git repository", Outcome::kNotFound, "make it there first: git init --bare"},
    {"Could not resolve host", Outcome::kRetry, ""},
    {"Connection refused", Outcome::kRetry, ""},
    {"Connection timed out", Outcome::kRetry, ""},
}};

bool is_loopback_http(const std::string& url) {
  std::string_view host = std::string_view(url).substr(7);
  host = host.substr(0, host.find_first_of("/:"));
  return host == "localhost" || host.starts_with("127.") || url.starts_with("http://[::1]");
}

// The last lines that say something, in one.
std::string shortened(std::string_view text) {
  std::string line;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    if (!part.empty() && !part.starts_with("hint:") && !part.starts_with("To "))
      line += (line.empty() ? "" : "; ") + std::string(part);
    begin = end + 1;
  }
  constexpr std::size_t kMost = 600;
  if (line.size() > kMost) line = "..." + line.substr(line.size() - kMost);
  return line.empty() ? "git gave no reason" : line;
}

}  // namespace

Status check_push_url(const std::string& url) {
  const auto bad = [](const char* cause, const char* hint) {
    return fail(Outcome::kUsage, std::string("push: the URL ") + cause, hint);
  };
  if (url.empty() || url.starts_with('-'))
    return bad("is empty or begins with a dash", "give https://, ssh://, host:path, file:// or a path");
  const std::size_t scheme = url.find("://");
  if (scheme != std::string::npos) {
    const std::string_view name = std::string_view(url).substr(0, scheme);
    const std::string_view rest = std::string_view(url).substr(scheme + 3);
    const std::string_view authority = rest.substr(0, rest.find('/'));
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos) {
      return bad(
          "holds a password",
          "leave it out and configure a git credential helper: secrets do not belong on a command line");
    }
    if (name == "http") {
      if (is_loopback_http(url)) return ok();
      return bad("is plain http", "use https or ssh");
    }
    if (name != "https" && name != "ssh" && name != "file") {
      return bad("has an unknown scheme", "give https://, ssh://, host:path, file:// or a path");
    }
    return ok();
  }
  if (url.find("::") != std::string::npos)
    return bad("names a remote helper", "give https://, ssh://, host:path, file:// or a path");
  return ok();
}

Status push(const std::string& repository, const std::string& url, const std::vector<std::string>& clusters,
            Deadline deadline) {
  ARKIVE_TRY(check_push_url(url));
  // git asks only whether it is set, not what it says, and it wins over http.sslVerify.
  if (std::getenv("GIT_SSL_NO_VERIFY") != nullptr) {
    return fail(Outcome::kUsage, "push to '" + url + "': GIT_SSL_NO_VERIFY is set",
                "unset it: the other side is always verified");
  }
  Command command;
  command.arguments = {"git",
                       "-c",
                       "protocol.allow=never",
                       "-c",
                       "protocol.https.allow=always",
                       "-c",
                       "protocol.http.allow=always",
                       "-c",
                       "protocol.ssh.allow=always",
                       "-c",
                       "protocol.file.allow=always",
                       "-c",
                       "http.followRedirects=false",
                       "-c",
                       "http.sslVerify=true",
                       "-C",
                       repository,
                       "push",
                       "--porcelain",
                       "--",
                       url};
  for (const std::string& cluster : clusters)
    command.arguments.push_back("refs/heads/" + cluster + ":refs/heads/" + cluster);
  command.environment = {
      {"GIT_TERMINAL_PROMPT", "0"},  {"GIT_ASKPASS", "/bin/false"},
      {"SSH_ASKPASS", "/bin/false"}, {"GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes"},
      {"GIT_SSL_NO_VERIFY", "0"},    {"LC_ALL", "C"}};
  Result<Finished> finished = run_process(command, deadline);
  if (!finished) {
    Error error = std::move(finished).error();
    if (error.outcome == Outcome::kNotFound) error.hint = "install git, or leave --push out";
    return fail(error.within("push to '" + url + "'"));
  }
  if (finished->succeeded()) return ok();
  const std::string said = finished->output + finished->error_output;
  for (const Symptom& symptom : kSymptoms) {
    if (said.find(symptom.text) != std::string::npos) {
      return fail(symptom.outcome, "push to '" + url + "': " + shortened(said), std::string(symptom.hint));
    }
  }
  return fail(Outcome::kFail, "push to '" + url + "': " + shortened(said));
}

}  // namespace arkive::git

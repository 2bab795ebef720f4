#include "stores/git/push.h"

#include <algorithm>
#include <string_view>

#include "stores/core/bytes.h"
#include "stores/git/git_command.h"
#include "stores/repository.h"

namespace arkive::git {

namespace {

// Asks nobody, believes no host it does not know, and gives up on a dead line.
constexpr char kSsh[] =
    "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 "
    "-o ServerAliveCountMax=4";

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host == "127.0.0.1";
}

/// user, host and port of scheme://user@host:port/path.
struct Authority {
  std::string_view user;
  std::string_view host;
};

Authority authority_of(std::string_view url) {
  std::string_view rest = url.substr(url.find("://") + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  Authority authority;
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    authority.user = rest.substr(0, at);
    rest.remove_prefix(at + 1);
  }
  authority.host = rest.substr(0, rest.starts_with('[') ? rest.find(']') + 1 : rest.find(':'));
  return authority;
}

/// The protocols git may use for `url`; nothing for a URL that is refused.
Result<std::string> protocol_of(std::string_view url) {
  const auto refuse = [&](const char* why, const char* hint) {
    return fail(Outcome::kUsage, "push to '" + printable(without_passwords(url)) + "': " + why, hint);
  };
  constexpr char kKinds[] = "use https://, ssh://, host:path, file:// or a path";
  if (url.empty() || url.starts_with('-')) return refuse("that is no URL", kKinds);
  const std::size_t colon = url.find(':');
  if (url.find("://") == std::string_view::npos) {
    // "ext::command" would run it; "host:path" is ssh's own form, unless a slash comes first.
    if (url.find("::") != std::string_view::npos) return refuse("that is no URL", kKinds);
    return colon < url.find('/') ? "ssh" : "file";
  }
  const std::string_view scheme = url.substr(0, colon);
  const Authority authority = authority_of(url);
  if (authority.user.find(':') != std::string_view::npos) {
    return refuse("it holds a password, which others see in the list of processes",
                  "put it into ~/.netrc (mode 0600)");
  }
  if (scheme == "http") {
    if (!is_loopback(authority.host)) return refuse("http is not encrypted", "use https://");
    return "http";
  }
  if (scheme == "https" || scheme == "ssh" || scheme == "file") return std::string(scheme);
  return refuse("it is of no kind that is safe to push to", kKinds);
}

bool mentions(const std::string& text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

/// git has one exit status for most of what can go wrong; its words (LC_ALL=C) tell more.
Error push_error(const std::string& url, const Finished& finished) {
  const std::string text = without_passwords(finished.error_output + finished.output);
  Error error{Outcome::kFail, "push to '" + printable(without_passwords(url)) + "': ", {}};
  if (mentions(text, {"Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED"})) {
    error.outcome = Outcome::kDenied;
    error.hint =
        "add the host's key to ~/.ssh/known_hosts after comparing its fingerprint with what its owner says";
  } else if (mentions(text, {"(fetch first)", "(non-fast-forward)", "denying non-fast-forward"})) {
    error.outcome = Outcome::kConflict;
    error.what += "the other side has commits that are not here";
    error.hint =
        "nothing was overwritten; push to another repository, or find out who else writes to this one";
    return error;
  } else if (mentions(text, {"Authentication failed", "Permission denied", "could not read Username",
                             "could not read Password", "403", "[remote rejected]", "certificate",
                             "dubious ownership"})) {
    error.outcome = Outcome::kDenied;
  } else if (mentions(text, {"does not appear to be a git repository", "not found", "does not exist"})) {
    error.outcome = Outcome::kNotFound;
  } else if (mentions(text, {"Could not resolve", "onnection refused", "timed out", "onnection reset",
                             "Failed to connect", "unreachable", "HTTP 5", "Operation too slow", "early EOF",
                             "Connection closed"})) {
    error.outcome = Outcome::kRetry;
  }
  // The first complaint names the cause, what follows is advice.
  std::string cause;
  for (std::size_t at = 0; at < text.size() && cause.empty();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (mentions(line, {"fatal: ", "error: ", "ssh: ", "failed", "denied", "! [", "!\t"})) cause = line;
    at = end + 1;
  }
  if (cause.empty()) cause = last_words(finished);
  error.what += printable(cause);
  return error;
}

}  // namespace

std::string without_passwords(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) break;
    clean += text.substr(0, scheme + 3);
    text.remove_prefix(scheme + 3);
    const std::string_view authority = text.substr(0, text.find_first_of("/ \n\t'\""));
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos) {
      text.remove_prefix(at + 1);
    }
  }
  clean += text;
  return clean;
}

Status check_push_url(const std::string& url) {
  const Result<std::string> protocol = protocol_of(url);
  if (!protocol) return fail(protocol.error());
  return ok();
}

Status push(const std::string& repository, const std::string& url, const std::vector<std::string>& clusters,
            const PushOptions& options) {
  ARKIVE_ASSIGN(const std::string protocol, protocol_of(url));
  std::vector<std::string> arguments = {"push", "--porcelain", "--no-verify", "--", url};
  for (const std::string& cluster : clusters) {
    ARKIVE_TRY(check_cluster_name(cluster));
    const std::string branch = "refs/heads/" + cluster;
    arguments.push_back(branch + ":" + branch);
  }
  if (clusters.empty()) return ok();
  const std::vector<std::string> settings = {"http.sslVerify=true",        "http.sslVersion=tlsv1.2",
                                             "http.followRedirects=false", "http.lowSpeedLimit=1024",
                                             "http.lowSpeedTime=30",       "push.followTags=false"};
  ARKIVE_ASSIGN(const Finished finished,
                run_git(repository, settings, arguments, options.deadline,
                        {{"GIT_ALLOW_PROTOCOL", protocol}, {"GIT_SSH_COMMAND", kSsh}}));
  if (finished.succeeded()) return ok();
  return fail(push_error(url, finished));
}

}  // namespace arkive::git

/// push: sends branches to another repository, by the installed git.
///
/// Not by libgit2: that one brings its own TLS (on Debian 12 without TLS 1.3) and leaves the checking of host
/// keys to its caller, while git and ssh are kept current by whoever runs the host, and find keys, agents and
/// proxies as people expect.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::git {

struct PushOptions {
  Deadline deadline = Deadline::after(std::chrono::minutes(10));
};

/// Pushes the branches of `clusters` of the repository at `repository` to `url`; what is there already costs
/// nothing, so a push that failed is repeated by the next one. Never forced. References of runs stay here:
/// their records may hold what a history does not show.
///
/// `url`: https://..., ssh://..., host:path, file:///..., a path, or http://... to this very host.
/// Credentials come from ~/.netrc, or keys and agents of ssh; host keys must stand in known_hosts.
///
/// Errors: kUsage (other URLs, a password in the URL), kConflict (the other side has commits that are not
/// here), kDenied (authentication, host key, a hook of the other side), kRetry (not reachable, deadline),
/// kNotFound (no such repository, no such branch, no git), kInterrupted. No text holds a secret of the URL.
Status push(const std::string& repository, const std::string& url, const std::vector<std::string>& clusters,
            const PushOptions& options = {});

/// kUsage for a URL that push() refuses; asks nobody.
Status check_push_url(const std::string& url);

/// `text` with "user:password@" taken out of the URLs in it.
std::string without_passwords(std::string_view text);

}  // namespace arkive::git

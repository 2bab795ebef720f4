/// Pushing a history elsewhere, by the installed git: it is what knows https, ssh, credential helpers and
/// host keys.
#pragma once

#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::git {

/// Refuses (kUsage) what must not be pushed to: an URL with a password in it (it would stand in argv and in
/// error texts), http:// to anything but loopback, unknown schemes. Good: https://, ssh://, host:path,
/// file://, an absolute path.
Status check_push_url(const std::string& url);

/// Pushes the branches of `clusters`, never forced; run records (which may hold ephemeral data) stay here.
/// ssh checks the host key against known_hosts and never asks; https asks only a credential helper. Errors:
/// kConflict (the other side has commits this history lacks), kDenied (refused, unknown host key), kNotFound
/// (git is not installed), kRetry (not reachable, deadline). What was not pushed is pushed by the next call.
Status push(const std::string& repository, const std::string& url, const std::vector<std::string>& clusters,
            Deadline deadline = Deadline::after(std::chrono::minutes(10)));

}  // namespace arkive::git

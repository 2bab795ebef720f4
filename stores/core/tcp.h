/// TCP connections: opening one within a deadline, and waiting for one. No bytes here: who reads and writes
/// does so himself.
#pragma once

#include <cstdint>
#include <string>

#include "stores/core/deadline.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive {

/// Connects to the first address of `host` (a name, an IPv4 or IPv6 address without brackets) that takes the
/// connection. The socket does not block, sends at once (TCP_NODELAY) and notices a dead peer in the end
/// (SO_KEEPALIVE). Errors, whose text is the cause alone: kRetry (no such host, refused, no answer by
/// `deadline`), kInterrupted.
Result<UniqueFd> connect_tcp(const std::string& host, std::uint16_t port, Deadline deadline);

/// Waits until `fd` is ready for `events` (poll(2)). kRetry when `deadline` passes, kInterrupted upon a
/// signal; `operation` is what the latter calls the wait.
Status wait_for_socket(int fd, short events, Deadline deadline, const char* operation);

}  // namespace arkive

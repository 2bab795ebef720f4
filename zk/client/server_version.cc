#include "zk/client/server_version.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>

#include "zk/client/wire_connection.h"

namespace arkive::zk {

std::string server_version(const ServerAddress& server, Deadline deadline) {
  constexpr std::string_view kBefore = "Zookeeper version: ";
  constexpr std::size_t kEnough = 4096;
  const Deadline soon = deadline.sooner(std::chrono::seconds(1));
  auto connection = WireConnection::connect(server, soon);
  if (!connection) return {};
  connection->queue("srvr");
  if (!connection->send_queued()) return {};
  std::string text;
  while (!soon.passed() && text.size() < kEnough) {
    pollfd entry{connection->fd(), POLLIN, 0};
    if (::poll(&entry, 1, static_cast<int>(soon.remaining().count())) <= 0) break;
    char piece[1024];
    const ssize_t got = ::recv(connection->fd(), piece, sizeof piece, 0);
    if (got <= 0) break;
    text.append(piece, static_cast<std::size_t>(got));
  }
  if (!text.starts_with(kBefore)) return {};
  // "3.8.4-9316c2a7a97e1666d8f4593f34dd6fc36ecc436c, built on 2024-02-12 22:16 UTC"
  const std::string_view rest = std::string_view(text).substr(kBefore.size());
  return std::string(rest.substr(0, std::min(rest.find_first_not_of("0123456789."), rest.size())));
}

}  // namespace arkive::zk

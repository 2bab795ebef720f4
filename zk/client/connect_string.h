/// The connection string of ZooKeeper's clients: "host1:2181,[::1]:2182,host3/chroot".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::zk {

struct ServerAddress {
  std::string host;
  std::uint16_t port = 2181;
  std::string text() const;  ///< "host:port", "[::1]:port"
};

struct ConnectString {
  std::vector<ServerAddress> servers;
  std::string chroot;  ///< "" or "/kafka"; no trailing slash
  /// kUsage for an empty list, a bad port, a chroot that is no path.
  static Result<ConnectString> parse(std::string_view text);
  std::string text() const;
};

/// What addAuth takes: scheme "digest", id "user:password".
struct Identity {
  std::string scheme;
  std::string id;  ///< secret
};
/// Reads a --zk-auth-file: a line per identity, `scheme:id`; empty lines and lines that begin with # are left
/// out. A file that others may read is refused (kDenied); a line without a colon is kUsage and named by its
/// number, never by its text.
Result<std::vector<Identity>> read_identities(const std::string& path);

struct ConnectOptions {
  ConnectString connect;
  std::vector<Identity> identities;
  std::chrono::milliseconds session_timeout{30'000};
  Deadline deadline = Deadline::never();  ///< for connecting and for being without a server at a stretch
};

}  // namespace arkive::zk

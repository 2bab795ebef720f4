#include "zk/client/connect_string.h"

#include <algorithm>
#include <charconv>

#include "stores/core/files.h"
#include "zk/znode.h"

namespace arkive::zk {
namespace {

Error malformed(std::string_view what, std::string_view cause) {
  return {Outcome::kUsage, "parse connection string '" + std::string(what) + "': " + std::string(cause),
          "it is host:port,host:port/chroot; an IPv6 address stands in brackets: [::1]:2181"};
}

Result<std::uint16_t> parse_port(std::string_view text, std::string_view whole) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return fail(malformed(whole, "'" + std::string(text) + "' is no port"));
  }
  return port;
}

Result<ServerAddress> parse_server(std::string_view text, std::string_view whole) {
  ServerAddress server;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return fail(malformed(whole, "a bracket is not closed"));
    server.host = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return fail(malformed(whole, "after ']' comes the port"));
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
  } else {
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && text.find(':', colon + 1) != std::string_view::npos) {
      return fail(malformed(whole, "'" + std::string(text) + "' has more than one colon"));
    }
    server.host = text.substr(0, colon);
    has_port = colon != std::string_view::npos;
    if (has_port) port = text.substr(colon + 1);
  }
  if (server.host.empty()) return fail(malformed(whole, "a host is empty"));
  if (server.host.find_first_of(" \t\r\n") != std::string::npos) {
    return fail(malformed(whole, "a host holds white space"));
  }
  if (has_port) {
    ARKIVE_ASSIGN(server.port, parse_port(port, whole));
  }
  return server;
}

}  // namespace

std::string ServerAddress::text() const {
  const bool bracketed = host.find(':') != std::string::npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<ConnectString> ConnectString::parse(std::string_view text) {
  ConnectString parsed;
  const std::size_t slash = text.find('/');
  std::string_view servers = text.substr(0, slash);
  if (slash != std::string_view::npos && text.substr(slash) != "/") {
    parsed.chroot = text.substr(slash);
    if (const Status good = check_path(parsed.chroot); !good) {
      return fail(malformed(text, "the chroot is no path: " + good.error().what));
    }
  }
  while (true) {
    const std::size_t comma = servers.find(',');
    ARKIVE_ASSIGN(auto server, parse_server(servers.substr(0, comma), text));
    parsed.servers.push_back(std::move(server));
    if (comma == std::string_view::npos) return parsed;
    servers.remove_prefix(comma + 1);
  }
}

std::string ConnectString::text() const {
  std::string joined;
  for (const ServerAddress& server : servers) {
    if (!joined.empty()) joined += ',';
    joined += server.text();
  }
  return joined + chroot;
}

Result<std::vector<Identity>> read_identities(const std::string& path) {
  ARKIVE_ASSIGN(const std::string content, read_secret_file(path));
  std::vector<Identity> identities;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    std::string_view line = std::string_view(content).substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos || line.starts_with('#')) continue;
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) {
      return fail(Outcome::kUsage,
                  "read identities '" + path + "': line " + std::to_string(number) + " is not scheme:id",
                  "write one identity a line, for example digest:user:password");
    }
    identities.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
  }
  return identities;
}

}  // namespace arkive::zk

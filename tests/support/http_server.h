/// HttpServer: a scripted server of HTTP/1.1 on loopback. What it answers is the test's.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stores/http/url.h"
#include "tests/support/loopback_server.h"

namespace arkive::test {

struct HttpRequest {
  std::string method;
  std::string path;                            ///< decoded
  std::map<std::string, std::string> query;    ///< decoded
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
  bool asks(const std::string& name) const { return query.count(name) != 0; }
};

struct HttpReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  bool without_body = false;  ///< as to HEAD: Content-Length is that of `body`, or the one in `headers`
  /// The connection is cut after so many bytes of the reply.
  std::optional<std::size_t> cut_after = {};

  /// Where there is such a header.
  void set_header(const std::string& name, const std::string& value) {
    for (auto& [each, now] : headers) {
      if (each == name) now = value;
    }
  }
};

/// Each connection on a thread of its own; connections are kept. `answer` may be called by several at once.
class HttpServer {
 public:
  using Answer = std::function<HttpReply(const HttpRequest&)>;

  explicit HttpServer(Answer answer)
      : answer_(std::move(answer)),
        server_(LoopbackServer::Connections::kTogether,
                [this](const LoopbackServer& server, int connection) { serve(server, connection); }) {}

  std::string url() const { return "http://" + server_.address(); }
  int connections() const { return server_.connections(); }
  std::vector<HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::size_t request_count() const {
    const std::lock_guard lock(mutex_);
    return requests_.size();
  }

 private:
  static std::string decoded(std::string_view text) {
    const auto bytes = http::percent_decoded(text);
    return bytes ? *bytes : std::string(text);
  }
  static void take_target(std::string_view target, HttpRequest& request) {
    const std::size_t mark = target.find('?');
    request.path = decoded(target.substr(0, mark));
    std::string_view rest = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
    while (!rest.empty()) {
      const std::string_view one = rest.substr(0, rest.find('&'));
      const std::size_t equals = std::min(one.find('='), one.size());
      request.query[decoded(one.substr(0, equals))] =
          equals == one.size() ? "" : decoded(one.substr(equals + 1));
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    }
  }
  static HttpRequest parse_head(std::string_view head) {
    HttpRequest request;
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t first = line.find(' ');
    request.method = line.substr(0, first);
    take_target(line.substr(first + 1, line.rfind(' ') - first - 1), request);
    head.remove_prefix(std::min(line.size() + 2, head.size()));
    while (!head.empty()) {
      const std::string_view each = head.substr(0, head.find("\r\n"));
      head.remove_prefix(std::min(each.size() + 2, head.size()));
      const std::size_t colon = each.find(':');
      if (colon == std::string_view::npos) continue;
      std::string name(each.substr(0, colon));
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      const std::size_t value = each.find_first_not_of(' ', colon + 1);
      request.headers[name] = value == std::string_view::npos ? "" : each.substr(value);
    }
    return request;
  }
  static std::string text_of(const HttpReply& reply) {
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " scripted\r\n";
    bool has_length = false;
    for (const auto& [name, value] : reply.headers) {
      text += name + ": " + value + "\r\n";
      has_length = has_length || name == "Content-Length";
    }
    if (!has_length) text += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
    return text + "\r\n" + (reply.without_body ? "" : reply.body);
  }
  void serve(const LoopbackServer& server, int connection) {
    std::string in;
    for (;;) {
      std::size_t end = 0;
      while ((end = in.find("\r\n\r\n")) == std::string::npos) {
        const auto more = server.bytes_from(connection);
        if (!more) return;
        in += *more;
      }
      HttpRequest request = parse_head(std::string_view(in).substr(0, end));
      in.erase(0, end + 4);
      const std::string length = request.header("content-length");
      const std::size_t wanted = length.empty() ? 0 : std::stoul(length);
      while (in.size() < wanted) {
        const auto more = server.bytes_from(connection);
        if (!more) return;
        in += *more;
      }
      request.body = in.substr(0, wanted);
      in.erase(0, wanted);
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      const HttpReply reply = answer_(request);
      const std::string text = text_of(reply);
      if (reply.cut_after) {
        LoopbackServer::send(connection, text.substr(0, *reply.cut_after));
        return;
      }
      LoopbackServer::send(connection, text);
    }
  }

  const Answer answer_;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  LoopbackServer server_;
};

}  // namespace arkive::test

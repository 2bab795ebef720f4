/// ScriptedServer: speaks as much of ZooKeeper's protocol as a test tells it to.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tests/support/loopback_server.h"
#include "zk/jute/records.h"

namespace arkive::zk::test {

/// One connection at a time, on a thread of its own.
class ScriptedServer {
 public:
  struct Request {
    std::int32_t xid = 0;
    std::int32_t operation = 0;
    std::string record;
  };
  /// The bytes to send, with their length; absent: hang up.
  using Answer = std::function<std::optional<std::string>(const Request& request)>;

  explicit ScriptedServer(Answer answer, std::string greeting = good_greeting())
      : answer_(std::move(answer)),
        greeting_(std::move(greeting)),
        server_(arkive::test::LoopbackServer::Connections::kOneAtATime,
                [this](const auto& server, int connection) { serve(server, connection); }) {}
  std::string connect_string() const { return server_.address(); }
  int connections() const { return server_.connections(); }

  static std::string framed(const std::string& body) {
    std::string frame;
    append_big_endian(frame, static_cast<std::int32_t>(body.size()));
    return frame + body;
  }
  static std::string good_greeting() {
    std::string body;
    jute::Writer to(body);
    to.int32(0);
    to.int32(6000);
    to.int64(0x1234);
    to.buffer(Bytes("0123456789abcdef"));
    to.boolean(false);
    return framed(body);
  }
  static std::string reply(std::int32_t xid, std::int32_t error, const std::string& body = {}) {
    std::string head;
    jute::Writer to(head);
    to.int32(xid);
    to.int64(100);
    to.int32(error);
    return framed(head + body);
  }

 private:
  void serve(const arkive::test::LoopbackServer& server, int connection) {
    if (!server.frame_from(connection)) return;
    server.send(connection, greeting_);
    while (const auto frame = server.frame_from(connection)) {
      if (frame->size() < 8) return;
      const auto answer = answer_({load_big_endian<std::int32_t>(frame->data()),
                                   load_big_endian<std::int32_t>(frame->data() + 4), frame->substr(8)});
      if (!answer) return;
      server.send(connection, *answer);
    }
  }

  Answer answer_;
  std::string greeting_;
  arkive::test::LoopbackServer server_;
};

}  // namespace arkive::zk::test

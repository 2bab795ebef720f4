/// ScriptedBroker: speaks as much of Kafka's protocol as a test tells it to.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "kafka/wire/messages/api.h"
#include "tests/support/loopback_server.h"

namespace arkive::kafka::test {

/// Any number of connections, each on a thread of its own.
class ScriptedBroker {
 public:
  struct Asked {
    wire::Api api{};
    std::int16_t version = 0;
    std::int32_t correlation = 0;
    int count = 0;  ///< how often this was asked before
  };
  /// The bytes to send, with their length; empty: nothing, and keep the connection; absent: hang up.
  using Answer = std::function<std::optional<std::string>(const Asked& asked)>;

  explicit ScriptedBroker(Answer answer)
      : answer_(std::move(answer)),
        server_(arkive::test::LoopbackServer::Connections::kTogether,
                [this](const auto& server, int connection) { serve(server, connection); }) {}
  std::uint16_t port() const { return server_.port(); }
  std::string bootstrap() const { return server_.address(); }
  int connections() const { return server_.connections(); }
  int asked(wire::Api api) {
    const std::lock_guard lock(mutex_);
    return counts_[api];
  }

  /// A whole answer with the head of its version.
  static std::string answer(const Asked& asked, const std::function<void(wire::Writer&)>& write) {
    const bool flexible = wire::is_flexible(asked.api, asked.version);
    std::string body;
    append_big_endian(body, asked.correlation);
    if (asked.api != wire::Api::kApiVersions) wire::Writer(body, flexible).end();
    wire::Writer to(body, flexible);
    write(to);
    std::string whole;
    append_big_endian(whole, static_cast<std::int32_t>(body.size()));
    return whole + body;
  }
  /// What a broker of these versions says of itself.
  static std::string versions(const Asked& asked, const std::map<wire::Api, wire::VersionRange>& known) {
    return answer(asked, [&](wire::Writer& to) {
      to.int16(0);
      to.array(known.size());
      for (const auto& [api, range] : known) {
        to.int16(static_cast<std::int16_t>(api));
        to.int16(range.least);
        to.int16(range.most);
        to.end();
      }
      if (asked.version >= 1) to.int32(0);
      to.end();
    });
  }

 private:
  void serve(const arkive::test::LoopbackServer& server, int connection) {
    while (const auto frame = server.frame_from(connection)) {
      if (frame->size() < 8) return;
      Asked asked;
      asked.api = static_cast<wire::Api>(load_big_endian<std::int16_t>(frame->data()));
      asked.version = load_big_endian<std::int16_t>(frame->data() + 2);
      asked.correlation = load_big_endian<std::int32_t>(frame->data() + 4);
      std::optional<std::string> answer;
      {
        const std::lock_guard lock(mutex_);
        asked.count = counts_[asked.api]++;
        answer = answer_(asked);
      }
      if (!answer) return;
      server.send(connection, *answer);
    }
  }

  Answer answer_;
  std::mutex mutex_;
  std::map<wire::Api, int> counts_;
  arkive::test::LoopbackServer server_;
};

}  // namespace arkive::kafka::test

#include "restore-plans/rehearse/kafka_questions.h"

#include <string_view>

#include "restore-plans/rehearse/loopback.h"
#include "restore-plans/rehearse/text.h"
#include "stores/core/bytes.h"

namespace arkive::rehearse {

namespace {

constexpr std::chrono::seconds kAnswerTime{1};

/// Reads a Kafka answer front to back; everything after its end is zero, and `good` turns false.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  template <std::integral T>
  T number() {
    if (rest_.size() < sizeof(T)) {
      good = false;
      return 0;
    }
    const T value = load_big_endian<T>(rest_.data());
    rest_.remove_prefix(sizeof(T));
    return value;
  }

  void skip_string() {
    const auto length = number<std::int16_t>();
    if (length < 0) return;
    if (rest_.size() < static_cast<std::size_t>(length)) {
      good = false;
      return;
    }
    rest_.remove_prefix(static_cast<std::size_t>(length));
  }

  bool good = true;

 private:
  Bytes rest_;
};

std::string metadata_request() {
  constexpr std::string_view kClient = "rehearse";
  std::string body;
  append_big_endian<std::int16_t>(body, 3);  // Metadata
  append_big_endian<std::int16_t>(body, 1);  // version
  append_big_endian<std::int32_t>(body, 1);  // correlation id
  append_big_endian(body, static_cast<std::int16_t>(kClient.size()));
  body += kClient;
  append_big_endian<std::int32_t>(body, 0);  // no topics
  std::string request;
  append_big_endian(request, static_cast<std::int32_t>(body.size()));
  return request + body;
}

/// The ports of "127.0.0.1:4001,127.0.0.1:4002/kafka"; hosts elsewhere are left out.
std::vector<std::uint16_t> ports_of(std::string_view servers) {
  constexpr std::string_view kLoopback = "127.0.0.1:";
  std::vector<std::uint16_t> ports;
  for (const auto& server : split(servers, ',')) {
    if (server.starts_with(kLoopback)) {
      ports.push_back(
          static_cast<std::uint16_t>(std::strtoul(server.c_str() + kLoopback.size(), nullptr, 10)));
    }
  }
  return ports;
}

}  // namespace

Result<KnownBrokers> ask_brokers(std::uint16_t port, Deadline deadline) {
  ARKIVE_ASSIGN(const auto answer, ask_framed(port, metadata_request(), deadline));
  Reader reader(answer);
  (void)reader.number<std::int32_t>();  // correlation id
  KnownBrokers known;
  const auto count = reader.number<std::int32_t>();
  for (std::int32_t i = 0; i < count && reader.good; ++i) {
    known.ids.push_back(reader.number<std::int32_t>());
    reader.skip_string();  // host
    (void)reader.number<std::int32_t>();
    reader.skip_string();  // rack
  }
  known.controller = reader.number<std::int32_t>();
  if (!reader.good)
    return fail(Outcome::kCorrupt, "ask the broker at port " + std::to_string(port) + ": short answer");
  return known;
}

bool is_registered(const std::string& zookeeper, int id) {
  const auto slash = zookeeper.find('/');
  const std::string chroot = slash == std::string::npos ? "" : zookeeper.substr(slash);
  const std::string znode = "\t" + chroot + "/brokers/ids/" + std::to_string(id) + "\n";
  for (const auto port : ports_of(std::string_view(zookeeper).substr(0, slash))) {
    const auto sessions = ask(port, "dump", 0, Deadline::after(kAnswerTime));
    if (sessions && sessions->find(znode) != std::string::npos) return true;
  }
  return false;
}

}  // namespace arkive::rehearse

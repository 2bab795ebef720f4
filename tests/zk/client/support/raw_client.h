/// RawClient: a blocking ZooKeeper client for tests, that can do what Session does not: ephemerals,
/// sequential names, Stats of what it wrote. Errors of the server are returned, everything else throws.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/results.h"
#include "zk/client/wire_session.h"
#include "zk/jute/records.h"
#include "zk/znode.h"

namespace arkive::zk::test {

constexpr std::int32_t kEphemeralFlag = 1, kSequentialFlag = 2;

inline ConnectOptions options_for(const std::string& connect, std::vector<Identity> identities = {}) {
  ConnectOptions options;
  options.connect = arkive::test::value_of(ConnectString::parse(connect));
  options.identities = std::move(identities);
  options.session_timeout = std::chrono::milliseconds(20'000);
  options.deadline = Deadline::after(std::chrono::seconds(60));
  return options;
}

struct NewZnode {
  std::string path;
  std::optional<std::string> data;
  Acl acl = open_acl();
  std::int32_t flags = 0;
};

class RawClient {
 public:
  explicit RawClient(const std::string& connect, std::vector<Identity> identities = {})
      : RawClient(options_for(connect, std::move(identities))) {}
  explicit RawClient(const ConnectOptions& options) : chroot_(options.connect.chroot) {
    sessions_.push_back(arkive::test::value_of(WireSession::open(options, 0)));
  }

  struct Told {
    std::int32_t error = 0;
    std::int64_t zxid = 0;
    std::string body;
    bool ok() const { return error == 0; }
    Stat stat() const {
      jute::Reader from(body);
      return jute::read_stat(from);
    }
  };

  Told call(int operation, const std::string& record) {
    std::optional<Told> told;
    ask(operation, record, [&](const Told& answer) { told = answer; });
    wait_all();
    return *told;
  }

  /// Path as the server named it; the error is thrown.
  std::string create(const NewZnode& znode) {
    const Told told = try_create(znode);
    check(told, "create " + znode.path);
    jute::Reader from(told.body);
    return std::string(from.string());
  }
  std::string create(const std::string& path, std::optional<std::string> data = "",
                     const Acl& acl = open_acl(), std::int32_t flags = 0) {
    return create(NewZnode{path, std::move(data), acl, flags});
  }
  Told try_create(const NewZnode& znode) { return call(1, create_record(znode)); }
  /// Many at once, pipelined, in order.
  void create_all(const std::vector<NewZnode>& znodes) {
    for (const NewZnode& znode : znodes) {
      ask(1, create_record(znode), [&](const Told& told) { check(told, "create " + znode.path); });
      while (sessions_.front()->unanswered() > 500) turn();
    }
    wait_all();
  }
  Told set(const std::string& path, std::optional<std::string> data, std::int32_t version = -1) {
    std::string record;
    jute::Writer to(record);
    to.string(chroot_ + path);
    to.buffer(data ? std::optional<Bytes>(*data) : std::nullopt);
    to.int32(version);
    return call(5, record);
  }
  Told set_acl(const std::string& path, const Acl& acl, std::int32_t version = -1) {
    std::string record;
    jute::Writer to(record);
    to.string(chroot_ + path);
    write_acl(to, acl);
    to.int32(version);
    return call(7, record);
  }
  Told remove(const std::string& path) {
    std::string record;
    jute::Writer to(record);
    to.string(chroot_ + path);
    to.int32(-1);
    return call(2, record);
  }
  Stat exists(const std::string& path) {
    std::string record;
    jute::Writer to(record);
    jute::write_path_and_watch(to, real(path));
    const Told told = call(3, record);
    check(told, "exists " + path);
    return told.stat();
  }
  /// Answers wait in order; call turn() or wait_all().
  void ask(int operation, const std::string& record, std::function<void(const Told&)> on_told) {
    sessions_.front()->ask(jute::begin_request(static_cast<jute::Operation>(operation)) + record,
                           [on_told = std::move(on_told)](const WireAnswer& answer) -> Status {
                             on_told({answer.error, answer.zxid, std::string(answer.body)});
                             return arkive::ok();
                           });
  }
  void turn() {
    const Status turned = WireSession::turn(sessions_, Deadline::after(std::chrono::seconds(60)));
    if (!turned) throw std::runtime_error(turned.error().what);
  }
  void wait_all() {
    while (sessions_.front()->unanswered() > 0) turn();
  }
  std::size_t unanswered() const { return sessions_.front()->unanswered(); }

  std::string create_record(const NewZnode& znode) const {
    std::string record;
    jute::Writer to(record);
    to.string(chroot_ + znode.path);
    to.buffer(znode.data ? std::optional<Bytes>(*znode.data) : std::nullopt);
    write_acl(to, znode.acl);
    to.int32(znode.flags);
    return record;
  }

 private:
  static void check(const Told& told, const std::string& what) {
    if (!told.ok()) throw std::runtime_error(what + ": error " + std::to_string(told.error));
  }
  static void write_acl(jute::Writer& to, const Acl& acl) {
    to.int32(static_cast<std::int32_t>(acl.size()));
    for (const AclEntry& entry : acl) {
      to.int32(static_cast<std::int32_t>(entry.permissions));
      to.string(entry.scheme);
      to.string(entry.id);
    }
  }
  std::string real(const std::string& path) const {
    return path == "/" && !chroot_.empty() ? chroot_ : chroot_ + path;
  }

  std::string chroot_;
  std::vector<std::unique_ptr<WireSession>> sessions_;
};

}  // namespace arkive::zk::test

/// FakeZooKeeper: as much of a ZooKeeper in memory as a restore touches, with a script of what seldom
/// happens.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "zk/restore/restore_on.h"

namespace arkive::test {

/// Requests are carried out at once, in order. Permissions are checked as ZooKeeper does.
class FakeZooKeeper {
 public:
  struct FakeZnode {
    std::optional<std::string> data;
    zk::Acl acl = zk::open_acl();
    zk::Kind kind = zk::Kind::kPersistent;
    std::int64_t ttl = 0;
    std::int64_t ephemeral_owner = 0;
    std::int32_t version = 0, aversion = 0;
    std::int32_t created_children = 0;  ///< the persisted cversion
    std::set<std::string> children;
    std::int64_t czxid = 0;
  };
  FakeZooKeeper();

  /// For zk::RestoreTarget.
  zk::OpenTarget opener();
  zk::RestoreTarget target(std::vector<zk::Identity> identities = {}, std::string chroot = {});

  // What tests do behind everybody's back.
  FakeZnode& put(const std::string& path, std::optional<std::string> data,
                 zk::Acl acl = zk::open_acl());  ///< parents too
  void remove(const std::string& path);
  bool has(const std::string& path) const { return znodes_.contains(path); }
  FakeZnode& at(const std::string& path) { return znodes_.at(path); }
  const std::map<std::string, FakeZnode>& znodes() const { return znodes_; }
  std::int32_t next_sequence(const std::string& path) const { return znodes_.at(path).created_children; }

  /// Called before each request with its number, from 0: may change what is there.
  std::function<void(std::uint64_t request)> before_request;
  /// Called after each request that changed something.
  std::function<void()> after_change;
  /// What happens to the connection at a request: kBefore: lost, not carried out. kAfter: carried out, the
  /// answer lost. kDeath: lost, and no connection ever again.
  enum class Loss : std::uint8_t { kNone, kBefore, kAfter, kDeath };
  std::function<Loss(std::uint64_t request)> loses;
  bool expires = false;  ///< a lost connection is a lost session
  std::uint64_t requests = 0;
  std::uint64_t recoveries = 0;
  std::uint64_t largest_request = 0;
  std::uint64_t largest_multi = 0;  ///< operations
  std::size_t packet_limit = 0xfffff;
  std::set<std::string> known_schemes{"world", "digest", "auth", "ip"};
  bool extended_types = true;  ///< TTL

 private:
  friend class FakeTarget;
  std::map<std::string, FakeZnode> znodes_;
  std::int64_t zxid_ = 0;
};

/// The same data, ACL, kind and counter as `tree` below `from` wants; what is wrong otherwise.
std::vector<std::string> differences(const zk::Tree& tree, const std::string& from,
                                     const FakeZooKeeper& there, const std::string& onto);

}  // namespace arkive::test

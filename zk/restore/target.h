/// Target: what a restore needs of the ensemble it writes to. A session of libzookeeper-mt implements it; a
/// scripted ZooKeeper in memory does in tests of what seldom happens.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "zk/client/session.h"
#include "zk/source.h"

namespace arkive::zk {

/// Asynchronous as Session: requests are carried out in the order given, callbacks come on any thread, also
/// before the call returns, and must not block. Paths are whole: the chroot is part of them.
class Target {
 public:
  virtual ~Target() = default;
  virtual void get(std::string_view path, std::function<void(Session::Got)> done) = 0;
  virtual void get_acl(std::string_view path, std::function<void(Session::GotAcl)> done) = 0;
  virtual void multi(std::vector<WriteOperation> operations,
                     std::function<void(std::vector<Answer>)> done) = 0;
  virtual void create(const WriteOperation& operation, Kind kind, std::int64_t ttl, Session::OnDone done) = 0;
  virtual void set_acl(std::string_view path, const Acl& acl, std::int32_t aversion,
                       Session::OnDone done) = 0;
  virtual void sync(std::string_view path, Session::OnDone done) = 0;

  /// After kConnectionLoss or kSessionExpired, when every request has been answered: returns when requests
  /// can be sent again, with a new session if need be. kRetry at the deadline, kInterrupted, kDenied.
  virtual Status recover(Deadline deadline) = 0;
  /// Reads a whole subtree at once. kNotFound when there is no such znode.
  virtual Result<Reading> read(const ReadOptions& options) = 0;
};

/// Opens the same ensemble with `more` identities besides the operator's own.
using OpenTarget = std::function<Result<std::unique_ptr<Target>>(const std::vector<Identity>& more)>;

/// The real ensemble. `options.connect.chroot` is left out of account.
OpenTarget session_target(const ConnectOptions& options);

}  // namespace arkive::zk

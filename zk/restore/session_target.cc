#include <algorithm>

#include "stores/core/interrupt.h"
#include "zk/client/client_source.h"
#include "zk/restore/restore_on.h"

namespace arkive::zk {
namespace {

class SessionTarget final : public Target {
 public:
  SessionTarget(ConnectOptions options, std::unique_ptr<Session> session)
      : options_(std::move(options)), session_(std::move(session)) {}

  void get(std::string_view path, std::function<void(Session::Got)> done) override {
    session_->get(path, std::move(done));
  }
  void get_acl(std::string_view path, std::function<void(Session::GotAcl)> done) override {
    session_->get_acl(path, std::move(done));
  }
  void multi(std::vector<WriteOperation> operations, std::function<void(std::vector<Answer>)> done) override {
    session_->multi(std::move(operations), std::move(done));
  }
  void create(const WriteOperation& operation, Kind kind, std::int64_t ttl, Session::OnDone done) override {
    session_->create(operation, kind, ttl, std::move(done));
  }
  void set_acl(std::string_view path, const Acl& acl, std::int32_t aversion, Session::OnDone done) override {
    session_->set_acl(path, acl, aversion, std::move(done));
  }
  void sync(std::string_view path, Session::OnDone done) override { session_->sync(path, std::move(done)); }

  Status recover(Deadline deadline) override {
    ARKIVE_TRY(check_interrupt("restore"));
    const Status connected = session_->wait_connected(deadline);
    if (connected || connected.error().outcome != Outcome::kConflict) return connected;
    ConnectOptions again = options_;
    again.deadline = deadline;
    ARKIVE_ASSIGN(session_, Session::open(again));
    return ok();
  }

  Result<Reading> read(const ReadOptions& options) override { return client_source(options_)->read(options); }

 private:
  ConnectOptions options_;
  std::unique_ptr<Session> session_;
};

}  // namespace

OpenTarget session_target(const ConnectOptions& options) {
  ConnectOptions whole = options;
  whole.connect.chroot.clear();
  return [whole](const std::vector<Identity>& more) -> Result<std::unique_ptr<Target>> {
    ConnectOptions with = whole;
    with.identities.insert(with.identities.end(), more.begin(), more.end());
    ARKIVE_ASSIGN(std::unique_ptr<Session> session, Session::open(with));
    return std::make_unique<SessionTarget>(std::move(with), std::move(session));
  };
}

RestoreTarget restore_target(const ConnectOptions& options) {
  RestoreTarget target;
  target.open = session_target(options);
  target.identities = options.identities;
  target.chroot = options.connect.chroot;
  target.deadline = options.deadline;
  target.without_server = options.deadline.remaining();
  return target;
}

Result<RestorePlan> plan_restore(const RestoreSource& source, const ConnectOptions& target,
                                 const RestoreOptions& options) {
  return plan_restore_on(source, restore_target(target), options);
}

Result<RestoreReport> run_restore(const RestoreSource& source, const RestorePlan& plan,
                                  const ConnectOptions& target, const RestoreOptions& options) {
  return run_restore_on(source, plan, restore_target(target), options);
}

}  // namespace arkive::zk

#include "restore-plans/apply/notify.h"

#include <future>

#include "stores/core/bytes.h"
#include "zk/client/session.h"

namespace arkive::restore_plans {

Status write_notices(std::span<const kafka::Notice> notices, const zk::ConnectOptions& target) {
  ARKIVE_ASSIGN(const std::unique_ptr<zk::Session> session, zk::Session::open(target));
  for (const kafka::Notice& notice : notices) {
    const std::string parent(zk::parent_path(notice.path));
    ARKIVE_ASSIGN(const zk::Session::GotAcl acl, session->get_acl(parent));
    zk::Answer answer = acl.answer;
    if (answer == zk::Answer::kOk) {
      zk::WriteOperation operation;
      operation.path = notice.path;
      operation.data = notice.data;
      operation.acl = acl.acl;
      std::promise<zk::Answer> done;
      session->create_sequential(operation, [&](zk::Answer got) { done.set_value(got); });
      answer = done.get_future().get();
    }
    if (answer == zk::Answer::kOk) continue;
    return fail(answer == zk::Answer::kNoAuth ? Outcome::kDenied : Outcome::kFail,
                "tell brokers by '" + printable(notice.path) + "': " + std::string(zk::answer_text(answer)),
                "apply again, or restart the brokers: they read everything at their start");
  }
  return ok();
}

}  // namespace arkive::restore_plans

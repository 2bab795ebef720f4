#include <optional>

#include "zk/restore/prepare.h"
#include "zk/restore/request_size.h"
#include "zk/restore/restore_on.h"
#include "zk/restore/temporary_identity.h"
#include "zk/restore/verify.h"
#include "zk/restore/writer.h"

namespace arkive::zk {
namespace {

// The longest id a server makes of "user:password": the user and a base64 SHA-512.
std::size_t expanded_size(const std::vector<Identity>& identities) {
  constexpr std::size_t kLongestHash = 88;
  Acl expanded;
  for (const Identity& identity : identities) {
    const std::size_t user = std::min(identity.id.find(':'), identity.id.size());
    expanded.push_back({kAllPermissions, identity.scheme, std::string(user + 1 + kLongestHash, 'x')});
  }
  return std::max(acl_size(expanded), acl_size(own_acl()));
}

bool has_work(const RestorePlan& plan) {
  return !plan.counters.empty() || plan.count(RestoreAction::kCreate) > 0 ||
         plan.count(RestoreAction::kOverwrite) > 0 || plan.count(RestoreAction::kFinish) > 0;
}

}  // namespace

Result<RestoreReport> run_restore_on(const RestoreSource& source, const RestorePlan& plan,
                                     const RestoreTarget& target, const RestoreOptions& options) {
  RestoreReport report;
  if (!has_work(plan)) {
    if (options.on_progress) options.on_progress(plan.items.size());
    return report;
  }
  const BatchLimits limits = batch_limits(options.packet_limit);
  Ledger ledger(plan, target.identities, options, limits.bytes - kMultiFrame, report);
  std::optional<TemporaryIdentity> identity;
  std::vector<Identity> own = target.identities;
  std::vector<Identity> more;
  if (ledger.uses_temporary_acls()) {
    identity = TemporaryIdentity::of(*source.tree);
    more.push_back(identity->identity());
    own.push_back(identity->identity());
  }
  const TemporaryIdentity* temporary = identity ? &*identity : nullptr;
  ARKIVE_ASSIGN(const std::unique_ptr<Target> ensemble, target.open(more));
  const auto write = [&]() -> Status {
    ARKIVE_TRY(prepare_existing(*ensemble, ledger, temporary, target.without_server));
    Writer writer(*ensemble, ledger, temporary, options, limits, expanded_size(own), target.without_server);
    return writer.run();
  };
  if (Status written = write(); !written) {
    Error error = std::move(written).error();
    error.hint = "run the same restore again: it goes on where this one stopped";
    return fail(std::move(error));
  }
  ARKIVE_TRY(verify(*ensemble, ledger, options, Deadline::after(target.without_server), report));
  return report;
}

}  // namespace arkive::zk

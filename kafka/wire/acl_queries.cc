#include "kafka/wire/acl_queries.h"

#include <algorithm>

#include "kafka/wire/admin_answers.h"
#include "kafka/wire/messages/acls.h"
#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/quotas.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::size_t kMostAtOnce = 500;

Result<std::vector<SaidOfItem>> create_some(Cluster& cluster, std::span<const Acl> acls, Deadline deadline) {
  std::vector<SaidOfItem> said;
  ARKIVE_TRY(cluster.with_any_broker(
      [&](Connection& connection, Deadline answer_by) -> Status {
        said.assign(acls.size(), {});
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kCreateAcls));
        std::vector<Acl> sayable;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < acls.size(); ++i) {
          std::string reason = not_sayable(acls[i], version);
          if (!reason.empty()) {
            said[i] = {kUnsupportedVersion, std::move(reason)};
            continue;
          }
          sayable.push_back(acls[i]);
          places.push_back(i);
        }
        if (sayable.empty()) return ok();
        ARKIVE_ASSIGN(const Bytes body, connection.call(create_acls_request(version, sayable), answer_by));
        ARKIVE_ASSIGN(const CreatedAcls created, read_create_acls(body, version));
        connection.rest(created.throttle);
        if (created.answers.size() != sayable.size()) {
          return fail(bad_answer(Api::kCreateAcls, version, "not of all ACLs"));
        }
        for (std::size_t k = 0; k < places.size(); ++k) {
          said[places[k]] = {created.answers[k].error, created.answers[k].message};
        }
        return ok();
      },
      deadline));
  return said;
}

Result<std::vector<SaidOfItem>> change_some(Cluster& cluster, std::span<const QuotaChange> changes,
                                            Deadline deadline) {
  std::vector<SaidOfItem> said;
  ARKIVE_TRY(cluster.with_any_broker(
      [&](Connection& connection, Deadline answer_by) -> Status {
        said.clear();
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kAlterClientQuotas));
        ARKIVE_ASSIGN(const Bytes body,
                      connection.call(alter_quotas_request(version, changes, false), answer_by));
        ARKIVE_ASSIGN(const ChangedQuotas changed, read_alter_quotas(body, version));
        connection.rest(changed.throttle);
        for (const QuotaChange& change : changes) {
          const auto found = std::find_if(
              changed.answers.begin(), changed.answers.end(),
              [&](const ChangedQuotas::Answer& answer) { return answer.entity == change.entity; });
          if (found == changed.answers.end()) {
            return fail(bad_answer(Api::kAlterClientQuotas, version, "not of all quotas"));
          }
          said.push_back({found->error, found->message});
        }
        return ok();
      },
      deadline));
  return said;
}

}  // namespace

Result<std::optional<std::set<Acl>>> ask_acls(Cluster& cluster, Deadline deadline) {
  std::optional<std::set<Acl>> acls;
  ARKIVE_TRY(cluster.with_any_broker(
      [&](Connection& connection, Deadline answer_by) -> Status {
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kDescribeAcls));
        ARKIVE_ASSIGN(const Bytes body, connection.call(describe_acls_request(version), answer_by));
        ARKIVE_ASSIGN(const DescribedAcls answer, read_describe_acls(body, version));
        connection.rest(answer.throttle);
        acls.reset();
        if (answer.error == kSecurityDisabled) return ok();
        if (answer.error != kNoError) {
          return fail(broker_error("ask for the ACLs", answer.error, answer.message));
        }
        acls.emplace(answer.acls.begin(), answer.acls.end());
        return ok();
      },
      deadline));
  return acls;
}

Result<std::vector<ItemAnswer>> create_acls(Cluster& cluster, std::span<const Acl> acls, Deadline deadline) {
  return answer_all(
      "create ACLs", acls.size(), {kMostAtOnce, kNoError},
      [&](std::span<const std::size_t> items, Deadline until) {
        std::vector<Acl> wanted;
        for (const std::size_t item : items) wanted.push_back(acls[item]);
        return create_some(cluster, wanted, until);
      },
      deadline);
}

Result<std::optional<std::map<QuotaEntity, QuotaValues>>> ask_quotas(Cluster& cluster, Deadline deadline) {
  std::optional<std::map<QuotaEntity, QuotaValues>> quotas;
  ARKIVE_TRY(cluster.with_any_broker(
      [&](Connection& connection, Deadline answer_by) -> Status {
        quotas.reset();
        if (!connection.versions().knows(Api::kDescribeClientQuotas)) return ok();
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kDescribeClientQuotas));
        ARKIVE_ASSIGN(const Bytes body, connection.call(describe_quotas_request(version), answer_by));
        ARKIVE_ASSIGN(DescribedQuotas answer, read_describe_quotas(body, version));
        connection.rest(answer.throttle);
        if (answer.error != kNoError) {
          return fail(broker_error("ask for the quotas", answer.error, answer.message));
        }
        quotas = std::move(answer.quotas);
        return ok();
      },
      deadline));
  return quotas;
}

Result<std::vector<ItemAnswer>> change_quotas(Cluster& cluster, std::span<const QuotaChange> changes,
                                              Deadline deadline) {
  return answer_all(
      "change quotas", changes.size(), {kMostAtOnce, kNoError},
      [&](std::span<const std::size_t> items, Deadline until) {
        std::vector<QuotaChange> wanted;
        for (const std::size_t item : items) wanted.push_back(changes[item]);
        return change_some(cluster, wanted, until);
      },
      deadline);
}

Result<std::optional<std::set<ScramUser>>> ask_scram_users(Cluster& cluster, Deadline deadline) {
  std::optional<std::set<ScramUser>> users;
  ARKIVE_TRY(cluster.with_any_broker(
      [&](Connection& connection, Deadline answer_by) -> Status {
        users.reset();
        const Api api = Api::kDescribeUserScramCredentials;
        if (!connection.versions().knows(api)) return ok();
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(api));
        ARKIVE_ASSIGN(const Bytes body, connection.call(describe_scram_users_request(version), answer_by));
        ARKIVE_ASSIGN(DescribedScramUsers answer, read_describe_scram_users(body, version));
        connection.rest(answer.throttle);
        if (answer.error != kNoError) {
          return fail(broker_error("ask for users with SCRAM", answer.error, answer.message));
        }
        users = std::move(answer.users);
        return ok();
      },
      deadline));
  return users;
}

}  // namespace arkive::kafka::wire

#include "tools/arkive/replay_target.h"

#include "kafka/rdkafka/librdkafka_topic_admin.h"
#include "restore-plans/observe/foreign_trees.h"
#include "stores/core/bytes.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/output.h"
#include "zk/client/session.h"

namespace arkive::tools {

namespace {

Result<std::vector<std::string>> operator_znodes(const ZooKeeperOptions& options) {
  std::vector<std::string> found;
  if (options.connect.empty()) return found;
  ARKIVE_ASSIGN(zk::ConnectOptions connect, connect_options(options));
  connect.connect.chroot.clear();
  ARKIVE_ASSIGN(const auto session, zk::Session::open(connect));
  ARKIVE_ASSIGN(const auto got, session->get_children(restore_plans::kStrimziZnode));
  if (got.answer == zk::Answer::kOk || got.answer == zk::Answer::kNoAuth)
    found.emplace_back(restore_plans::kStrimziZnode);
  return found;
}

}  // namespace

void print_findings(const kafka::Preparation& preparation) {
  for (const kafka::Finding& finding : preparation.findings) {
    print_line(printable(kafka::finding_line(finding)));
  }
}

Status refusal_of(const kafka::Preparation& preparation) {
  constexpr std::size_t kMostNamed = 5;
  std::string what;
  std::string hint;
  std::size_t count = 0;
  for (const kafka::Finding& finding : preparation.findings) {
    if (finding.severity != kafka::Severity::kRefuse) continue;
    if (++count > kMostNamed) continue;
    what += (what.empty() ? "" : "; ") + finding.object + ": " + finding.cause;
    if (hint.empty()) hint = finding.advice;
  }
  if (count == 0) return ok();
  if (count > kMostNamed) what += "; and " + std::to_string(count - kMostNamed) + " more (--dry-run: all)";
  return fail(Outcome::kConflict, "restore topics: nothing was changed: " + what, hint);
}

ReplayTarget::ReplayTarget(const RestoreTopicsOptions& options, const kafka::ClientProperties& properties,
                           kafka::LogSource& source)
    : options_(options), properties_(properties), source_(source) {}

Result<kafka::TopicAdmin*> ReplayTarget::admin(Deadline deadline) {
  if (!admin_) {
    ARKIVE_ASSIGN(admin_,
                  kafka::open_librdkafka_topic_admin(options_.kafka.bootstrap, properties_, deadline));
  }
  return admin_.get();
}

Result<kafka::Preparation> ReplayTarget::look(const kafka::ReplayDraft& draft, Deadline deadline) {
  std::vector<kafka::WantedTopic> wanted;
  for (const kafka::DraftTopic& topic : draft.topics) {
    kafka::WantedTopic& one = wanted.emplace_back();
    one.archived = &topic.archived;
    one.target = topic.plan.target;
    one.partitions = topic.exists ? 0 : static_cast<std::int32_t>(topic.plan.begin.size());
    one.replication_factor = options_.replication_factor;
    one.bytes = topic.bytes;
  }
  kafka::PrepareOptions options;
  options.append = options_.append;
  options.keep_raised = options_.keep_raised;
  options.leave_existing = options_.leave_existing;
  options.leave_out_unknown = options_.leave_out_unknown;
  options.fewer_replicas = options_.replication_factor == 0;
  ARKIVE_ASSIGN(options.operator_znodes, operator_znodes(options_.zookeeper));
  ARKIVE_ASSIGN(kafka::TopicAdmin* const admin, this->admin(deadline));
  return kafka::inspect(wanted, options, source_, admin, deadline);
}

Result<kafka::Preparation> ReplayTarget::make_ready(const kafka::ReplayDraft& draft,
                                                    const std::string& journal, Deadline deadline) {
  ARKIVE_ASSIGN(kafka::Preparation found, look(draft, deadline));
  ARKIVE_TRY(refusal_of(found));
  ARKIVE_ASSIGN(kafka::TopicAdmin* const admin, this->admin(deadline));
  ARKIVE_TRY(kafka::prepare(found, journal, source_, *admin, deadline));
  return found;
}

Result<ReplayTarget::PutBack> ReplayTarget::put_back(const std::string& journal) {
  PutBack back;
  ARKIVE_ASSIGN(const std::vector<std::string> commands,
                kafka::put_back_commands(journal, options_.kafka.bootstrap));
  if (commands.empty()) return back;
  if (options_.keep_raised) {
    back.notes.emplace_back("settings stay raised; --put-back puts them back, or these commands:");
    back.notes.insert(back.notes.end(), commands.begin(), commands.end());
    return back;
  }
  const Deadline deadline = Deadline::after(options_.kafka.timeout);
  ARKIVE_ASSIGN(kafka::TopicAdmin* const admin, this->admin(deadline));
  ARKIVE_ASSIGN(const kafka::PutBack done, kafka::put_back(journal, source_, *admin, deadline));
  back.topics = done.topics.size();
  for (const kafka::Finding& finding : done.findings) back.notes.push_back(kafka::finding_line(finding));
  return back;
}

}  // namespace arkive::tools

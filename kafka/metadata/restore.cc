#include "kafka/metadata/restore.h"

#include <algorithm>

#include "kafka/metadata/new_topics.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka {
namespace {

constexpr RetryPolicy kLooks{std::chrono::milliseconds(100), std::chrono::seconds(2), 0};

template <class Change>
struct Share {
  std::vector<std::size_t> items;  // of the plan
  std::vector<Change> changes;
};

template <class Change, class Wanted>
Share<Change> share_of(const MetadataPlan& plan, Wanted wanted) {
  Share<Change> share;
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const Change* const change = std::get_if<Change>(&plan.items[i].change);
    if (change == nullptr || !plan.items[i].is_done_by_restore() || !wanted(*change)) continue;
    share.items.push_back(i);
    share.changes.push_back(*change);
  }
  return share;
}

MetadataRestore::Trouble trouble(const MetadataItem& item, std::string reason) {
  return {item.name, item.what, std::move(reason)};
}

// What is made of a plan so far.
class Making {
 public:
  Making(const MetadataPlan& plan, MetadataRestore::Report& report, std::set<std::size_t>& made)
      : plan_(plan), report_(report), made_(made) {}

  /// `make` is given the changes of one kind and answers each. Not called when there are none.
  template <class Change, class Make, class Wanted>
  Status all(Make make, Wanted wanted) {
    const Share<Change> share = share_of<Change>(plan_, wanted);
    if (share.items.empty()) return ok();
    ARKIVE_ASSIGN(const std::vector<ItemAnswer> answers, make(share.changes));
    for (std::size_t k = 0; k < share.items.size(); ++k) {
      const MetadataItem& item = plan_.items[share.items[k]];
      if (!answers[k].error.empty()) {
        report_.failed.push_back(trouble(item, answers[k].error));
        continue;
      }
      made_.insert(share.items[k]);
      ++(item.action == MetadataAction::kOverwrite ? report_.overwritten : report_.created);
    }
    return ok();
  }
  template <class Change, class Make>
  Status all(Make make) {
    return all<Change>(make, [](const Change&) { return true; });
  }

  void hold_back_the_rest() {
    for (std::size_t i = 0; i < plan_.items.size(); ++i) {
      const MetadataItem& item = plan_.items[i];
      const Acl* const acl = std::get_if<Acl>(&item.change);
      if (!item.is_done_by_restore() || (acl != nullptr && acl->denies())) continue;
      report_.held_back.push_back(trouble(item, "a rule that denies could not be made before it"));
    }
  }

 private:
  const MetadataPlan& plan_;
  MetadataRestore::Report& report_;
  std::set<std::size_t>& made_;
};

}  // namespace

Result<MetadataPlan> MetadataRestore::compare() {
  ARKIVE_ASSIGN(const LiveMetadata live,
                read_live_metadata(wanted_, options_.parts, source_, admin_, patience_));
  return plan_metadata(wanted_, live, options_);
}

Result<MetadataPlan> MetadataRestore::plan() {
  ARKIVE_ASSIGN(MetadataPlan plan, compare());
  std::map<std::string, std::set<std::string>> refused;
  ARKIVE_TRY(check_new_topics(plan, admin_, patience_, refused));
  // What is read back later is compared without them.
  for (const auto& [topic, settings] : refused) {
    for (const std::string& setting : settings) wanted_.topics[topic].settings.erase(setting);
  }
  return plan;
}

Status MetadataRestore::make(const MetadataPlan& plan, Report& report, std::set<std::size_t>& made) {
  Making making(plan, report, made);
  const auto soon = [&] { return Deadline::after(patience_); };
  const auto make_acls = [&](const std::vector<Acl>& acls) { return admin_.create_acls(acls, soon()); };
  ARKIVE_TRY(making.all<Acl>(make_acls, [](const Acl& acl) { return acl.denies(); }));
  if (!report.failed.empty()) {
    making.hold_back_the_rest();
    return ok();
  }
  ARKIVE_TRY(making.all<Acl>(make_acls, [](const Acl& acl) { return !acl.denies(); }));
  ARKIVE_TRY(making.all<QuotaChange>(
      [&](const std::vector<QuotaChange>& changes) { return admin_.change_quotas(changes, soon()); }));
  ARKIVE_TRY(making.all<BrokerSettingChange>(
      [&](const std::vector<BrokerSettingChange>& changes) -> Result<std::vector<ItemAnswer>> {
        // One by one: a broker that refuses one setting refuses all of the request.
        std::vector<ItemAnswer> answers;
        for (const BrokerSettingChange& change : changes) {
          ARKIVE_ASSIGN(ItemAnswer answer,
                        admin_.change_broker_settings(change.broker, {{change.key, change.value}}, soon()));
          answers.push_back(std::move(answer));
        }
        return answers;
      }));
  ARKIVE_TRY(making.all<NewTopic>([&](const std::vector<NewTopic>& topics) {
    return admin_.create_topics(topics, false, Deadline::after(patience_ * (1 + topics.size() / 100)));
  }));
  return making.all<ConfigChange>([&](const std::vector<ConfigChange>& changes) {
    return admin_.change_configs(changes, false, soon());
  });
}

Status MetadataRestore::read_back(const MetadataPlan& plan, const std::set<std::size_t>& made,
                                  Report& report) {
  const Deadline deadline = Deadline::after(read_back_within_);
  Backoff backoff(kLooks);
  while (true) {
    ARKIVE_ASSIGN(const MetadataPlan now, compare());
    std::map<std::pair<std::string, std::string>, const MetadataItem*> same;
    std::map<std::string, const MetadataItem*> by_name;
    for (const MetadataItem& item : now.items) {
      by_name[item.name] = &item;
      if (item.action == MetadataAction::kSame) same[{item.name, ""}] = &item;
      if (item.action == MetadataAction::kSame) same[{item.name, item.what}] = &item;
    }
    report.differing.clear();
    for (const std::size_t i : made) {
      const MetadataItem& item = plan.items[i];
      // Rules on one resource have one name.
      const std::string what = std::holds_alternative<Acl>(item.change) ? item.what : std::string();
      if (same.contains({item.name, what})) continue;
      const auto found = by_name.find(item.name);
      const bool told = what.empty() && found != by_name.end() && !found->second->reason.empty();
      report.differing.push_back(
          trouble(item, told ? found->second->reason : "the cluster does not tell of it"));
    }
    if (report.differing.empty() || deadline.passed()) return ok();
    if (!pause_for(backoff.next(), deadline)) {
      Error error = interruption_of("read back what was made");
      error.hint = "run it again: what is there is not made twice";
      return fail(std::move(error));
    }
  }
}

Result<MetadataRestore::Report> MetadataRestore::run(const MetadataPlan& plan) {
  if (plan.no_authorizer) {
    return fail(
        Outcome::kConflict,
        "restore ACLs: the cluster has no authorizer, so that everybody could read what they guard",
        "nothing was changed; set authorizer.class.name at its brokers, or leave ACLs out with --only "
        "topics,configs,quotas");
  }
  Report report;
  std::set<std::size_t> made;
  ARKIVE_TRY(make(plan, report, made));
  if (!made.empty()) ARKIVE_TRY(read_back(plan, made, report));
  return report;
}

}  // namespace arkive::kafka

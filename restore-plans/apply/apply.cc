#include "restore-plans/apply/apply.h"

#include <algorithm>
#include <set>
#include <utility>

#include "stores/core/bytes.h"

namespace arkive::restore_plans {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

milliseconds since(steady_clock::time_point begin) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
}

/// A plan for a whole cluster stands on all that was seen. One for a part of a cluster that is at work, whose
/// topics and znodes come and go, stands on its being the same cluster; its steps ask for the rest
/// themselves.
std::vector<std::string> changed_since_planned(const Plan& plan, Observation now) {
  const Observation& then = plan.observation;
  now.logs = then.logs;
  const bool whole = plan.scenario == Scenario::kZooKeeperLost ||
                     plan.scenario == Scenario::kStartedAgainstEmpty || plan.scenario == Scenario::kAllLost;
  if (whole) return differences(then, now);
  std::vector<std::string> lines;
  const auto compare = [&](const char* what, const std::string& before, const std::string& after) {
    if (before != after) lines.push_back(std::string(what) + " was '" + before + "', is '" + after + "'");
  };
  compare("ZooKeeper: /cluster/id", then.zookeeper.cluster_id, now.zookeeper.cluster_id);
  compare("Kafka: cluster id", then.kafka.cluster_id, now.kafka.cluster_id);
  if (then.zookeeper.reached != now.zookeeper.reached) lines.push_back("ZooKeeper: it answers otherwise");
  if (then.kafka.reached != now.kafka.reached) lines.push_back("Kafka: it answers otherwise");
  return lines;
}

class Applying {
 public:
  Applying(const Plan& plan, ApplyJournal* journal, Surroundings& surroundings, const ApplyOptions& options)
      : plan_(plan), journal_(journal), world_(surroundings), options_(options) {}

  Result<ApplyReport> run() {
    ARKIVE_TRY(check_plan());
    if (!anything_begun()) ARKIVE_TRY(target_is_as_planned());
    for (const Step& step : plan_.steps) {
      if (report_.refused) break;
      if (journal_ != nullptr && journal_->is_done(step.id)) {
        report_.steps.push_back({step.id, StepOutcome::State::kDoneBefore});
        was_left_out(step, journal_->left_out(step.id));
        continue;
      }
      world_.say((options_.dry_run ? "would: " : "") + printable(step.title));
      ARKIVE_TRY(one(step));
    }
    report_.finished = !report_.refused && !options_.dry_run;
    return std::move(report_);
  }

 private:
  bool anything_begun() const { return journal_ != nullptr && journal_->anything_begun(); }

  Status check_plan() {
    for (const kafka::RecoveryNote& note : plan_.notes) {
      if (note.kind != kafka::RecoveryNote::Kind::kStops) continue;
      report_.refused =
          Error{Outcome::kConflict, "apply: " + printable(note.object) + " " + printable(note.what),
                note.advice.empty() ? "deal with it, and plan again" : note.advice};
      return ok();
    }
    return ok();
  }

  /// Before the first change: what the plan stands on is still so.
  Status target_is_as_planned() {
    if (report_.refused) return ok();
    ARKIVE_ASSIGN(Observation now, world_.observe());
    if (now.zookeeper.reached == Reached::kUnreachable &&
        plan_.observation.zookeeper.reached == Reached::kAnswered) {
      report_.refused = Error{Outcome::kRetry,
                              "apply: ZooKeeper does not answer at " + printable(now.zookeeper.address) +
                                  ": " + printable(now.zookeeper.error),
                              "start it and apply the same plan again"};
      return ok();
    }
    const std::vector<std::string> changed = changed_since_planned(plan_, std::move(now));
    if (changed.empty()) return ok();
    std::string what = "apply: the target is no longer as it was planned for: ";
    constexpr std::size_t kMost = 5;
    for (std::size_t index = 0; index < std::min(changed.size(), kMost); ++index)
      what += (index > 0 ? "; " : "") + printable(changed[index]);
    if (changed.size() > kMost) what += "; and " + std::to_string(changed.size() - kMost) + " more";
    report_.refused = Error{Outcome::kConflict, std::move(what),
                            "plan again; arkive plan --diff OLD NEW says what that changes"};
    return ok();
  }

  void refuse(const Step& step, const Error& why) {
    report_.refused = why.within("step '" + printable(step.id) + "'");
    if (report_.refused->hint.empty())
      report_.refused->hint = "see to it and apply the same plan again: it goes on here";
  }

  /// Looks until it holds, or refuses.
  Status pass(const Step& step, Gate gate, milliseconds most) {
    if (report_.refused) return ok();
    const auto begin = steady_clock::now();
    std::string told;
    while (true) {
      const Status held = world_.check(gate, plan_);
      if (held) return ok();
      if (held.error().outcome == Outcome::kInterrupted) return fail(Error(held.error()));
      const Error closed = held.error().within("gate " + std::string(gate_name(gate)));
      if (held.error().outcome != Outcome::kRetry || since(begin) >= most) {
        refuse(step, closed);
        return ok();
      }
      if (held.error().what != told) {
        told = held.error().what;
        world_.say("  waiting for " + std::string(gate_name(gate)) + ": " + printable(told));
      }
      constexpr milliseconds kPause{500};
      ARKIVE_TRY(world_.wait(kPause));
    }
  }

  /// What a step on hosts is for, if it can be asked about and holds already.
  bool holds_already(const Step& step) {
    if (step.kind != StepKind::kOnHost || step.after.empty()) return false;
    return std::ranges::all_of(step.after, [&](Gate gate) {
      return gate != Gate::kLogsSeeded && world_.check(gate, plan_).has_value();
    });
  }

  Status one(const Step& step) {
    const auto begin = steady_clock::now();
    if (options_.dry_run) {
      for (const std::string& line : step.irreversible) world_.say("  cannot be undone: " + printable(line));
      for (const HostCommand& host : step.hosts) {
        std::string words = "  on broker " + std::to_string(host.broker) + ":";
        for (const std::string& word : host.command) words += " " + printable(word);
        world_.say(words);
      }
      report_.steps.push_back({step.id, holds_already(step) ? StepOutcome::State::kHeldAlready
                                                            : StepOutcome::State::kWouldBeDone});
      return ok();
    }
    if (step.kind == StepKind::kOnHost && holds_already(step)) {
      ARKIVE_TRY(journal_->done(step.id));
      report_.steps.push_back({step.id, StepOutcome::State::kHeldAlready, since(begin)});
      return ok();
    }
    ARKIVE_TRY(pass_before(step, journal_->is_begun(step.id) || options_.done.contains(step.id)));
    if (report_.refused) return ok();
    return carry_out(step, begin);
  }

  Status pass_before(const Step& step, bool begun) {
    for (const Gate gate : step.before) {
      if (gate == Gate::kTargetAsObserved && begun) continue;  // it changed it itself
      ARKIVE_TRY(pass(step, gate, options_.gate_wait));
      if (!report_.refused) continue;
      const Step* const provider = begun ? nullptr : to_be_done_again(gate);
      if (provider == nullptr) return ok();
      world_.say("  " + printable(report_.refused->what) + ": step '" + printable(provider->id) +
                 "' is done once more");
      report_.refused.reset();
      ARKIVE_TRY(pass_provider(*provider));
      if (!report_.refused) ARKIVE_TRY(pass(step, gate, options_.gate_wait));
      if (report_.refused) return ok();
    }
    return ok();
  }

  /// The step that restored znodes which are gone, as when ZooKeeper was lost once more; null: that is not
  /// why the gate is closed, or a second time did not help.
  const Step* to_be_done_again(Gate gate) {
    if (gate != Gate::kZnodesInPlace || report_.refused->outcome == Outcome::kRetry) return nullptr;
    const auto provider = std::ranges::find_if(plan_.steps, [&](const Step& earlier) {
      return earlier.kind == StepKind::kRestoreZnodes && journal_->is_done(earlier.id);
    });
    if (provider == plan_.steps.end() || !done_again_.insert(provider->id).second) return nullptr;
    return &*provider;
  }

  Status pass_provider(const Step& step) {
    const auto begin = steady_clock::now();
    for (const Gate gate : step.before) {
      ARKIVE_TRY(pass(step, gate, options_.gate_wait));
      if (report_.refused) return ok();
    }
    return carry_out(step, begin);
  }

  Status carry_out(const Step& step, steady_clock::time_point begin) {
    if (!confirmed(step)) return ok();
    ARKIVE_TRY(journal_->begin(step.id));
    const auto worked = work(step);
    if (!worked) return fail(worked.error().within("step '" + printable(step.id) + "'"));
    for (const Gate gate : step.after) {
      if (gate != Gate::kLogsSeeded) ARKIVE_TRY(pass(step, gate, options_.gate_wait));
    }
    if (report_.refused) return ok();
    ARKIVE_TRY(journal_->done(step.id, *worked));
    report_.steps.push_back({step.id, StepOutcome::State::kDone, since(begin)});
    was_left_out(step, *worked);
    return ok();
  }

  bool confirmed(const Step& step) {
    if (step.irreversible.empty() || options_.yes || journal_->is_begun(step.id)) return true;
    for (const std::string& line : step.irreversible) world_.say("  cannot be undone: " + printable(line));
    if (world_.confirms("do it?")) return true;
    report_.refused = Error{Outcome::kConflict, "apply: step '" + printable(step.id) + "' was not confirmed",
                            "apply again and answer yes, or say --yes"};
    return false;
  }

  /// What it left out; empty: nothing.
  Result<std::string> work(const Step& step) {
    switch (step.kind) {
      case StepKind::kOnHost:
        ARKIVE_TRY(on_hosts(step));
        break;
      case StepKind::kDumpBefore:
        ARKIVE_TRY(world_.dump_before(plan_));
        break;
      case StepKind::kRestoreZnodes:
        ARKIVE_TRY(world_.restore_znodes(plan_));
        break;
      case StepKind::kNotify:
        ARKIVE_TRY(world_.notify(plan_));
        break;
      case StepKind::kArkive:
        return world_.run_arkive(step.command);
      case StepKind::kVerify: {
        ARKIVE_ASSIGN(const std::vector<Deviation> found, world_.verify(plan_));
        report_.deviations.insert(report_.deviations.end(), found.begin(), found.end());
        break;
      }
    }
    return std::string();
  }

  void was_left_out(const Step& step, const std::string& what) {
    if (!what.empty()) report_.deviations.push_back({"step '" + step.id + "'", what});
  }

  Status on_hosts(const Step& step) {
    if (options_.done.contains(step.id)) return ok();
    bool left = false;
    for (const HostCommand& host : step.hosts) {
      ARKIVE_ASSIGN(const HostWork work, world_.run_on_host(step, host));
      left = left || work == HostWork::kLeftToPeople;
    }
    const bool nothing_to_ask =
        step.after.empty() || std::ranges::find(step.after, Gate::kLogsSeeded) != step.after.end();
    if (!left || !nothing_to_ask || world_.confirms("is it done?")) return ok();
    return fail(Outcome::kConflict, "nobody says that it was done",
                "do it, and apply again with --done " + step.id + "; or name a program that does by --hook");
  }

  const Plan& plan_;
  ApplyJournal* const journal_;
  Surroundings& world_;
  const ApplyOptions& options_;
  ApplyReport report_;
  std::set<std::string> done_again_;
};

}  // namespace

Result<ApplyReport> apply(const Plan& plan, ApplyJournal* journal, Surroundings& surroundings,
                          const ApplyOptions& options) {
  if (journal == nullptr && !options.dry_run)
    return fail(Outcome::kUsage, "apply: without a journal only a dry run is possible");
  return Applying(plan, journal, surroundings, options).run();
}

}  // namespace arkive::restore_plans

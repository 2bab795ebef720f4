#include "restore-plans/apply/live_surroundings.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "kafka/replay/offset_map.h"
#include "restore-plans/apply/live_gates_internal.h"
#include "restore-plans/apply/notify.h"
#include "restore-plans/apply/probe.h"
#include "restore-plans/apply/replay_verification.h"
#include "restore-plans/apply/verification.h"
#include "restore-plans/apply/znode_step.h"
#include "restore-plans/observe/observe.h"
#include "stores/core/bytes.h"
#include "stores/core/interrupt.h"
#include "stores/core/process.h"

namespace arkive::restore_plans {
namespace {

class Live final : public Surroundings {
 public:
  Live(LiveDoors doors, const Plan& plan) : doors_(std::move(doors)), plan_(plan) {}

  Result<Observation> observe() override {
    Observation now;
    now.observed = wall_clock_now();
    if (doors_.has_zookeeper && plan_.observation.zookeeper.reached != Reached::kNotAsked) {
      ARKIVE_ASSIGN(now.zookeeper, observe_zookeeper(zookeeper()));
      now.zookeeper.address = plan_.observation.zookeeper.address;
    }
    if (plan_.observation.kafka.reached != Reached::kNotAsked) {
      const Deadline deadline = Deadline::after(doors_.patience);
      auto source = doors_.open_source(kafka_address(doors_, plan_), deadline);
      ARKIVE_ASSIGN(now.kafka, observe_kafka(plan_.observation.kafka.address,
                                             source ? Result<kafka::LogSource*>(source->get())
                                                    : Result<kafka::LogSource*>(fail(Error(source.error()))),
                                             deadline));
    }
    return now;
  }

  Status check(Gate gate, const Plan& plan) override { return check_gate(gate, plan, doors_); }

  Result<HostWork> run_on_host(const Step& step, const HostCommand& host) override {
    std::string words;
    for (const std::string& word : host.command) words += " " + printable(word);
    if (doors_.hook.empty()) {
      say("  on " + (host.host.empty() ? "the host" : printable(host.host)) + " of broker " +
          std::to_string(host.broker) + ":" + words);
      return HostWork::kLeftToPeople;
    }
    Command command;
    command.with_hidden = true;  // what it is asked to do may be an arkive that reads a bucket
    command.arguments = {doors_.hook, host.action, std::to_string(host.broker)};
    command.arguments.insert(command.arguments.end(), host.command.begin(), host.command.end());
    command.environment = {{"ARKIVE_PLAN", plan_.id}, {"ARKIVE_STEP", step.id}, {"ARKIVE_HOST", host.host}};
    say("  " + printable(doors_.hook) + " " + host.action + " " + std::to_string(host.broker));
    ARKIVE_ASSIGN(const Finished finished, run_process(command, Deadline::never()));
    if (finished.succeeded()) return HostWork::kDone;
    std::string said = finished.error_output.empty() ? finished.output : finished.error_output;
    while (said.ends_with('\n')) said.pop_back();
    constexpr std::size_t kMost = 2000;
    if (said.size() > kMost) said = "..." + said.substr(said.size() - kMost);
    return fail(Outcome::kFail,
                "hook '" + printable(doors_.hook) + "' " + host.action + " " + std::to_string(host.broker) +
                    ": exit status " + std::to_string(finished.status) + ": " + printable(said),
                "apply again when it is dealt with; --done " + step.id + " says that somebody else did it");
  }

  Status dump_before(const Plan&) override { return doors_.dump_before(zookeeper()); }

  Status restore_znodes(const Plan& plan) override {
    ARKIVE_ASSIGN(const std::string done, restore_planned_znodes(znode_step(plan)));
    say("  " + done);
    return ok();
  }

  Status notify(const Plan& plan) override { return write_notices(plan.notices, zookeeper()); }

  Result<std::string> run_arkive(const std::vector<std::string>& command) override {
    std::vector<std::string> words = command;
    for (std::string& word : words) word = in_state(std::move(word));
    ARKIVE_ASSIGN(const int status, doors_.run_arkive(words));
    if (status == 0) return std::string();
    constexpr int kNotWhole = 3;
    const std::string what = "arkive " + words[0] + " " + (words.size() > 1 ? words[1] : "");
    if (status == kNotWhole) {
      say("  " + what + " left something out: it is named above");
      return what + " left something out, and said what";
    }
    return fail(Outcome::kFail, what + ": exit status " + std::to_string(status),
                "it says why above; apply again when it is dealt with");
  }

  Result<std::vector<Deviation>> verify(const Plan& plan) override {
    std::vector<Deviation> deviations;
    if (!plan.decisions.empty() && doors_.has_zookeeper) {
      ARKIVE_ASSIGN(deviations, znode_deviations(znode_step(plan), true));
    }
    const Deadline deadline = Deadline::after(std::chrono::minutes(2));
    const std::string address = kafka_address(doors_, plan);
    ARKIVE_ASSIGN(const auto source, doors_.open_source(address, deadline));
    if (replays_topics(plan)) {
      ARKIVE_ASSIGN(const kafka::OffsetMap map,
                    kafka::read_offset_map(in_state(std::string(kReplayJournal))));
      ARKIVE_ASSIGN(deviations, replay_deviations(plan, map, *source, deadline));
    } else {
      ARKIVE_ASSIGN(std::vector<Deviation> of_logs, log_deviations(plan, *source, deadline));
      deviations.insert(deviations.end(), of_logs.begin(), of_logs.end());
    }
    ARKIVE_ASSIGN(const auto target, doors_.open_target(address, deadline));
    ARKIVE_ASSIGN(const auto admin, doors_.open_admin(address, deadline));
    ARKIVE_TRY(send_probe("arkive-probe-" + plan.id, *source, *target, *admin, deadline));
    say("  a probe record was written, read and removed");
    return deviations;
  }

  bool confirms(const std::string& question) override { return doors_.ask && doors_.ask(question); }
  void say(const std::string& line) override { doors_.say(line); }

  Status wait(std::chrono::milliseconds time) override {
    const auto until = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < until) {
      ARKIVE_TRY(check_interrupt("apply"));
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return ok();
  }

 private:
  zk::ConnectOptions zookeeper() const {
    zk::ConnectOptions options = doors_.zookeeper;
    options.deadline = Deadline::after(doors_.patience);
    return options;
  }

  std::string in_state(std::string word) const {
    if (!word.starts_with(kStateDirectory)) return word;
    return doors_.state_directory + word.substr(kStateDirectory.size());
  }

  static bool replays_topics(const Plan& plan) {
    return std::ranges::any_of(plan.steps, [](const Step& step) {
      return std::ranges::find(step.command, kReplayJournal) != step.command.end();
    });
  }

  ZnodeStep znode_step(const Plan& plan) const {
    ZnodeStep step{plan, doors_.load_tree, doors_.zookeeper, doors_.packet_limit};
    step.target.deadline = Deadline::after(std::chrono::minutes(1));
    return step;
  }

  const LiveDoors doors_;
  const Plan& plan_;
};

}  // namespace

std::unique_ptr<Surroundings> live_surroundings(LiveDoors doors, const Plan& plan) {
  return std::make_unique<Live>(std::move(doors), plan);
}

}  // namespace arkive::restore_plans

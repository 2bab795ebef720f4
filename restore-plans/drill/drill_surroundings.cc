#include "restore-plans/drill/drill_surroundings.h"

#include <algorithm>
#include <utility>

#include "kafka/seed/seed.h"

namespace arkive::restore_plans {
namespace {

class OfDrill final : public Surroundings {
 public:
  OfDrill(Surroundings& live, DrillSurroundings how) : live_(live), how_(std::move(how)) {}

  Result<Observation> observe() override { return live_.observe(); }

  // A broker that has ended will not open a gate: its log says at once what waiting would not.
  Status check(Gate gate, const Plan& plan) override {
    ARKIVE_TRY(how_.servers.all_run());
    return live_.check(gate, plan);
  }

  Result<HostWork> run_on_host(const Step& step, const HostCommand& host) override {
    if (host.action == "seed-broker") {
      ARKIVE_TRY(seed(step, host.broker));
      return HostWork::kDone;
    }
    if (host.action == "start-broker") {
      ARKIVE_TRY(how_.servers.launch(host.broker, how_.start_wait));
      return HostWork::kDone;
    }
    if (host.action == "stop-broker") return HostWork::kDone;  // none runs before it is seeded
    return fail(Outcome::kFail, "drill: it knows no '" + host.action + "'");
  }

  Status dump_before(const Plan&) override {
    return fail(Outcome::kFail, "drill: there is something in an empty ZooKeeper");
  }
  Status restore_znodes(const Plan& plan) override { return live_.restore_znodes(plan); }
  Status notify(const Plan& plan) override { return live_.notify(plan); }
  Result<std::string> run_arkive(const std::vector<std::string>&) override {
    return fail(Outcome::kFail, "drill: no command of arkive belongs to this plan");
  }
  Result<std::vector<Deviation>> verify(const Plan& plan) override { return live_.verify(plan); }
  bool confirms(const std::string&) override { return false; }
  void say(const std::string& line) override { live_.say(line); }
  Status wait(std::chrono::milliseconds time) override { return live_.wait(time); }

 private:
  bool has_partitions(std::int32_t broker) const {
    return std::ranges::any_of(how_.topics, [&](const kafka::ArchivedTopic& topic) {
      return std::ranges::any_of(topic.partitions, [&](const kafka::ArchivedPartition& partition) {
        return std::ranges::find(partition.replicas, broker) != partition.replicas.end();
      });
    });
  }

  Status seed(const Step& step, std::int32_t broker) {
    if (!has_partitions(broker)) return ok();
    kafka::SeedOptions options;
    options.broker = broker;
    options.log_directories = how_.servers.log_directories(broker);
    options.on_progress = how_.on_seeded;
    ARKIVE_ASSIGN(const kafka::SeedReport report,
                  kafka::seed(how_.store, how_.cluster, how_.index, how_.topics, options));
    how_.figures.bytes[step.id] += report.bytes;
    for (const Missing& missing : report.missing) {
      const bool told = std::ranges::any_of(how_.figures.missing, [&](const Missing& one) {
        return one.object == missing.object && one.cause == missing.cause;
      });
      if (!told) how_.figures.missing.push_back(missing);
    }
    return ok();
  }

  Surroundings& live_;
  const DrillSurroundings how_;
};

}  // namespace

std::unique_ptr<Surroundings> drill_surroundings(Surroundings& live, DrillSurroundings how) {
  return std::make_unique<OfDrill>(live, std::move(how));
}

}  // namespace arkive::restore_plans

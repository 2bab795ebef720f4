#include "restore-plans/rehearse/kafka.h"

#include <algorithm>

#include "restore-plans/rehearse/certificates.h"
#include "restore-plans/rehearse/java.h"
#include "restore-plans/rehearse/kafka_client_files.h"
#include "restore-plans/rehearse/kafka_kraft.h"
#include "restore-plans/rehearse/kafka_plan.h"
#include "restore-plans/rehearse/kafka_questions.h"
#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::rehearse {

namespace {

constexpr std::chrono::seconds kReadyAnswerTime{1};
constexpr std::chrono::milliseconds kPollPause{20};
constexpr std::chrono::seconds kFormatTime{60};
constexpr int kStartTries = 3;

Result<Jars> jars_for(const KafkaSettings& settings, Deadline deadline) {
  if (!settings.distribution.empty()) return jars_of_distribution(settings.distribution);
  return require_jars("kafka-" + settings.version, deadline);
}

bool contains(const std::vector<int>& ids, int id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

std::vector<int> broker_ids_of(const KafkaSettings& settings) {
  std::vector<int> ids = settings.broker_ids;
  for (int i = 0; settings.broker_ids.empty() && i < settings.brokers; ++i)
    ids.push_back(settings.first_broker_id + i);
  return ids;
}

bool without_zookeeper(const KafkaSettings& settings) {
  return settings.kraft || at_least(settings.version, 4, 0);
}

std::string zookeeper_brought_by(const std::string& kafka_version) {
  if (at_least(kafka_version, 4, 0)) return "";
  if (!at_least(kafka_version, 2, 0)) return "3.4.10";
  if (!at_least(kafka_version, 2, 5)) return "3.5.7";
  return at_least(kafka_version, 3, 0) ? "3.8.4" : "3.5.9";
}

KafkaBroker::KafkaBroker(int id, const std::string& directory, std::shared_ptr<KafkaPlan> plan)
    : Server("kafka-" + std::to_string(id), directory + "/kafka-" + std::to_string(id),
             plan->settings.lifetime),
      id_(id),
      plan_(std::move(plan)) {}

Status KafkaBroker::take_ports(const KafkaPorts& wanted) {
  for (const auto listener : all_listeners(plan_->settings)) {
    const auto at = wanted.find(listener);
    ARKIVE_ASSIGN(ports_[listener], reserve(at == wanted.end() ? std::uint16_t{0} : at->second));
  }
  set_port(ports_.at(KafkaListener::kPlain));
  return ok();
}

std::uint16_t KafkaBroker::port_of(KafkaListener listener) const {
  const auto at = ports_.find(listener);
  return at == ports_.end() ? std::uint16_t{0} : at->second;
}

std::vector<std::string> KafkaBroker::log_directories() const {
  const int count = plan_->settings.log_directories;
  if (count == 1) return {directory() + "/data"};
  std::vector<std::string> directories;
  for (int i = 1; i <= count; ++i) directories.push_back(directory() + "/data-" + std::to_string(i));
  return directories;
}

Result<Command> KafkaBroker::prepare() {
  const std::string configuration = directory() + "/server.properties";
  const std::string logging = directory() + "/log4j.properties";
  ARKIVE_TRY(
      write_file_durably(configuration, plan_->configuration(id_, log_directories()), IfExists::kReplace));
  ARKIVE_TRY(
      write_file_durably(logging, log_configuration(plan_->settings.log_level, false), IfExists::kReplace));
  if (without_zookeeper(plan_->settings)) {
    ARKIVE_TRY(format_storage(*plan_, configuration, log_directories()[0], directory(),
                              Deadline::after(kFormatTime)));
  }
  JavaProgram program;
  program.main_class = "kafka.Kafka";
  program.heap = plan_->settings.heap;
  program.quick = plan_->settings.quick;
  program.options = plan_->settings.java_options;
  if (!plan_->settings.kerberos_config.empty()) {
    program.options.push_back("-Djava.security.krb5.conf=" + plan_->settings.kerberos_config);
  }
  program.arguments = {configuration};
  program.directory = directory();
  program.log_properties = logging;
  return java_command(plan_->jars, program);
}

bool KafkaBroker::may_start() {
  return !is_registered(plan_->zookeeper, id_);
}

bool KafkaBroker::ready() {
  const auto known = ask_brokers(port(), Deadline::after(kReadyAnswerTime));
  return known && known->controller >= 0 && contains(known->ids, id_);
}

std::vector<int> KafkaBroker::known_brokers() const {
  auto known = ask_brokers(port(), Deadline::after(kReadyAnswerTime));
  return known ? std::move(known->ids) : std::vector<int>();
}

Status KafkaBroker::wipe() {
  if (running()) return fail(Outcome::kConflict, "remove the data of '" + name() + "': it runs");
  for (const auto& data : log_directories()) ARKIVE_TRY(remove_tree(data));
  return ok();
}

Result<KafkaPlan> KafkaCluster::plan_for(const std::string& directory, const std::string& zookeeper,
                                         const KafkaSettings& settings, Deadline deadline) {
  if (path_exists(kafka_plan_path(directory))) {
    return fail(Outcome::kConflict, "start Kafka in '" + directory + "': one lives there already",
                "start that one again, or remove the directory");
  }
  KafkaPlan plan;
  plan.directory = directory;
  plan.settings = settings;
  plan.zookeeper = zookeeper;
  plan.settings.brokers = static_cast<int>(broker_ids_of(settings).size());
  ARKIVE_ASSIGN(plan.jars, jars_for(settings, deadline));
  if (!settings.distribution.empty()) {
    ARKIVE_ASSIGN(plan.settings.version, kafka_version_of(plan.jars));
  }
  if (without_zookeeper(plan.settings) != zookeeper.empty()) {
    return fail(Outcome::kUsage, "start Kafka " + plan.settings.version + " in '" + directory + "': it " +
                                     (zookeeper.empty() ? "needs a ZooKeeper" : "knows no ZooKeeper"));
  }
  if (without_zookeeper(plan.settings) && settings.cluster_id.empty())
    plan.settings.cluster_id = new_cluster_id();
  ARKIVE_TRY(make_directories(directory));
  if (settings.tls_listener) ARKIVE_TRY(make_certificates(certificates_directory(directory)));
  return plan;
}

Result<KafkaCluster> KafkaCluster::made_of(const KafkaPlan& plan) {
  KafkaCluster made;
  made.plan_ = std::make_shared<KafkaPlan>(plan);
  for (const int id : broker_ids_of(plan.settings)) {
    made.brokers_.push_back(std::unique_ptr<KafkaBroker>(new KafkaBroker(id, plan.directory, made.plan_)));
    ARKIVE_TRY(made.brokers_.back()->take_ports({}));
    made.plan_->ports.push_back(made.brokers_.back()->ports_);
  }
  // Kept first: whoever finds servers that outlived an interrupted start can then stop them.
  ARKIVE_TRY(save_plan(*made.plan_, plan.directory));
  ARKIVE_TRY(write_client_files(*made.plan_, plan.directory));
  return made;
}

Result<KafkaCluster> KafkaCluster::lay_out(const std::string& directory, const std::string& zookeeper,
                                           const KafkaSettings& settings, Deadline deadline) {
  ARKIVE_ASSIGN(const KafkaPlan plan, plan_for(directory, zookeeper, settings, deadline));
  return made_of(plan);
}

Result<KafkaCluster> KafkaCluster::start(const std::string& directory, const std::string& zookeeper,
                                         const KafkaSettings& settings, Deadline deadline) {
  ARKIVE_ASSIGN(const KafkaPlan plan, plan_for(directory, zookeeper, settings, deadline));
  for (int tries = 1;; ++tries) {
    ARKIVE_ASSIGN(KafkaCluster made, made_of(plan));
    auto started = made.start_again(deadline);
    if (started) started = made.make_users(deadline);
    if (started) return made;
    ARKIVE_TRY(made.kill());
    ARKIVE_TRY(made.wipe());
    ARKIVE_TRY(remove_tree(kafka_plan_path(directory)));
    if (started.error().outcome != Outcome::kConflict || tries == kStartTries) return fail(started.error());
  }
}

Result<KafkaCluster> KafkaCluster::open(const std::string& directory) {
  KafkaCluster found;
  ARKIVE_ASSIGN(auto plan, load_kafka_plan(directory));
  ARKIVE_ASSIGN(plan.jars, plan.settings.distribution.empty()
                               ? find_jars("kafka-" + plan.settings.version)
                               : jars_of_distribution(plan.settings.distribution));
  found.plan_ = std::make_shared<KafkaPlan>(std::move(plan));
  std::size_t place = 0;
  for (const int id : broker_ids_of(found.plan_->settings)) {
    found.brokers_.push_back(std::unique_ptr<KafkaBroker>(new KafkaBroker(id, directory, found.plan_)));
    ARKIVE_TRY(found.brokers_.back()->take_ports(found.plan_->ports.at(place++)));
    found.brokers_.back()->adopt();
  }
  return found;
}

KafkaBroker& KafkaCluster::broker(int id) {
  return *brokers_.at(place_of(settings(), id));
}

std::string KafkaCluster::bootstrap(KafkaListener listener) const {
  return plan_->addresses(listener);
}

std::vector<KafkaListener> KafkaCluster::listeners() const {
  return client_listeners(plan_->settings);
}

std::string KafkaCluster::client_settings(std::string_view word, std::string_view tongue) const {
  const auto path = client_file(plan_->directory, word, tongue);
  return path_exists(path) ? path : std::string();
}

std::string KafkaCluster::certificates() const {
  return plan_->settings.tls_listener ? certificates_directory(plan_->directory) : std::string();
}

const std::string& KafkaCluster::zookeeper() const {
  return plan_->zookeeper;
}

std::vector<Server*> KafkaCluster::servers() {
  std::vector<Server*> all;
  for (const auto& broker : brokers_) all.push_back(broker.get());
  return all;
}

KafkaSettings& KafkaCluster::settings() {
  return plan_->settings;
}

Status KafkaCluster::start_again(Deadline deadline) {
  for (const auto& broker : brokers_) {
    if (!broker->running()) ARKIVE_TRY(broker->launch(deadline));
  }
  const auto all_know_all = [&] {
    return std::all_of(brokers_.begin(), brokers_.end(),
                       [&](const auto& broker) { return broker->known_brokers().size() == brokers_.size(); });
  };
  do {
    ARKIVE_TRY(wait_until_ready(servers(), deadline));
    if (all_know_all()) return ok();
    pause_for(kPollPause, deadline);
  } while (!deadline.passed());
  return fail(Outcome::kRetry, "start Kafka: the brokers do not know each other within the deadline");
}

Status KafkaCluster::make_users(Deadline deadline) const {
  if (without_zookeeper(plan_->settings)) return ok();  // made when the storage was formatted
  for (const auto& [user, password] : plan_->settings.scram_users) {
    const std::string values = "=[iterations=4096,password=" + password + "]";
    ARKIVE_TRY(tool(KafkaTool::kConfigs,
                    {"--alter", "--entity-type", "users", "--entity-name", user, "--add-config",
                     "SCRAM-SHA-256" + values + ",SCRAM-SHA-512" + values},
                    {}, deadline));
  }
  return ok();
}

Status KafkaCluster::kill() {
  for (const auto& broker : brokers_) ARKIVE_TRY(broker->kill());
  return ok();
}

Status KafkaCluster::wipe() {
  for (const auto& broker : brokers_) ARKIVE_TRY(broker->wipe());
  return ok();
}

KafkaTools KafkaCluster::tools() const {
  return KafkaTools(plan_->jars, plan_->settings.version, bootstrap(), plan_->zookeeper,
                    brokers_[0]->directory());
}

Result<std::string> KafkaCluster::tool(KafkaTool which, const std::vector<std::string>& arguments,
                                       const std::string& input, Deadline deadline) const {
  ARKIVE_ASSIGN(auto finished, tools().run(which, arguments, deadline, input));
  if (!finished.succeeded()) {
    return fail(Outcome::kFail, "run Kafka's tool with '" + join(arguments, " ") + "': status " +
                                    std::to_string(finished.status) + ": " +
                                    last_lines(finished.output + finished.error_output, 15));
  }
  return std::move(finished.output);
}

}  // namespace arkive::rehearse

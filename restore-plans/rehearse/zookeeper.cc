#include "restore-plans/rehearse/zookeeper.h"

#include "restore-plans/rehearse/java.h"
#include "restore-plans/rehearse/text.h"
#include "restore-plans/rehearse/zookeeper_plan.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"

namespace arkive::rehearse {

namespace {

constexpr std::chrono::seconds kReadyAnswerTime{1};
constexpr int kStartTries = 3;

Result<Jars> jars_for(const ZooKeeperSettings& settings, Deadline deadline) {
  if (!settings.distribution.empty()) return jars_of_distribution(settings.distribution);
  return require_jars("zookeeper-" + settings.version, deadline);
}

Status check(const ZooKeeperSettings& settings) {
  if (settings.members == 1 || (settings.members > 2 && settings.members % 2 == 1)) return ok();
  return fail(Outcome::kUsage, "start ZooKeeper: " + std::to_string(settings.members) + " members",
              "take 1, 3 or 5: an even number only adds ways to lose the majority");
}

}  // namespace

std::string digest_id(const std::string& user, const std::string& password) {
  const auto digest = sha1(user + ":" + password);
  return user + ":" + base64(Bytes(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

ZooKeeperServer::ZooKeeperServer(int id, const std::string& directory, std::shared_ptr<ZooKeeperPlan> plan)
    : Server("zookeeper-" + std::to_string(id), directory + "/zookeeper-" + std::to_string(id),
             plan->settings.lifetime),
      id_(id),
      plan_(std::move(plan)) {}

Status ZooKeeperServer::take_ports(const Ports& wanted) {
  ARKIVE_ASSIGN(ports_.client, reserve(wanted.client));
  if (plan_->settings.members > 1) {
    ARKIVE_ASSIGN(ports_.quorum, reserve(wanted.quorum));
    ARKIVE_ASSIGN(ports_.election, reserve(wanted.election));
  }
  set_port(ports_.client);
  return ok();
}

Result<Command> ZooKeeperServer::prepare() {
  const std::string configuration = directory() + "/zoo.cfg";
  const std::string logging = directory() + "/log4j.properties";
  ARKIVE_TRY(make_directories(data_directory()));
  ARKIVE_TRY(
      write_file_durably(configuration, plan_->configuration(id_, data_directory()), IfExists::kReplace));
  ARKIVE_TRY(
      write_file_durably(logging, log_configuration(plan_->settings.log_level, false), IfExists::kReplace));
  if (plan_->settings.members > 1) {
    ARKIVE_TRY(
        write_file_durably(data_directory() + "/myid", std::to_string(id_) + "\n", IfExists::kReplace));
  }
  JavaProgram program;
  program.main_class = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
  program.heap = plan_->settings.heap;
  program.quick = plan_->settings.quick;
  program.options = plan_->java_options();
  program.arguments = {configuration};
  program.directory = directory();
  program.log_properties = logging;
  return java_command(plan_->jars, program);
}

Result<std::string> ZooKeeperServer::four_letter_word(const std::string& word, Deadline deadline) const {
  return ask(ports_.client, word, 0, deadline);
}

std::string ZooKeeperServer::mode() const {
  const auto answer = four_letter_word("srvr", Deadline::after(kReadyAnswerTime));
  if (!answer) return {};
  constexpr std::string_view kLabel = "Mode: ";
  const auto at = answer->find(kLabel);
  if (at == std::string::npos) return {};
  const auto from = at + kLabel.size();
  return answer->substr(from, answer->find('\n', from) - from);
}

Status ZooKeeperServer::wipe() {
  if (running()) return fail(Outcome::kConflict, "remove the data of '" + name() + "': it runs");
  return remove_tree(data_directory());
}

Result<ZooKeeper> ZooKeeper::start(const std::string& directory, const ZooKeeperSettings& settings,
                                   Deadline deadline) {
  ARKIVE_TRY(check(settings));
  if (path_exists(zookeeper_plan_path(directory))) {
    return fail(Outcome::kConflict, "start ZooKeeper in '" + directory + "': one lives there already",
                "start that one again, or remove the directory");
  }
  ARKIVE_ASSIGN(const auto jars, jars_for(settings, deadline));
  std::string version = settings.version;
  if (!settings.distribution.empty()) {
    ARKIVE_ASSIGN(version, zookeeper_version_of(jars));
  }
  ARKIVE_TRY(make_directories(directory));
  for (int tries = 1;; ++tries) {
    ZooKeeper made;
    made.plan_ = std::make_shared<ZooKeeperPlan>();
    made.plan_->settings = settings;
    made.plan_->settings.version = version;
    made.plan_->jars = jars;
    // Everybody's ports stand in everybody's configuration: all are taken before the first starts.
    for (int id = 1; id <= settings.members; ++id) {
      made.servers_.push_back(
          std::unique_ptr<ZooKeeperServer>(new ZooKeeperServer(id, directory, made.plan_)));
      ARKIVE_TRY(made.servers_.back()->take_ports({}));
      made.plan_->ports.push_back(made.servers_.back()->ports());
    }
    // Kept first: whoever finds servers that outlived an interrupted start can then stop them.
    ARKIVE_TRY(save_plan(*made.plan_, directory));
    const auto started = made.start_again(deadline);
    if (started) return made;
    ARKIVE_TRY(made.kill());
    ARKIVE_TRY(made.wipe());
    ARKIVE_TRY(remove_tree(zookeeper_plan_path(directory)));
    if (started.error().outcome != Outcome::kConflict || tries == kStartTries) return fail(started.error());
  }
}

Result<ZooKeeper> ZooKeeper::open(const std::string& directory) {
  ZooKeeper found;
  ARKIVE_ASSIGN(auto plan, load_zookeeper_plan(directory));
  ARKIVE_ASSIGN(plan.jars, plan.settings.distribution.empty()
                               ? find_jars("zookeeper-" + plan.settings.version)
                               : jars_of_distribution(plan.settings.distribution));
  found.plan_ = std::make_shared<ZooKeeperPlan>(std::move(plan));
  for (int id = 1; id <= found.plan_->settings.members; ++id) {
    found.servers_.push_back(
        std::unique_ptr<ZooKeeperServer>(new ZooKeeperServer(id, directory, found.plan_)));
    auto& server = *found.servers_.back();
    ARKIVE_TRY(server.take_ports(found.plan_->ports.at(static_cast<std::size_t>(id - 1))));
    server.adopt();
  }
  return found;
}

std::string ZooKeeper::connect_string() const {
  std::vector<std::string> addresses;
  for (const auto& server : servers_) addresses.push_back(server->address());
  return join(addresses, ",");
}

std::vector<Server*> ZooKeeper::servers() {
  std::vector<Server*> all;
  for (const auto& server : servers_) all.push_back(server.get());
  return all;
}

ZooKeeperServer* ZooKeeper::leader() {
  for (const auto& server : servers_) {
    const auto mode = server->mode();
    if (mode == "leader" || mode == "standalone") return server.get();
  }
  return nullptr;
}

ZooKeeperSettings& ZooKeeper::settings() {
  return plan_->settings;
}

Status ZooKeeper::start_again(Deadline deadline) {
  for (const auto& server : servers_) {
    if (!server->running()) ARKIVE_TRY(server->launch(deadline));
  }
  return wait_until_ready(servers(), deadline);
}

Status ZooKeeper::kill() {
  for (const auto& server : servers_) ARKIVE_TRY(server->kill());
  return ok();
}

Status ZooKeeper::wipe() {
  for (const auto& server : servers_) ARKIVE_TRY(server->wipe());
  return ok();
}

}  // namespace arkive::rehearse

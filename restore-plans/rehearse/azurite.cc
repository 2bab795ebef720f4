#include "restore-plans/rehearse/azurite.h"

#include "restore-plans/rehearse/azurite_package.h"
#include "restore-plans/rehearse/azurite_plan.h"
#include "stores/azure/connection.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

constexpr std::chrono::seconds kReadyAnswerTime{1};
const http::Query kContainer = {{"restype", "container"}};

Result<azure::Connection> connect(const AzuriteServer& server, const std::string& container) {
  const auto& settings = server.settings();
  azure::Settings wanted{.certificate_authorities = server.certificates(), .retries = {.most_tries = 1}};
  ARKIVE_ASSIGN(wanted.location, azure::Location::parse(settings.account + "/" + container));
  ARKIVE_ASSIGN(wanted.endpoint, http::Url::parse(server.endpoint()));
  ARKIVE_ASSIGN(azure::Credentials key, azure::account_key(settings.key));
  return Result<azure::Connection>(tl::in_place, std::move(wanted),
                                   azure::fixed_credentials(std::move(key), "a throwaway server"));
}

Status make_where_missing(const AzuriteServer& server, const std::string& container, Deadline deadline) {
  const auto connection = connect(server, container);
  if (!connection) return fail(connection.error());
  const auto there = connection->call({.operation = "look at", .query = kContainer}, deadline);
  if (there) return ok();
  if (there.error().outcome != Outcome::kUsage) return fail(there.error());
  ARKIVE_TRY(connection->call({.operation = "make", .method = "PUT", .query = kContainer}, deadline));
  return ok();
}

}  // namespace

AzuriteServer::AzuriteServer(const std::string& directory, const AzuriteSettings& settings)
    : ObjectStoreServer(kAzuriteName, directory, settings.lifetime), settings_(settings) {}

bool AzuriteServer::ready() {
  for (const auto& container : settings_.containers) {
    if (!make_where_missing(*this, container, Deadline::after(kReadyAnswerTime))) return false;
  }
  return true;
}

Result<Command> AzuriteServer::prepare() {
  ARKIVE_TRY(check(settings_));
  ARKIVE_ASSIGN(const auto azurite, find_azurite(Deadline::after(std::chrono::seconds(20))));
  Command command;
  command.arguments = {azurite.node.program, azurite.program,        "--blobHost", "127.0.0.1",
                       "--blobPort",         std::to_string(port()), "--silent"};
  if (settings_.in_memory) {
    command.arguments.emplace_back("--inMemoryPersistence");
  } else {
    ARKIVE_TRY(make_directories(data_directory()));
    command.arguments.insert(command.arguments.end(), {"--location", data_directory()});
  }
  if (settings_.tls) {
    ARKIVE_ASSIGN(const auto pem, own_certificate());
    command.arguments.insert(command.arguments.end(), {"--cert", pem, "--key", pem, "--oauth", "basic"});
  }
  command.directory = directory();
  command.only_this_environment = true;
  command.environment = {{"PATH", azurite.node.directory + ":/usr/bin:/bin"},
                         {"HOME", directory()},
                         {"TMPDIR", directory()},
                         {"AZURITE_ACCOUNTS", settings_.account + ":" + settings_.key}};
  return command;
}

Status AzuriteServer::save() const {
  return save_plan({settings_, port()}, plan_path());
}

Result<std::unique_ptr<AzuriteServer>> AzuriteServer::start_new(const std::string& directory,
                                                                const AzuriteSettings& settings,
                                                                Deadline deadline) {
  ARKIVE_TRY(check(settings));
  ARKIVE_TRY(find_azurite(deadline));
  std::unique_ptr<AzuriteServer> made(new AzuriteServer(directory, settings));
  if (settings.key.empty()) made->settings_.key = new_account_key();
  ARKIVE_TRY(made->start_first(deadline));
  return made;
}

Result<std::unique_ptr<AzuriteServer>> AzuriteServer::open(const std::string& directory) {
  ARKIVE_ASSIGN(const auto plan, load_azurite_plan(directory));
  std::unique_ptr<AzuriteServer> found(new AzuriteServer(directory, plan.settings));
  ARKIVE_TRY(found->take_over(plan.port));
  return found;
}

}  // namespace arkive::rehearse

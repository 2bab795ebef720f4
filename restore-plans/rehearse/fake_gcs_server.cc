#include "restore-plans/rehearse/fake_gcs_server.h"

#include <algorithm>

#include "restore-plans/rehearse/fake_gcs_server_binary.h"
#include "restore-plans/rehearse/fake_gcs_server_plan.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

constexpr int kGood = 200;
constexpr const char* kBuckets = "/storage/v1/b";

}  // namespace

FakeGcsServer::FakeGcsServer(const std::string& directory, const FakeGcsServerSettings& settings)
    : ObjectStoreServer(kFakeGcsServerName, directory, settings.lifetime), settings_(settings) {}

bool FakeGcsServer::says_good(const http::Request& request) const {
  const auto told = ask(request);
  return told && told->status == kGood;
}

bool FakeGcsServer::ready() {
  if (!says_good({.url = "/_internal/healthcheck"})) return false;
  return std::all_of(settings_.buckets.begin(), settings_.buckets.end(), [&](const std::string& bucket) {
    const std::string wish = R"({"name":")" + bucket + R"("})";  // no name of a bucket has to be escaped
    return says_good({.url = std::string(kBuckets) + "/" + bucket}) ||
           says_good({.method = "POST",
                      .url = kBuckets,
                      .headers = {{"content-type", "application/json"}},
                      .body = wish});
  });
}

Result<Command> FakeGcsServer::prepare() {
  ARKIVE_TRY(check(settings_));
  ARKIVE_ASSIGN(const auto program, find_fake_gcs_server());
  Command command;
  auto& words = command.arguments;
  // It compares the Host of requests with its public host, and begins the addresses of uploads with the
  // external one.
  words = {program,
           "-scheme",
           with_tls() ? "https" : "http",
           "-host",
           "127.0.0.1",
           "-port",
           std::to_string(port()),
           "-public-host",
           address(),
           "-external-url",
           origin(),
           "-log-level",
           "warn"};
  if (settings_.in_memory) {
    words.insert(words.end(), {"-backend", "memory"});
  } else {
    ARKIVE_TRY(make_directories(data_directory()));
    words.insert(words.end(), {"-backend", "filesystem", "-filesystem-root", data_directory()});
  }
  if (settings_.tls) {
    ARKIVE_ASSIGN(const auto pem, own_certificate());
    words.insert(words.end(), {"-cert-location", pem, "-private-key-location", pem});
  }
  command.directory = directory();
  command.only_this_environment = true;
  command.environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", directory()}, {"TMPDIR", directory()}};
  return command;
}

Status FakeGcsServer::save() const {
  return save_plan({settings_, port()}, plan_path());
}

Result<std::unique_ptr<FakeGcsServer>> FakeGcsServer::start_new(const std::string& directory,
                                                                const FakeGcsServerSettings& settings,
                                                                Deadline deadline) {
  ARKIVE_TRY(check(settings));
  ARKIVE_TRY(find_fake_gcs_server());
  std::unique_ptr<FakeGcsServer> made(new FakeGcsServer(directory, settings));
  ARKIVE_TRY(made->start_first(deadline));
  return made;
}

Result<std::unique_ptr<FakeGcsServer>> FakeGcsServer::open(const std::string& directory) {
  ARKIVE_ASSIGN(const auto plan, load_fake_gcs_server_plan(directory));
  std::unique_ptr<FakeGcsServer> found(new FakeGcsServer(directory, plan.settings));
  ARKIVE_TRY(found->take_over(plan.port));
  return found;
}

}  // namespace arkive::rehearse

#include "restore-plans/rehearse/minio.h"

#include "restore-plans/rehearse/minio_binary.h"
#include "restore-plans/rehearse/minio_plan.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

constexpr int kGood = 200;
constexpr std::size_t kAccessKeySize = 20;
constexpr std::size_t kSecretKeySize = 40;

/// MinIO wants the two parts of a PEM file each in its own, by these names.
Status give_certificate(const std::string& pem, const std::string& directory) {
  ARKIVE_ASSIGN(const auto text, read_file(pem));
  const auto certificate = text.find("-----BEGIN CERTIFICATE-----");
  if (certificate == std::string::npos) {
    return fail(Outcome::kCorrupt, "read '" + pem + "': it holds no certificate");
  }
  ARKIVE_TRY(make_directories(directory));
  ARKIVE_TRY(write_file_durably(directory + "/private.key", text.substr(0, certificate), IfExists::kReplace));
  return write_file_durably(directory + "/public.crt", text.substr(certificate), IfExists::kReplace);
}

}  // namespace

MinioServer::MinioServer(const std::string& directory, const MinioSettings& settings)
    : ObjectStoreServer(kMinioName, directory, settings.lifetime), settings_(settings) {}

bool MinioServer::ready() {
  // Not /minio/health/ready: that is 200 also before there is anything behind it.
  const auto told = ask({.url = "/minio/health/cluster"});
  return told && told->status == kGood;
}

Result<Command> MinioServer::prepare() {
  ARKIVE_TRY(check(settings_));
  ARKIVE_ASSIGN(const auto program, find_minio());
  // A directory on its drive is a bucket.
  ARKIVE_TRY(make_directories(data_directory()));
  for (const auto& bucket : settings_.buckets) ARKIVE_TRY(make_directories(data_directory() + "/" + bucket));
  const std::string served = directory() + "/served-certificate";
  ARKIVE_TRY(remove_tree(served));
  if (settings_.tls) {
    ARKIVE_ASSIGN(const auto certificate, own_certificate());
    ARKIVE_TRY(give_certificate(certificate, served));
  }
  Command command;
  command.arguments = {program, "server", "--address", address(), "--certs-dir", served, data_directory()};
  command.directory = directory();
  command.only_this_environment = true;
  command.environment = {{"PATH", "/usr/bin:/bin"},
                         {"HOME", directory()},
                         {"TMPDIR", directory()},
                         {"MINIO_ROOT_USER", settings_.access_key},
                         {"MINIO_ROOT_PASSWORD", settings_.secret_key},
                         {"MINIO_BROWSER", "off"},  // or its console listens too
                         {"MINIO_UPDATE", "off"}};  // or it asks its makers for a newer one
  for (const auto& [name, value] : settings_.environment) command.environment[name] = value;
  return command;
}

Status MinioServer::save() const {
  return save_plan({settings_, port()}, plan_path());
}

Result<std::unique_ptr<MinioServer>> MinioServer::start_new(const std::string& directory,
                                                            const MinioSettings& settings,
                                                            Deadline deadline) {
  ARKIVE_TRY(check(settings));
  ARKIVE_TRY(find_minio());
  std::unique_ptr<MinioServer> made(new MinioServer(directory, settings));
  if (settings.access_key.empty()) made->settings_.access_key = new_key(kAccessKeySize);
  if (settings.secret_key.empty()) made->settings_.secret_key = new_key(kSecretKeySize);
  ARKIVE_TRY(made->start_first(deadline));
  return made;
}

Result<std::unique_ptr<MinioServer>> MinioServer::open(const std::string& directory) {
  ARKIVE_ASSIGN(const auto plan, load_minio_plan(directory));
  std::unique_ptr<MinioServer> found(new MinioServer(directory, plan.settings));
  ARKIVE_TRY(found->take_over(plan.port));
  return found;
}

}  // namespace arkive::rehearse

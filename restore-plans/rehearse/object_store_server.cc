#include "restore-plans/rehearse/object_store_server.h"

#include "restore-plans/rehearse/certificates.h"
#include "restore-plans/rehearse/plan_file.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

constexpr int kStartTries = 3;
constexpr std::chrono::seconds kAnswerTime{1};

}  // namespace

ObjectStoreServer::ObjectStoreServer(const std::string& name, const std::string& directory, Lifetime lifetime)
    : Server(name, directory + "/" + name, lifetime), parent_(directory) {}

std::string ObjectStoreServer::origin() const {
  return (with_tls() ? "https://" : "http://") + address();
}

std::string ObjectStoreServer::data_directory() const {
  return in_memory() ? std::string() : directory() + "/data";
}

std::string ObjectStoreServer::certificates() const {
  return with_tls() ? certificates_directory() + "/ca.pem" : std::string();
}

std::string ObjectStoreServer::plan_path() const {
  return rehearse::plan_path(parent_, name());
}

Result<std::string> ObjectStoreServer::own_certificate() const {
  if (!path_exists(certificates())) ARKIVE_TRY(make_certificates(certificates_directory()));
  return certificates_directory() + "/broker.pem";
}

Result<http::Response> ObjectStoreServer::ask(http::Request request) const {
  const http::Client client({.certificate_authorities = certificates(), .use_proxy = false});
  request.url = origin() + request.url;
  return client.send(request, Deadline::after(kAnswerTime));
}

Status ObjectStoreServer::wipe() {
  if (running()) return fail(Outcome::kConflict, "remove the data of '" + name() + "': it runs");
  return remove_tree(directory() + "/data");
}

Status ObjectStoreServer::take_port(std::uint16_t wanted) {
  ARKIVE_ASSIGN(const auto taken, reserve(wanted));
  set_port(taken);
  return ok();
}

Status ObjectStoreServer::start_first(Deadline deadline) {
  if (path_exists(plan_path())) {
    return fail(Outcome::kConflict, "start '" + name() + "' in '" + parent_ + "': one lives there already",
                "start that one again, or remove the directory");
  }
  ARKIVE_TRY(make_directories(parent_));
  for (int tries = 1;; ++tries) {
    ARKIVE_TRY(take_port(0));
    // Saved first: whoever finds a server that outlived an interrupted start can then stop it.
    ARKIVE_TRY(save());
    auto started = start(deadline);
    if (started) return started;
    ARKIVE_TRY(kill());
    ARKIVE_TRY(wipe());
    ARKIVE_TRY(remove_tree(plan_path()));
    if (started.error().outcome != Outcome::kConflict || tries == kStartTries) return started;
  }
}

Status ObjectStoreServer::take_over(std::uint16_t port) {
  ARKIVE_TRY(take_port(port));
  adopt();
  return ok();
}

}  // namespace arkive::rehearse

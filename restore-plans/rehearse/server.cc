#include "restore-plans/rehearse/server.h"

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <thread>

#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::rehearse {

namespace {

constexpr std::chrono::milliseconds kPollPause{10};
constexpr std::chrono::milliseconds kStandInPause{50};
constexpr int kTailLines = 15;

std::size_t file_size(const std::string& path) {
  struct stat facts = {};
  return ::stat(path.c_str(), &facts) == 0 ? static_cast<std::size_t>(facts.st_size) : 0;
}

/// As Java's servers say it, as MinIO does, as Node.js does, and as Go does.
bool tells_of_a_taken_port(const std::string& log) {
  return log.find("Address already in use") != std::string::npos ||
         log.find("port is already in use") != std::string::npos ||
         log.find("EADDRINUSE") != std::string::npos ||
         log.find("address already in use") != std::string::npos;
}

std::string log_since(const std::string& path, std::size_t from) {
  const auto text = read_file(path);
  return text && from < text->size() ? text->substr(from) : std::string();
}

}  // namespace

Server::Server(std::string name, std::string directory, Lifetime lifetime)
    : name_(std::move(name)), directory_(std::move(directory)), lifetime_(lifetime) {}

Result<std::uint16_t> Server::reserve(std::uint16_t port) {
  auto reservation = port == 0 ? PortReservation::any() : PortReservation::exactly(port);
  if (!reservation && port != 0 && reservation.error().outcome == Outcome::kConflict) return port;
  if (!reservation) return fail(std::move(reservation).error());
  reservations_.push_back(std::move(*reservation));
  return reservations_.back().number();
}

void Server::adopt() {
  const auto text = read_file(process_path());
  if (!text) return;
  auto record = ProcessRecord::parse(*text);
  if (record && record->alive()) record_ = std::move(*record);
}

std::optional<pid_t> Server::process_id() {
  const auto status = child_ ? child_->poll() : std::nullopt;
  if (status) ended_with_ = *status;
  if (child_ ? status.has_value() : record_ && !record_->alive()) forget_process();
  return record_ ? std::optional(record_->id()) : std::nullopt;
}

void Server::forget_process() {
  child_.reset();
  record_.reset();
}

Status Server::start_process(const Command& command) {
  auto child = lifetime_ == Lifetime::kOurs ? ChildProcess::start(command, log_path())
                                            : ChildProcess::start_detached(command, log_path());
  if (!child) return fail(child.error().within("start '" + name_ + "'"));
  child_ = std::move(*child);
  ended_with_ = -1;
  auto record = ProcessRecord::of(child_->id());
  if (!record) return fail(record.error().within("start '" + name_ + "'"));
  record_ = *record;
  return write_file_durably(process_path(), record_->text(), IfExists::kReplace);
}

Status Server::launch(Deadline deadline) {
  if (running()) return fail(Outcome::kConflict, "start '" + name_ + "': it runs already");
  // Past the deadline it is started all the same: its own log then says best what is in its way.
  while (!may_start() && !deadline.passed()) pause_for(kStandInPause, deadline);
  ARKIVE_TRY(make_directories(directory_));
  ARKIVE_ASSIGN(const Command command, prepare());
  log_from_ = file_size(log_path());
  return start_process(command);
}

Status Server::start(Deadline deadline) {
  ARKIVE_TRY(launch(deadline));
  return wait_until_ready({this}, deadline);
}

Status Server::signal(int number) {
  if (!running()) return fail(Outcome::kNotFound, "signal '" + name_ + "': it does not run");
  return record_->signal(number);
}

Status Server::pause() {
  ARKIVE_TRY(signal(SIGSTOP));
  // The call returns before the last thread has stopped; until then it may still answer.
  while (running() && !record_->stopped()) pause_for(kPollPause, Deadline::never());
  return ok();
}

Status Server::resume() {
  return signal(SIGCONT);
}

Status Server::ask_to_stop() {
  ARKIVE_TRY(signal(SIGTERM));
  (void)signal(SIGCONT);  // a paused one would sleep through the first
  return ok();
}

Result<Ending> Server::stop(std::chrono::milliseconds grace) {
  if (!running()) return Ending::kGraceful;
  ARKIVE_TRY(ask_to_stop());
  const auto deadline = Deadline::after(grace);
  while (running() && !deadline.passed()) pause_for(kPollPause, deadline);
  if (!running()) return Ending::kGraceful;
  ARKIVE_TRY(kill());
  return Ending::kKilled;
}

Status Server::kill() {
  while (running()) {
    const auto sent = signal(SIGKILL);
    if (!sent && sent.error().outcome != Outcome::kNotFound) return sent;
    pause_for(kPollPause, Deadline::after(kPollPause));
  }
  return ok();
}

std::string Server::last_status() const {
  return ended_with_ < 0 ? std::string() : " with status " + std::to_string(ended_with_);
}

std::string Server::log_tail(int lines) const {
  const auto text = read_file(log_path());
  return text ? last_lines(*text, lines) : std::string();
}

Status wait_until_ready(const std::vector<Server*>& servers, Deadline deadline) {
  std::vector<Server*> awaited = servers;
  for (;;) {
    for (Server* server : servers) {
      if (server->running()) continue;
      const std::string log = log_since(server->log_path(), server->log_from_);
      return fail(tells_of_a_taken_port(log) ? Outcome::kConflict : Outcome::kFail,
                  "start '" + server->name() + "': it ended" + server->last_status() + "; its log says:\n" +
                      last_lines(log, kTailLines),
                  "the whole log is " + server->log_path());
    }
    std::erase_if(awaited, [](Server* server) { return server->ready(); });
    if (awaited.empty()) return ok();
    ARKIVE_TRY(check_interrupt("start servers"));
    if (deadline.passed()) {
      return fail(Outcome::kRetry,
                  "start '" + awaited[0]->name() + "': not up within its deadline; its log says:\n" +
                      awaited[0]->log_tail(),
                  "the whole log is " + awaited[0]->log_path());
    }
    pause_for(kPollPause, deadline);
  }
}

Status stop_all(const std::vector<Server*>& servers, std::chrono::milliseconds grace) {
  Status worst = ok();
  // All are asked first, so that they end at the same time.
  for (Server* server : servers) {
    if (server->process_id()) (void)server->ask_to_stop();
  }
  for (Server* server : servers) {
    const auto stopped = server->stop(grace);
    if (!stopped) worst = fail(stopped.error());
  }
  return worst;
}

}  // namespace arkive::rehearse

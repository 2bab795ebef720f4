#include "stores/core/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "stores/core/files.h"
#include "stores/core/handle.h"
#include "stores/core/interrupt.h"

extern char** environ;

namespace arkive {

namespace {

/// What the child needs, made before fork: between fork and exec nothing may allocate.
struct Plan {
  std::string program;
  std::vector<std::string> strings;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::string directory;
  bool detached = false;
};

/// Where the child failed before it became the program.
enum class Stage : int { kDirectory, kStreams, kProgram };

struct ChildFailure {
  Stage stage;
  int error_number;
};

struct Pipe {
  UniqueFd reading;
  UniqueFd writing;
};

/// At least 3, so that moving it to 0..2 in the child never meets another one that is still to be moved.
Result<UniqueFd> above_standard_streams(UniqueFd fd) {
  if (fd.get() > STDERR_FILENO) return fd;
  UniqueFd moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!moved) return fail(system_error("create", "descriptor", errno));
  return moved;
}

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(system_error("create", "pipe", errno));
  UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  Pipe pipe;
  ARKIVE_ASSIGN(pipe.reading, above_standard_streams(std::move(reading)));
  ARKIVE_ASSIGN(pipe.writing, above_standard_streams(std::move(writing)));
  return pipe;
}

/// Standard input as a file in memory: a child that does not read it to the end is then no SIGPIPE for us.
Result<UniqueFd> open_input(const std::string& input) {
  if (input.empty()) {
    UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!null) return fail(system_error("open", "/dev/null", errno));
    return above_standard_streams(std::move(null));
  }
  UniqueFd memory(::memfd_create("arkive-input", MFD_CLOEXEC));
  if (!memory) return fail(system_error("create", "standard input of a process", errno));
  ARKIVE_TRY(write_all(memory.get(), input, "standard input of a process"));
  if (::lseek(memory.get(), 0, SEEK_SET) != 0) return fail(system_error("rewind", "standard input", errno));
  return above_standard_streams(std::move(memory));
}

std::vector<std::string>& hidden_variables() {
  static std::vector<std::string> hidden;
  return hidden;
}

std::map<std::string, std::string> merged_environment(const Command& command) {
  if (command.only_this_environment) return command.environment;
  std::map<std::string, std::string> merged;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) merged.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  if (!command.with_hidden) {
    for (const std::string& name : hidden_variables()) merged.erase(name);
  }
  for (const auto& [name, value] : command.environment) merged[name] = value;
  return merged;
}

bool executable(const std::string& path) {
  struct stat facts = {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

Result<std::string> find_program(const std::string& name, const std::string& search_path) {
  if (name.find('/') != std::string::npos) return name;
  std::string_view rest = search_path;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    if (folder.empty()) continue;  // means "here" to a shell; a program from the working directory is a trap
    std::string path(folder);
    path += "/";
    path += name;
    if (executable(path)) return path;
  }
  return fail(Outcome::kNotFound, "run '" + printable(name) + "': not found in PATH",
              "install it or add its folder to PATH");
}

Result<Plan> make_plan(const Command& command) {
  if (command.arguments.empty() || command.arguments[0].empty()) {
    return fail(Outcome::kUsage, "run '': no program is named");
  }
  const auto environment = merged_environment(command);
  const auto path = environment.find("PATH");
  Plan plan;
  ARKIVE_ASSIGN(plan.program, find_program(command.arguments[0],
                                           path == environment.end() ? "/usr/bin:/bin" : path->second));
  plan.directory = command.directory;
  plan.strings.reserve(command.arguments.size() + environment.size());
  for (const auto& argument : command.arguments)
    plan.arguments.push_back(plan.strings.emplace_back(argument).data());
  for (const auto& [name, value] : environment) {
    plan.environment.push_back(plan.strings.emplace_back(name).append("=").append(value).data());
  }
  plan.arguments.push_back(nullptr);
  plan.environment.push_back(nullptr);
  return plan;
}

[[noreturn]] void give_up(int report, Stage stage) {
  const ChildFailure failure{stage, errno};
  (void)!::write(report, &failure, sizeof failure);
  ::_exit(127);
}

/// In the child: only async-signal-safe calls, since other threads of ours may have held locks at the fork.
[[noreturn]] void become_program(Plan& plan, const std::array<int, 3>& streams, int report, pid_t parent) {
  // Both make it lead a process group; a detached one also survives the hang-up of our terminal.
  if (plan.detached) {
    (void)::setsid();
  } else {
    (void)::setpgid(0, 0);
    // The kernel sends it when the *thread* that forked ends, not only the process.
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);  // it ended before the line above
  }
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) (void)::sigaction(number, &standard, nullptr);
  sigset_t none;
  (void)::sigemptyset(&none);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int i = 0; i < 3; ++i) {
    if (::dup2(streams[static_cast<std::size_t>(i)], i) < 0) give_up(report, Stage::kStreams);
  }
  // Libraries may have opened descriptors without O_CLOEXEC. Old kernels do not know the call: no harm then.
  (void)::syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
  if (!plan.directory.empty() && ::chdir(plan.directory.c_str()) != 0) give_up(report, Stage::kDirectory);
  (void)::execve(plan.program.c_str(), plan.arguments.data(), plan.environment.data());
  give_up(report, Stage::kProgram);
}

int decode(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/// Waits for the end of `id` and takes it out of the process table.
int reap(pid_t id) {
  int wait_status = 0;
  while (::waitpid(id, &wait_status, 0) < 0) {
    if (errno != EINTR) return 255;  // somebody ignores SIGCHLD: the status is lost, the process is gone
  }
  return decode(wait_status);
}

/// True when `id`, a child of ours that is not reaped yet, has ended.
bool has_ended(pid_t id) {
  siginfo_t info = {};
  const int result = ::waitid(P_PID, static_cast<id_t>(id), &info, WEXITED | WNOHANG | WNOWAIT);
  return result != 0 || info.si_pid == id;
}

/// A descriptor that becomes readable when `id` ends; none on kernels before 5.3.
UniqueFd end_of(pid_t id) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
}

constexpr int kSliceMilliseconds = 50;

/// For poll(): until `deadline`, but in slices, so that signals taken by other threads are seen.
int slice(const Deadline& deadline) {
  return static_cast<int>(std::min<std::int64_t>(deadline.remaining().count(), kSliceMilliseconds));
}

bool wait_for_end(pid_t id, Deadline deadline) {
  const UniqueFd end = end_of(id);
  while (!has_ended(id)) {
    if (deadline.passed()) return false;
    pollfd wanted = {end.get(), POLLIN, 0};
    (void)::poll(&wanted, end ? 1 : 0, end ? slice(deadline) : 5);
  }
  return true;
}

/// SIGKILL to the whole group of a child that is not reaped yet, so its number cannot mean anybody else;
/// reaps it.
int kill_group(pid_t id) {
  (void)::kill(-id, SIGKILL);
  (void)::kill(id, SIGKILL);
  return reap(id);
}

Error start_error(const Command& command, const ChildFailure& failure) {
  switch (failure.stage) {
    case Stage::kDirectory:
      return system_error("run '" + printable(command.arguments[0]) + "' in", command.directory,
                          failure.error_number);
    case Stage::kStreams:
      return system_error("redirect the streams of", command.arguments[0], failure.error_number);
    case Stage::kProgram:
      break;
  }
  return system_error("run", command.arguments[0], failure.error_number);
}

/// Forks and execs; returns once the child is the program, or the reason why it is not (then it is reaped).
Result<pid_t> launch(const Command& command, const std::array<int, 3>& streams, bool detached) {
  ARKIVE_ASSIGN(Plan plan, make_plan(command));
  plan.detached = detached;
  ARKIVE_ASSIGN(Pipe report, make_pipe());
  const pid_t parent = ::getpid();
  // No handler of ours may run in the child before it has set its own.
  sigset_t all;
  sigset_t before;
  (void)::sigfillset(&all);
  (void)::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t id = ::fork();
  if (id == 0) become_program(plan, streams, report.writing.get(), parent);
  const int fork_error = errno;
  (void)::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (id < 0) return fail(system_error("run", command.arguments[0], fork_error));
  report.writing.reset();
  ChildFailure failure = {};
  ssize_t got = 0;
  do {
    got = ::read(report.reading.get(), &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof failure)) {
    (void)reap(id);
    return fail(start_error(command, failure));
  }
  return id;
}

/// Reads what is there; false at the end.
bool drain(const UniqueFd& fd, std::string& to) {
  char buffer[64 * 1024];
  const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
  if (got > 0) to.append(buffer, static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

}  // namespace

void hide_from_children(std::vector<std::string> variables) {
  hidden_variables() = std::move(variables);
}

Result<Finished> run_process(const Command& command, Deadline deadline) {
  ARKIVE_ASSIGN(const UniqueFd input, open_input(command.input));
  ARKIVE_ASSIGN(Pipe output, make_pipe());
  ARKIVE_ASSIGN(Pipe error_output, make_pipe());
  const bool interrupted_before = interrupted();
  ARKIVE_ASSIGN(const pid_t id,
                launch(command, {input.get(), output.writing.get(), error_output.writing.get()}, false));
  output.writing.reset();
  error_output.writing.reset();
  const UniqueFd end = end_of(id);

  Finished finished;
  const auto stopped = [&](Outcome outcome, const char* cause) {
    (void)kill_group(id);
    return fail(outcome, "run '" + printable(command.arguments[0]) + "': " + cause);
  };
  // A grandchild in the background may keep the pipes open: once the child has ended, what is there is read
  // and no more.
  for (bool ended = false; output.reading || error_output.reading || !ended;) {
    if (!ended && has_ended(id)) ended = true;
    if (!ended && deadline.passed()) return stopped(Outcome::kRetry, "not finished within its deadline");
    if (!ended && !interrupted_before && interrupted()) return stopped(Outcome::kInterrupted, interruption());
    std::array<pollfd, 3> wanted = {{{output.reading.get(), POLLIN, 0},
                                     {error_output.reading.get(), POLLIN, 0},
                                     {ended ? -1 : end.get(), POLLIN, 0}}};
    const int timeout = ended ? 0 : (end ? slice(deadline) : 5);
    const int ready = ::poll(wanted.data(), wanted.size(), timeout);
    if (ready < 0 && errno != EINTR) return stopped(Outcome::kFail, "its output cannot be polled");
    if (ready == 0 && ended) break;
    if (wanted[0].revents != 0 && !drain(output.reading, finished.output)) output.reading.reset();
    if (wanted[1].revents != 0 && !drain(error_output.reading, finished.error_output))
      error_output.reading.reset();
  }
  finished.status = reap(id);
  return finished;
}

namespace {

Result<pid_t> start_with_log(const Command& command, const std::string& log_path, bool detached) {
  ARKIVE_ASSIGN(const UniqueFd input, open_input({}));
  UniqueFd opened(::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!opened) return fail(system_error("open log", log_path, errno));
  ARKIVE_ASSIGN(const UniqueFd log, above_standard_streams(std::move(opened)));
  return launch(command, {input.get(), log.get(), log.get()}, detached);
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const Command& command, const std::string& log_path) {
  ARKIVE_ASSIGN(const pid_t id, start_with_log(command, log_path, false));
  return ChildProcess(id, false);
}

Result<ChildProcess> ChildProcess::start_detached(const Command& command, const std::string& log_path) {
  ARKIVE_ASSIGN(const pid_t id, start_with_log(command, log_path, true));
  return ChildProcess(id, true);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : id_(std::exchange(other.id_, -1)),
      detached_(other.detached_),
      status_(std::exchange(other.status_, {})) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this == &other) return *this;
  if (!detached_) kill_now();
  id_ = std::exchange(other.id_, -1);
  detached_ = other.detached_;
  status_ = std::exchange(other.status_, {});
  return *this;
}

ChildProcess::~ChildProcess() {
  if (!detached_) kill_now();
}

std::optional<int> ChildProcess::poll() {
  if (status_ || id_ < 0 || !has_ended(id_)) return status_;
  // What it started goes with it, and must go before the reaping frees the group's number for strangers.
  status_ = detached_ ? reap(id_) : kill_group(id_);
  return status_;
}

Status ChildProcess::signal(int number) {
  if (id_ < 0 || status_) return fail(Outcome::kNotFound, "signal process: it has ended");
  if (::kill(id_, number) != 0) return fail(system_error("signal process", std::to_string(id_), errno));
  return ok();
}

Result<int> ChildProcess::stop(std::chrono::milliseconds grace) {
  if (status_) return *status_;
  if (id_ < 0) return fail(Outcome::kNotFound, "stop process: none is running");
  ARKIVE_TRY(signal(SIGTERM));
  (void)wait_for_end(id_, Deadline::after(grace));
  status_ = kill_group(id_);
  return *status_;
}

void ChildProcess::kill_now() {
  if (id_ < 0 || status_) return;
  status_ = kill_group(id_);
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

}  // namespace arkive

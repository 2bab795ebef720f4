#include "restore-plans/rehearse/process_record.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <sstream>

#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"
#include "stores/core/handle.h"

namespace arkive::rehearse {

namespace {

struct ProcessFacts {
  char state = '?';
  std::uint64_t started = 0;
};

/// proc_pid_stat(5): the name in parentheses may hold anything, so counting begins after the last ')': state
/// is field 3, starttime field 22.
std::optional<ProcessFacts> read_facts(const std::string& path) {
  const auto stat = read_file(path);
  if (!stat) return std::nullopt;
  const auto name_end = stat->rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  const auto fields = split(std::string_view(*stat).substr(name_end + 1), ' ');
  constexpr std::size_t kStartTime = 22 - 3;
  if (fields.size() <= kStartTime) return std::nullopt;
  ProcessFacts facts;
  facts.state = fields[0][0];
  std::istringstream(fields[kStartTime]) >> facts.started;
  return facts;
}

std::string place_of(pid_t id) {
  return "/proc/" + std::to_string(id);
}

std::optional<ProcessFacts> facts_of(pid_t id) {
  return read_facts(place_of(id) + "/stat");
}

std::string boot_id() {
  const auto id = read_file("/proc/sys/kernel/random/boot_id");
  return id ? last_lines(*id, 1) : "unknown";
}

}  // namespace

Result<ProcessRecord> ProcessRecord::of(pid_t id) {
  const auto facts = facts_of(id);
  if (!facts) return fail(Outcome::kNotFound, "look at process " + std::to_string(id) + ": it has ended");
  ProcessRecord record;
  record.id_ = id;
  record.started_ = facts->started;
  record.boot_ = boot_id();
  return record;
}

Result<ProcessRecord> ProcessRecord::parse(std::string_view text) {
  ProcessRecord record;
  std::istringstream words{std::string(text)};
  if (!(words >> record.id_ >> record.started_ >> record.boot_) || record.id_ <= 1) {
    return fail(Outcome::kCorrupt, "read a process record: not '<id> <start time> <boot id>'");
  }
  return record;
}

std::string ProcessRecord::text() const {
  return std::to_string(id_) + " " + std::to_string(started_) + " " + boot_ + "\n";
}

bool ProcessRecord::alive() const {
  const auto facts = facts_of(id_);
  if (!facts || facts->started != started_ || boot_ != boot_id()) return false;
  if (facts->state == 'X') return false;
  if (facts->state != 'Z') return true;
  // The first thread may have ended while others still hold the files and ports.
  const auto threads = list_directory(place_of(id_) + "/task");
  return threads && threads->size() > 1;
}

bool ProcessRecord::stopped() const {
  const auto threads = list_directory(place_of(id_) + "/task");
  return threads && std::all_of(threads->begin(), threads->end(), [&](const std::string& thread) {
           const auto facts = read_facts(place_of(id_) + "/task/" + thread + "/stat");
           return !facts || facts->state == 'T' ||
                  facts->state == 't';  // one that has ended does nothing either
         });
}

Status ProcessRecord::signal(int number) const {
  const auto gone = [&] {
    return fail(Outcome::kNotFound, "signal process " + std::to_string(id_) + ": it has ended");
  };
  // The descriptor holds on to one process; looking at its start time afterwards tells which one.
  const UniqueFd held(static_cast<int>(::syscall(SYS_pidfd_open, id_, 0)));
  if (!held) {
    if (errno == ESRCH) return gone();
    return fail(system_error("open process", std::to_string(id_), errno));
  }
  if (!alive()) return gone();
  if (::syscall(SYS_pidfd_send_signal, held.get(), number, nullptr, 0) != 0) {
    if (errno == ESRCH) return gone();
    return fail(system_error("signal process", std::to_string(id_), errno));
  }
  return ok();
}

}  // namespace arkive::rehearse

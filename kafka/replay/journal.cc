#include "kafka/replay/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

#include "kafka/replay/offset_lines_internal.h"
#include "stores/core/deadline.h"
#include "stores/core/fault.h"

namespace arkive::kafka {
namespace {

constexpr std::chrono::seconds kBetweenSyncs{1};

std::string plan_path(const std::string& directory) {
  return directory + "/plan.json";
}

std::string offsets_path(const std::string& directory) {
  return directory + "/offsets";
}

// Missing: empty.
Result<std::string> offsets_text(const std::string& directory) {
  auto text = read_file(offsets_path(directory));
  if (!text && text.error().outcome == Outcome::kNotFound) return std::string();
  return text;
}

Error of_journal(const Error& error, const std::string& path) {
  return error.within("read journal '" + path + "'");
}

std::string place(const std::string& topic, std::int32_t partition) {
  return topic + " " + std::to_string(partition);
}

std::string numbers(std::initializer_list<std::int64_t> values) {
  std::string text;
  for (const std::int64_t value : values) text += " " + std::to_string(value);
  return text;
}

}  // namespace

LeftOut& LeftOut::operator+=(const LeftOut& other) {
  control += other.control;
  aborted += other.aborted;
  open += other.open;
  late += other.late;
  too_large += other.too_large;
  return *this;
}

Result<ReplayPlan> read_plan(const std::string& directory) {
  const std::string path = plan_path(directory);
  const auto text = read_file(path);
  if (!text && text.error().outcome == Outcome::kNotFound) {
    return fail(Outcome::kNotFound, "read journal '" + directory + "': no restore of topics began there",
                "arkive restore topics prints where its journal is");
  }
  if (!text) return fail(text.error());
  auto plan = ReplayPlan::from_json(*text);
  if (!plan) return fail(of_journal(plan.error(), path));
  return plan;
}

Result<JournalState> read_journal(const std::string& directory) {
  ARKIVE_ASSIGN(const std::string text, offsets_text(directory));
  auto read = read_offset_lines(text);
  if (!read) return fail(of_journal(read.error(), offsets_path(directory)));
  return std::move(read->state);
}

struct Journal::State {
  struct Pending {
    std::vector<OffsetRun> runs;
    std::optional<LeftOut> left;
    std::optional<std::pair<std::int64_t, std::int64_t>> sent;
    std::string lines;  // others, behind the runs
  };
  explicit State(FileLock taken) : lock(std::move(taken)) {}
  FileLock lock;
  std::mutex mutex;
  UniqueFd file;
  std::map<std::pair<std::string, std::int32_t>, Pending> pending;
  bool finished = false;
  SteadyClock::time_point flushed = SteadyClock::now();
};

Journal::Journal(std::string directory, FileLock lock)
    : directory_(std::move(directory)), state_(std::make_unique<State>(std::move(lock))) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Result<Journal> Journal::open(const std::string& directory) {
  ARKIVE_TRY(make_directories(directory));
  auto lock = FileLock::acquire(directory + "/lock", Deadline::after({}));
  if (!lock && lock.error().outcome == Outcome::kConflict) {
    Error error = lock.error().within("open journal '" + directory + "'");
    error.hint = "another restore is at work with it; wait for its end";
    return fail(std::move(error));
  }
  if (!lock) return fail(lock.error());
  return Journal(directory, std::move(*lock));
}

bool Journal::has_plan() const {
  return path_exists(plan_path(directory_));
}

Status Journal::write_plan(const ReplayPlan& plan) {
  return write_file_durably(plan_path(directory_), plan.to_json(), IfExists::kConflict);
}

Result<JournalState> Journal::begin() {
  const std::string path = offsets_path(directory_);
  ARKIVE_ASSIGN(const std::string text, offsets_text(directory_));
  auto read = read_offset_lines(text);
  if (!read) return fail(of_journal(read.error(), path));
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("open", path, e));
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return fail(system_error("open", path, errno));
  if (read->whole_bytes < text.size() &&
      ::ftruncate(file.get(), static_cast<off_t>(read->whole_bytes)) != 0) {
    return fail(system_error("cut the torn last line off", path, errno));
  }
  if (read->whole_bytes == 0) {
    ARKIVE_FAULT_POINT();
    ARKIVE_TRY(write_all(file.get(), with_checksum(kOffsetsHeading), path));
  }
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("sync", path, e));
  if (::fsync(file.get()) != 0) return fail(system_error("sync", path, errno));
  ARKIVE_TRY(sync_directory(directory_));
  state_->file = std::move(file);
  return std::move(read->state);
}

void Journal::add_run(const std::string& topic, std::int32_t partition, const OffsetRun& run) {
  const std::lock_guard lock(state_->mutex);
  auto& runs = state_->pending[{topic, partition}].runs;
  if (!runs.empty()) {
    OffsetRun& last = runs.back();
    if (last.source + last.count == run.source && last.target + last.count == run.target) {
      last.count += run.count;
      return;
    }
  }
  runs.push_back(run);
}

void Journal::set_left(const std::string& topic, std::int32_t partition, const LeftOut& left) {
  const std::lock_guard lock(state_->mutex);
  state_->pending[{topic, partition}].left = left;
}

void Journal::set_sent(const std::string& topic, std::int32_t partition, std::int64_t records,
                       std::int64_t next) {
  const std::lock_guard lock(state_->mutex);
  state_->pending[{topic, partition}].sent = {records, next};
}

void Journal::add_producer(const std::string& topic, std::int32_t partition, const ProducerIdentity& producer,
                           std::int64_t from_record) {
  const std::lock_guard lock(state_->mutex);
  state_->pending[{topic, partition}].lines += with_checksum(
      "producer " + place(topic, partition) + numbers({producer.id, producer.epoch, from_record}));
}

void Journal::add_foreign(const std::string& topic, std::int32_t partition, const ForeignOffsets& foreign) {
  const std::lock_guard lock(state_->mutex);
  state_->pending[{topic, partition}].lines +=
      with_checksum("foreign " + place(topic, partition) + numbers({foreign.first, foreign.count}));
}

void Journal::add_done(const std::string& topic, std::int32_t partition) {
  const std::lock_guard lock(state_->mutex);
  state_->pending[{topic, partition}].lines += with_checksum("done " + place(topic, partition));
}

void Journal::add_finished() {
  const std::lock_guard lock(state_->mutex);
  state_->finished = true;
}

Status Journal::flush() {
  const std::lock_guard lock(state_->mutex);
  std::string text;
  for (const auto& [name, pending] : state_->pending) {
    const std::string where = place(name.first, name.second);
    for (const OffsetRun& run : pending.runs) {
      text += with_checksum("run " + where + numbers({run.source, run.target, run.count}));
    }
    if (pending.sent) {
      text += with_checksum("sent " + where + numbers({pending.sent->first, pending.sent->second}));
    }
    if (pending.left) {
      const LeftOut& left = *pending.left;
      text += with_checksum("left " + where +
                            numbers({left.control, left.aborted, left.open, left.late, left.too_large}));
    }
    text += pending.lines;
  }
  if (state_->finished) text += with_checksum("finished");
  state_->pending.clear();
  state_->finished = false;
  state_->flushed = SteadyClock::now();
  if (text.empty()) return ok();
  const std::string path = offsets_path(directory_);
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("write", path, e));
  ARKIVE_TRY(write_all(state_->file.get(), text, path));
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("sync", path, e));
  if (::fdatasync(state_->file.get()) != 0) return fail(system_error("sync", path, errno));
  return ok();
}

Status Journal::flush_now_and_then() {
  {
    const std::lock_guard lock(state_->mutex);
    if (SteadyClock::now() - state_->flushed < kBetweenSyncs) return ok();
    state_->flushed = SteadyClock::now();  // no other thread besides
  }
  return flush();
}

}  // namespace arkive::kafka

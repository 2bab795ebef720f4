#include "restore-plans/apply/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "kafka/archive/json_document.h"
#include "stores/core/bytes.h"

namespace arkive::restore_plans {
namespace {

using Json = nlohmann::json;
constexpr int kFormat = 1;

tl::unexpected<Error> damaged(const std::string& path, std::size_t line) {
  return fail(Outcome::kCorrupt,
              "read journal '" + printable(path) + "': line " + std::to_string(line) + " is not of it",
              "look at the cluster, remove the journal, and make a new plan");
}

/// The whole lines; one without an end was being written when its writer was killed, and nothing had been
/// done because of it.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return lines;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
}

Status check_head(const Json& head, const std::string& path, std::string_view plan_id,
                  std::string_view plan_sha256) {
  if (!head.is_object() || !head.contains("plan") || !head["plan"].is_string()) return damaged(path, 1);
  if (head.value("format", 0) > kFormat) {
    return fail(Outcome::kUsage, "read journal '" + printable(path) + "': a newer arkive wrote it",
                "go on with that one");
  }
  if (head["plan"].get<std::string>() != plan_id) {
    return fail(Outcome::kConflict, "apply: the journal '" + printable(path) + "' is of another plan",
                "give this plan a file name of its own");
  }
  if (head.value("sha256", std::string()) != plan_sha256) {
    return fail(Outcome::kConflict, "apply: the plan was edited after its run had begun",
                "put it back as it was to go on, or make a new plan of what is there now");
  }
  return ok();
}

}  // namespace

Result<ApplyJournal> ApplyJournal::open(const std::string& path, std::string_view plan_id,
                                        std::string_view plan_sha256) {
  ARKIVE_ASSIGN(FileLock lock, FileLock::acquire(path + ".lock", Deadline::after(std::chrono::seconds(0))));
  std::string text;
  if (path_exists(path)) {
    ARKIVE_ASSIGN(text, read_file(path));
  }
  const std::vector<std::string_view> lines = lines_of(text);
  std::size_t whole = 0;
  for (const std::string_view line : lines) whole += line.size() + 1;
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return fail(system_error("open journal", "'" + printable(path) + "'", errno));
  if (::ftruncate(file.get(), static_cast<off_t>(whole)) != 0 ||
      ::lseek(file.get(), static_cast<off_t>(whole), SEEK_SET) < 0)
    return fail(system_error("open journal", "'" + printable(path) + "'", errno));
  ApplyJournal journal(std::move(lock), std::move(file), path);
  if (lines.empty()) {
    const Json head = {{"format", kFormat}, {"plan", plan_id}, {"sha256", plan_sha256}};
    ARKIVE_TRY(journal.append(head.dump()));
    const std::size_t slash = path.rfind('/');
    ARKIVE_TRY(
        sync_directory(slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1))));
    return journal;
  }
  ARKIVE_TRY(check_head(kafka::parse_json_document(lines.front()), path, plan_id, plan_sha256));
  for (std::size_t number = 1; number < lines.size(); ++number) {
    const Json entry = kafka::parse_json_document(lines[number]);
    if (!entry.is_object() || !entry.contains("step") || !entry["step"].is_string() ||
        !entry.contains("at_ms") || !entry["at_ms"].is_number_integer() || !entry.contains("state"))
      return damaged(path, number + 1);
    StepRecord& record = journal.steps_[entry["step"].get<std::string>()];
    const auto at = entry["at_ms"].get<UnixMilliseconds>();
    if (entry["state"] == "begun") {
      if (record.begun == 0) record.begun = at;
      record.done = 0;
    } else if (entry["state"] == "done") {
      record.done = at;
      if (const auto left = entry.find("left_out"); left != entry.end()) {
        if (!left->is_string()) return damaged(path, number + 1);
        record.left_out = left->get<std::string>();
      }
    } else {
      return damaged(path, number + 1);
    }
  }
  return journal;
}

bool ApplyJournal::is_done(const std::string& step) const {
  const auto found = steps_.find(step);
  return found != steps_.end() && found->second.done != 0;
}

std::string ApplyJournal::left_out(const std::string& step) const {
  const auto found = steps_.find(step);
  return found == steps_.end() ? std::string() : found->second.left_out;
}

Status ApplyJournal::append(const std::string& line) {
  ARKIVE_TRY(write_all(file_.get(), line + "\n", "'" + printable(path_) + "'"));
  if (::fsync(file_.get()) != 0)
    return fail(system_error("sync journal", "'" + printable(path_) + "'", errno));
  return ok();
}

Status ApplyJournal::begin(const std::string& step) {
  const UnixMilliseconds now = wall_clock_now();
  ARKIVE_TRY(append(Json({{"step", step}, {"state", "begun"}, {"at_ms", now}}).dump()));
  StepRecord& record = steps_[step];
  if (record.begun == 0) record.begun = now;
  record.done = 0;
  return ok();
}

Status ApplyJournal::done(const std::string& step, const std::string& left_out) {
  const UnixMilliseconds now = wall_clock_now();
  Json entry = {{"step", step}, {"state", "done"}, {"at_ms", now}};
  if (!left_out.empty()) entry["left_out"] = left_out;
  ARKIVE_TRY(append(entry.dump()));
  steps_[step].done = now;
  steps_[step].left_out = left_out;
  return ok();
}

}  // namespace arkive::restore_plans

#include "stores/git/pending_run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>

#include "stores/core/fault.h"
#include "stores/core/files.h"
#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/core/retry.h"
#include "stores/git/pack_writer.h"
#include "stores/git/run_index.h"

namespace arkive::git {

namespace {

constexpr std::chrono::milliseconds kPause(50);

std::string pending_path(const std::string& repository) {
  return repository + "/arkive.pending";
}

void remove_pack(const std::string& repository, const std::string& name) {
  if (name.empty()) return;
  for (const char* extension : {".idx", ".rev", ".bitmap", ".mtimes", ".pack", ".keep"}) {
    ARKIVE_FAULT_POINT();
    ::unlink((repository + "/objects/pack/" + name + extension).c_str());
  }
}

void remove_locks(const std::string& repository) {
  for (const char* name : {"HEAD.lock", "config.lock", "packed-refs.lock"}) {
    ARKIVE_FAULT_POINT();
    ::unlink((repository + "/" + name).c_str());
  }
  std::error_code ignored;
  for (std::filesystem::recursive_directory_iterator entry(repository + "/refs", ignored), end;
       !ignored && entry != end; entry.increment(ignored)) {
    if (entry->path().extension() != ".lock") continue;
    ARKIVE_FAULT_POINT();
    ::unlink(entry->path().c_str());
  }
}

Status remove_temporary_files(const std::string& repository) {
  for (const std::string& directory : {repository, repository + "/objects/pack"}) {
    ARKIVE_ASSIGN(const std::vector<std::string> names, list_directory(directory));
    for (const std::string& name : names) {
      if (!name.starts_with(PackWriter::kTemporaryPrefix) && !name.starts_with(kTemporaryFilePrefix))
        continue;
      ARKIVE_FAULT_POINT();
      ::unlink((directory + "/" + name).c_str());
    }
  }
  return ok();
}

}  // namespace

Status PendingRun::write(const std::string& repository) const {
  std::string text = "run " + run + "\nbranch " + branch + "\nafter " + hex(after) + "\n";
  for (const std::string& pack : packs) text += "pack " + pack + "\n";
  if (before) text += "before " + hex(*before) + "\n";
  if (!replaced.empty()) text += "replaced " + replaced + "\n";
  return write_file_durably(pending_path(repository), text, IfExists::kReplace);
}

Result<std::optional<PendingRun>> PendingRun::read(const std::string& repository) {
  auto text = read_file(pending_path(repository));
  if (!text && text.error().outcome == Outcome::kNotFound) return std::optional<PendingRun>();
  if (!text) return fail(std::move(text.error()));
  PendingRun pending;
  std::map<std::string, std::string> fields;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    const std::string line = text->substr(at, end - at);
    const std::size_t space = line.find(' ');
    if (line.starts_with("pack ")) {
      pending.packs.push_back(line.substr(space + 1));
    } else if (space != std::string::npos) {
      fields[line.substr(0, space)] = line.substr(space + 1);
    }
    at = end + 1;
  }
  pending.run = fields["run"];
  pending.branch = fields["branch"];
  pending.replaced = fields["replaced"];
  const auto after = parse_object_id(fields["after"]);
  const auto before = parse_object_id(fields["before"]);
  const bool good = pending.run.starts_with("refs/arkive/runs/") &&
                    pending.branch.starts_with("refs/heads/") && after &&
                    pending.replaced.find('/') == std::string::npos &&
                    std::none_of(pending.packs.begin(), pending.packs.end(),
                                 [](const std::string& pack) { return pack.find('/') != std::string::npos; });
  if (!good) return std::optional<PendingRun>();
  pending.after = *after;
  if (before) pending.before = *before;
  return std::optional<PendingRun>(std::move(pending));
}

void PendingRun::forget(const std::string& repository) {
  ARKIVE_FAULT_POINT();
  ::unlink(pending_path(repository).c_str());
}

Status recover(const std::string& repository, References& references) {
  ARKIVE_TRY(remove_temporary_files(repository));
  if (!path_exists(pending_path(repository))) return ok();
  // Whoever wrote it is dead, for we hold the lock: so are its locks.
  remove_locks(repository);
  ARKIVE_ASSIGN(const std::optional<PendingRun> pending, PendingRun::read(repository));
  if (pending) {
    ARKIVE_ASSIGN(const std::optional<ObjectId> run, references.find(pending->run));
    ARKIVE_ASSIGN(const std::optional<ObjectId> tip, references.find(pending->branch));
    const bool moves = pending->before != pending->after;
    if (!run) {
      // A power loss may have kept the later of two references.
      if (moves && tip == pending->after) {
        ARKIVE_TRY(references.move_branch(pending->branch, tip, pending->before));
      }
      for (const std::string& pack : pending->packs) remove_pack(repository, pack);
    } else {
      if (moves && tip == pending->before) {
        ARKIVE_TRY(references.move_branch(pending->branch, tip, pending->after));
      }
      for (const std::string& pack : pending->packs) {
        ARKIVE_FAULT_POINT();
        ::unlink((repository + "/objects/pack/" + pack + ".keep").c_str());
      }
      remove_pack(repository, pending->replaced);
    }
  }
  PendingRun::forget(repository);
  return ok();
}

Status check_foreign_locks(const std::string& repository, const std::string& cluster, bool break_locks,
                           Deadline deadline) {
  std::vector<std::string> names = {"HEAD.lock", "config.lock", "packed-refs.lock",
                                    branch_name(cluster) + ".lock"};
  // git itself holds them for a moment at most.
  const Deadline patience = deadline.sooner(std::chrono::seconds(2));
  for (const std::string& name : names) {
    const std::string path = repository + "/" + name;
    while (path_exists(path)) {
      if (break_locks) {
        log_warning("removing the lock file '" + path + "'");
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail(system_error("remove", path, errno));
        break;
      }
      if (patience.passed()) {
        return fail(Outcome::kConflict, "begin run: git's lock file '" + printable(path) + "' is there",
                    "if no git command is at work in this repository, run again with --break-lock");
      }
      ARKIVE_TRY(check_interrupt("begin run"));
      pause_for(kPause, patience);
    }
  }
  return ok();
}

}  // namespace arkive::git

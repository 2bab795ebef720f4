/// ApplyJournal: how far the run of a plan has come, durable before and after each step, so that it can be
/// killed at any moment and go on (docs/format-plan.md, "The journal").
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "stores/core/files.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::restore_plans {

struct StepRecord {
  UnixMilliseconds begun = 0;
  UnixMilliseconds done = 0;  ///< 0: it was begun and is not known to be done
  std::string left_out{};     ///< by it, when it was done; empty: nothing
};

/// Held by one process; one thread at a time.
class ApplyJournal {
 public:
  /// `path`: of the journal; made when it is not there. kConflict: another process applies this plan, or the
  /// journal is of another plan, or of this one before it was edited; kCorrupt naming the line.
  static Result<ApplyJournal> open(const std::string& path, std::string_view plan_id,
                                   std::string_view plan_sha256);

  const std::map<std::string, StepRecord>& steps() const { return steps_; }
  bool anything_begun() const { return !steps_.empty(); }
  bool is_done(const std::string& step) const;
  bool is_begun(const std::string& step) const { return steps_.contains(step); }
  /// What a step that is done left out; empty: nothing.
  std::string left_out(const std::string& step) const;
  /// Durable on return. One that was done is not any more when it is begun again.
  Status begin(const std::string& step);
  Status done(const std::string& step, const std::string& left_out = {});

 private:
  ApplyJournal(FileLock lock, UniqueFd file, std::string path)
      : lock_(std::move(lock)), file_(std::move(file)), path_(std::move(path)) {}
  Status append(const std::string& line);

  FileLock lock_;
  UniqueFd file_;
  std::string path_;
  std::map<std::string, StepRecord> steps_;
};

}  // namespace arkive::restore_plans

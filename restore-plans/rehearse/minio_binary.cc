#include "restore-plans/rehearse/minio_binary.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "restore-plans/rehearse/go.h"
#include "restore-plans/rehearse/jars.h"
#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/core/retry.h"

namespace arkive::rehearse {

namespace {

constexpr const char* kModule = "github.com/minio/minio";
// The last state of its source that was published, and the Go 1.x it asks for.
constexpr const char* kVersion = "v0.0.0-20260212201848-7aac2a2c5b7c";
constexpr int kGoMinor = 24;
constexpr int kTailLines = 12;

std::string cache_of_programs() {
  return cache_directory() + "/minio";
}

std::string program_directory() {
  return cache_of_programs() + "/" + kVersion;
}

/// Builds into `directory`, which does not exist yet.
Status run_go(const Go& go, const std::string& directory, Deadline deadline) {
  ARKIVE_TRY(make_directories(directory));
  Command command;
  command.arguments = {go.program, "install", std::string(kModule) + "@" + kVersion};
  command.directory = directory;
  command.environment = {{"GOBIN", directory}, {"GOTOOLCHAIN", "local"}, {"GOFLAGS", ""}};
  auto finished = run_process(command, deadline);
  if (!finished) return fail(std::move(finished).error().within("build MinIO"));
  if (finished->succeeded()) return ok();
  return fail(Outcome::kRetry,
              "build MinIO: go ended with status " + std::to_string(finished->status) + ":\n" +
                  last_lines(finished->output + finished->error_output, kTailLines),
              "look whether this machine reaches the Go module proxy, or a mirror set in GOPROXY");
}

Status build(const Go& go, Deadline deadline) {
  const std::string target = program_directory();
  const std::string fresh = target + ".partial";
  ARKIVE_TRY(remove_tree(fresh));
  ARKIVE_TRY(run_go(go, fresh, deadline));
  Command question;
  question.arguments = {fresh + "/minio", "--version"};
  question.directory = fresh;
  ARKIVE_ASSIGN(const auto answer, run_process(question, deadline));
  if (!answer.succeeded()) {
    return fail(Outcome::kFail, "build MinIO: what was built does not say its version:\n" +
                                    last_lines(answer.output + answer.error_output, kTailLines));
  }
  ARKIVE_TRY(remove_tree(target));
  if (std::rename(fresh.c_str(), target.c_str()) != 0) return fail(system_error("rename", fresh, errno));
  return ok();
}

}  // namespace

std::string minio_version() {
  return kVersion;
}

Result<std::string> find_minio() {
  const std::string program = program_directory() + "/minio";
  if (::access(program.c_str(), X_OK) == 0) return program;
  return fail(Outcome::kNotFound, "find MinIO: it is not at '" + program + "'",
              "build it once with tools/fetch-servers minio (some minutes)");
}

Result<std::string> require_minio(Deadline deadline) {
  auto found = find_minio();
  if (found) return found;
  ARKIVE_TRY(make_directories(cache_of_programs()));
  ARKIVE_ASSIGN(const auto lock, FileLock::acquire(cache_of_programs() + "/.lock", deadline));
  found = find_minio();  // somebody else may have built it while we waited for the lock
  if (found) return found;
  const RetryPolicy policy{.first = std::chrono::milliseconds(500), .most_tries = 3};
  ARKIVE_TRY(retry(policy, deadline, [&]() -> Status {
    ARKIVE_ASSIGN(const Go go, require_go(kGoMinor, cache_of_programs(), deadline));
    log_info(std::string("building MinIO ") + kVersion + " with Go: this takes some minutes");
    return build(go, deadline);
  }));
  return find_minio();
}

}  // namespace arkive::rehearse

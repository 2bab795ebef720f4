#include "restore-plans/rehearse/jars.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "restore-plans/rehearse/jar_catalogue.h"
#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/core/retry.h"

namespace arkive::rehearse {

namespace {

// Pinned, since without a version Maven asks its registry which is the newest, each time.
constexpr const char* kCopyGoal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies";
constexpr const char* kMark = "complete";
constexpr int kTailLines = 12;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string jars_directory(const std::string& name) {
  return cache_directory() + "/jars/" + name;
}

Result<std::uint64_t> size_of(const std::string& path) {
  struct stat facts = {};
  if (::stat(path.c_str(), &facts) != 0) return fail(system_error("look at", path, errno));
  return static_cast<std::uint64_t>(facts.st_size);
}

Result<std::string> mark_for(const std::string& directory) {
  ARKIVE_ASSIGN(const auto names, list_directory(directory));
  std::string mark;
  for (const auto& name : names) {
    if (!name.ends_with(".jar")) continue;
    ARKIVE_ASSIGN(const auto size, size_of(directory + "/" + name));
    mark += std::to_string(size) + " " + name + "\n";
  }
  return mark;
}

/// Fetches into `directory`, which does not exist yet.
Status run_maven(const std::string& name, const std::string& directory, Deadline deadline) {
  const auto artifacts = artifacts_of(name);
  ARKIVE_TRY(make_directories(directory));
  const std::string pom = directory + "/pom.xml";
  ARKIVE_TRY(write_file_durably(pom, pom_for(*artifacts), IfExists::kReplace));
  Command maven;
  maven.arguments = {"mvn",
                     "--quiet",
                     "--batch-mode",
                     "--strict-checksums",
                     "--file",
                     pom,
                     kCopyGoal,
                     "-DincludeScope=runtime",
                     "-DoutputDirectory=" + directory};
  maven.directory = directory;
  auto finished = run_process(maven, deadline);
  if (!finished && finished.error().outcome == Outcome::kNotFound) {
    return fail(Outcome::kNotFound, "fetch '" + name + "': the program mvn is missing",
                "install the Debian packages maven and openjdk-17-jre-headless, or run tools/setup");
  }
  if (!finished) return fail(finished.error().within("fetch '" + name + "'"));
  if (!finished->succeeded()) {
    return fail(Outcome::kRetry,
                "fetch '" + name + "': mvn ended with status " + std::to_string(finished->status) + ":\n" +
                    last_lines(finished->output + finished->error_output, kTailLines),
                "look whether this machine reaches Maven Central, or a mirror set in ~/.m2/settings.xml");
  }
  return ok();
}

Status fetch(const std::string& name, Deadline deadline) {
  const std::string target = jars_directory(name);
  const std::string fresh = target + ".fetching";
  ARKIVE_TRY(remove_tree(fresh));
  log_info("fetching " + name + " from Maven Central");
  ARKIVE_TRY(run_maven(name, fresh, deadline));
  ARKIVE_ASSIGN(const auto mark, mark_for(fresh));
  ARKIVE_TRY(write_file_durably(fresh + "/" + kMark, mark, IfExists::kReplace));
  ARKIVE_TRY(remove_tree(target));
  if (std::rename(fresh.c_str(), target.c_str()) != 0) return fail(system_error("rename", fresh, errno));
  return ok();
}

}  // namespace

std::string Jars::class_path() const {
  std::string path;
  for (const auto& file : files) path += (path.empty() ? "" : ":") + file;
  return path;
}

std::string cache_directory() {
  if (auto own = environment("ARKIVE_CACHE"); !own.empty()) return own;
  if (auto shared = environment("XDG_CACHE_HOME"); !shared.empty()) return shared + "/arkive";
  const auto home = environment("HOME");
  return (home.empty() ? "/tmp" : home) + "/.cache/arkive";
}

Result<Jars> find_jars(const std::string& name) {
  if (!artifacts_of(name)) {
    return fail(Outcome::kUsage, "find jars '" + name + "': no such server",
                "known are: " + join(known_jars(), ", "));
  }
  Jars jars{name, jars_directory(name), {}};
  const auto missing = [&] {
    return fail(Outcome::kNotFound, "find jars '" + name + "': not in '" + jars.directory + "'",
                "fetch them with tools/fetch-servers " + name);
  };
  const auto mark = read_file(jars.directory + "/" + kMark);
  if (!mark) return missing();
  std::istringstream lines(*mark);
  std::uint64_t size = 0;
  for (std::string file; lines >> size >> file;) {
    jars.files.push_back(jars.directory + "/" + file);
    const auto found = size_of(jars.files.back());
    if (!found || *found != size) return missing();
  }
  if (jars.files.empty()) return missing();
  return jars;
}

Result<Jars> require_jars(const std::string& name, Deadline deadline) {
  auto found = find_jars(name);
  if (found || found.error().outcome != Outcome::kNotFound) return found;
  ARKIVE_TRY(make_directories(cache_directory() + "/jars"));
  ARKIVE_ASSIGN(const auto lock, FileLock::acquire(cache_directory() + "/jars/.lock", deadline));
  found = find_jars(name);  // somebody else may have fetched them while we waited for the lock
  if (found) return found;
  const RetryPolicy policy{.first = std::chrono::milliseconds(500), .most_tries = 3};
  ARKIVE_TRY(retry(policy, deadline, [&] { return fetch(name, deadline); }));
  return find_jars(name);
}

}  // namespace arkive::rehearse

/// Runs scripted_dump in a process of its own, with faults, and looks at what it left.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "kafka/znodes/kafka_application.h"
#include "stores/core/files.h"
#include "stores/core/process.h"
#include "stores/core/time.h"
#include "tests/support/results.h"
#include "tools/places/repositories.h"
#include "zk/dump/run_changes.h"

namespace arkive::test {

/// A tree of some size: `generation` changes a few znodes, adds and removes some.
inline std::string scripted_tree(int generation) {
  std::ostringstream tree;
  tree << "/cluster/id\t{\"version\":\"1\",\"id\":\"c\"}\n/brokers/ids\t\\N\n";
  for (int topic = 0; topic < 12 + generation % 3; ++topic) {
    tree << "/brokers/topics/t" << topic << "\t{\"version\":2,\"partitions\":{\"0\":[1]}}\n";
    tree << "/config/topics/t" << topic << "\t{\"version\":1,\"config\":{\"retention.ms\":\""
         << (topic == generation % 12 ? 100 : 1) << "\"}}\tworld:anyone:r digest:u:aGFzaA==:cdrwa\n";
  }
  tree << "/config/users/alice\t{\"version\":1,\"config\":{\"SCRAM-SHA-256\":\"salt=c2FsdA==,stored_key=a2V5"
       << generation << ",server_key=c2VydmVy,iterations=4096\"}}\n";
  tree << "/big\t" << std::string(20'000, static_cast<char>('a' + generation % 26)) << "\n";
  tree << "/app/lock-1\tx\t\tephemeral\n";
  return tree.str();
}

class ScriptedRuns {
 public:
  /// `specs`: repositories below the scratch directory, "git:zoo.git", "dir:store".
  ScriptedRuns(std::string scratch, std::vector<std::string> specs, bool redact)
      : scratch_(std::move(scratch)), specs_(std::move(specs)), redact_(redact) {}

  Result<Finished> run(int generation, const std::map<std::string, std::string>& environment) const {
    const std::string tree = scratch_ + "/tree-" + std::to_string(generation);
    std::ofstream(tree) << scripted_tree(generation);
    Command command{{SCRIPTED_DUMP, tree}, scratch_, environment, {}};
    for (const std::string& spec : specs_) command.arguments.push_back(spec);
    if (redact_) command.arguments.emplace_back("redact");
    return run_process(command, Deadline::after(std::chrono::seconds(60)));
  }

  /// Everything wrong with what the repositories hold: damaged runs, a newest whole run missing, git fsck.
  /// `least_runs`: committed before the fault.
  std::vector<std::string> problems(std::size_t least_runs) const {
    std::vector<std::string> found;
    const auto kafka = kafka::kafka_application();
    const zk::Application* const applications[] = {kafka.get()};
    for (const std::string& spec : specs_) {
      const auto name = tools::RepositoryName::parse(at_scratch(spec), false);
      auto repository = tools::open_repository(*name);
      if (!repository) {
        if (least_runs > 0) found.push_back(spec + ": " + repository.error().what);
        continue;
      }
      const auto runs = (*repository)->runs("main");
      if (!runs || runs->size() < least_runs) {
        found.push_back(spec + ": " + (runs ? std::to_string(runs->size()) + " runs" : runs.error().what));
        continue;
      }
      for (const Manifest& run : *runs) {
        const auto reader = (*repository)->open_run("main", run.id);
        if (!reader) {
          found.push_back(spec + ": run " + run.id + ": " + reader.error().what);
          continue;
        }
        const auto findings = zk::verify_run(**reader, applications);
        if (!findings) found.push_back(spec + ": " + findings.error().what);
        for (const Finding& finding : findings.value_or(std::vector<Finding>())) {
          found.push_back(spec + ": " + finding.object + ": " + finding.what);
        }
      }
      if (name->kind == tools::RepositoryName::Kind::kGit && !runs->empty()) {
        const auto fsck = run_process({{"git", "-C", name->path, "fsck", "--strict", "--full"}, {}, {}, {}},
                                      Deadline::never());
        if (!fsck || !fsck->succeeded())
          found.push_back(spec + ": git fsck: " + (fsck ? fsck->error_output : fsck.error().what));
      }
    }
    return found;
  }

  std::vector<std::size_t> run_counts() const {
    std::vector<std::size_t> counts;
    for (const std::string& spec : specs_) {
      const auto repository = tools::open_repository(*tools::RepositoryName::parse(at_scratch(spec), false));
      const auto runs =
          repository ? (*repository)->runs("main") : Result<std::vector<Manifest>>(fail(repository.error()));
      counts.push_back(runs ? runs->size() : 0);
    }
    return counts;
  }

  const std::string& scratch() const { return scratch_; }

 private:
  std::string at_scratch(const std::string& spec) const {
    const std::size_t colon = spec.find(':');
    return spec.substr(0, colon + 1) + scratch_ + "/" + spec.substr(colon + 1);
  }
  std::string scratch_;
  std::vector<std::string> specs_;
  bool redact_;
};

inline void copy_tree(const std::string& from, const std::string& to) {
  const auto copied = run_process({{"cp", "-a", from, to}, {}, {}, {}}, Deadline::never());
  ASSERT_TRUE(copied && copied->succeeded());
}

/// The counts that ARKIVE_FAULT_COUNT wrote: points, errno points.
inline std::pair<long, long> fault_counts(const std::string& file) {
  std::ifstream in(file);
  std::string word;
  long points = 0;
  long errno_points = 0;
  in >> word >> points >> word >> errno_points;
  return {points, errno_points};
}

}  // namespace arkive::test

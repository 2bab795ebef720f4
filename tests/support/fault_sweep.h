/// Sweeps over the fault points of a program (stores/core/fault.h): killed at each, an error at each call
/// that can fail, an error at each sync (tests/support/failing_syncs.h). What the program does and what has
/// to hold afterwards is the test's.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "stores/core/process.h"
#include "tests/support/results.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {

enum class Fault { kKill, kFailingCall, kFailingSync };

struct FaultSweep {
  using Environment = std::map<std::string, std::string>;

  /// On the scoreboard: <area>_kill_<name>, <area>_errno_<name>, <area>_sync_<name>.
  std::string area;
  std::string name;
  /// Runs the program, each time from the same beginning. Exit statuses: tests/support/fault_program.h.
  std::function<Finished(const Environment&)> run;
  /// Empty when what `finished` left behind is as it may be after such a fault.
  std::function<std::string(const Finished& finished, Fault fault)> trouble;
  std::string count_file;  ///< where the program may write its counts
  std::uint64_t step = 1;  ///< every how manieth point
  std::vector<std::string> errors;
  /// Kills that need not come: threads share the work, and near the end a point is not reached every time.
  std::uint64_t unreached_kills = 0;
  bool a_failed_sync_ends_the_run = true;

  void kill_at_every_point() const {
    const std::uint64_t last = count("points ");
    Score score;
    for (std::uint64_t point = 1; point <= last; point += step) {
      const Finished finished = run({{"ARKIVE_FAULT", "kill@" + std::to_string(point)}});
      score.add(finished.status == 128 + SIGKILL,
                "killed at point " + std::to_string(point) + " of " + std::to_string(last),
                trouble(finished, Fault::kKill), finished);
    }
    EXPECT_GE(score.noticed + unreached_kills, score.injected) << "kills that did not happen prove nothing";
    finish("kill", score);
  }

  void fail_every_call() const {
    const std::uint64_t last = count("errno-points ");
    Score score;
    for (const std::string& error : errors) {
      for (std::uint64_t call = 1; call <= last; call += step) {
        const Finished finished = run({{"ARKIVE_FAULT", error + "@" + std::to_string(call)}});
        std::string found = trouble(finished, Fault::kFailingCall);
        if (finished.status > 1) found = "ended with " + std::to_string(finished.status);
        if (finished.status == 1 && finished.error_output.find('\'') == std::string::npos)
          found = "no object is named";
        const bool is_full = error == "ENOSPC" || error == "EDQUOT";
        if (finished.status == 1 && is_full && !finished.error_output.starts_with("full:"))
          found = "it is not kFull";
        score.add(finished.status == 1,
                  error + " at call " + std::to_string(call) + " of " + std::to_string(last), found,
                  finished);
      }
    }
    finish("errno", score);
  }

  void fail_every_sync() const {
    run({{"SYNC_COUNT", count_file}});
    const int last = std::atoi(value_of(read_file(count_file)).c_str());
    Score score;
    for (int call = 1; call <= last; ++call) {
      const Finished finished = run({{"FAIL_SYNC", std::to_string(call)}});
      std::string found = trouble(finished, Fault::kFailingSync);
      if (finished.status == 70) found = "a failed sync was repeated";
      const bool is_expected = finished.status == 1 || (finished.status == 0 && !a_failed_sync_ends_the_run);
      if (found.empty() && !is_expected) found = "ended with " + std::to_string(finished.status);
      score.add(finished.status == 1, "sync " + std::to_string(call) + " of " + std::to_string(last), found,
                finished);
    }
    finish("sync", score);
  }

 private:
  struct Score {
    std::uint64_t injected = 0;
    std::uint64_t noticed = 0;
    std::uint64_t failures = 0;

    void add(bool is_noticed, const std::string& fault, const std::string& found, const Finished& finished) {
      ++injected;
      noticed += is_noticed ? 1 : 0;
      if (found.empty()) return;
      ++failures;
      ADD_FAILURE() << fault << ": " << found << "\n" << finished.error_output;
    }
  };

  /// Of "points N errno-points M", which an undisturbed run writes.
  std::uint64_t count(const std::string& word) const {
    run({{"ARKIVE_FAULT_COUNT", count_file}});
    const std::string text = value_of(read_file(count_file));
    const std::size_t at = text.find(word);
    if (at == std::string::npos) throw std::runtime_error("no counts of fault points: " + text);
    return std::strtoull(text.c_str() + at + word.size(), nullptr, 10);
  }

  void finish(const std::string& what, const Score& score) const {
    EXPECT_GT(score.injected, 0U);
    scoreboard(area + "_" + what + "_" + name, 0, score.injected, score.noticed, score.failures);
  }
};

}  // namespace arkive::test

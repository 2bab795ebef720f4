// Of all allocations of a run and of a prune in a store behind a network the N-th fails (test 6 of
// docs/reliability.md): an error; never a corrupted store.
#ifdef ALLOCATION_PROGRAM
#include <signal.h>

#include <cstdlib>

#include "stores/core/process.h"
#include "tests/contract/remote/disturbed_runs.h"

namespace arkive::test {
namespace {

class FailingAllocation : public DisturbedRuns {
 protected:
  Finished run_program(const std::map<std::string, std::string>& environment) {
    begin_anew(before());
    Command program;
    program.arguments = {ALLOCATION_PROGRAM, GetParam().kind, server().url(), deed().command,
                         std::to_string(deed().k)};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }
  long count(const std::string& sort) {
    const std::string file = directory_.path() + "/count";
    run_program({{"ALLOCATION_COUNT", file}});
    const std::string text = value_of(read_file(file));
    return std::atol(text.c_str() + text.find(sort + " ") + sort.size() + 1);
  }
  /// Ten of them, or a thousand, from the first to the last; each alone, and with all that come after it.
  void fail_each(const std::string& sort, const std::function<std::string(const Finished&)>& how_it_ended) {
    const long last = count(sort);
    const long step = last / (full_form() ? 1000 : 10) + 1;
    Score score;
    for (const char* lasts : {"", "+"}) {
      for (long number = 1; number <= last; number += step) {
        const std::string which = sort + "@" + std::to_string(number) + lasts;
        const Finished finished = run_program({{"FAIL_ALLOCATION", which}});
        std::string found = how_it_ended(finished);
        if (found.empty()) found = trouble(finished.status == 0 ? Ended::kDone : Ended::kUnknown);
        if (!found.empty()) found += "\n" + finished.error_output;
        score.add(finished.status != 0, found, which + " of " + std::to_string(last));
      }
    }
    finish(sort, score);
  }

 private:
  TemporaryDirectory directory_ = value_of(TemporaryDirectory::create("test"));
};

TEST_P(FailingAllocation, OfOursIsAnErrorAndDoesNoHarm) {
  fail_each("new", [](const Finished& finished) -> std::string {
    if (finished.status > 1) return "ended with " + std::to_string(finished.status);
    if (finished.status == 1 && finished.error_output.empty()) return "it does not say why it ended";
    return "";
  });
}

/// OpenSSL 3.0 does not look at all that it asks for, and crashes.
TEST_P(FailingAllocation, OfACLibraryDoesNoHarmHoweverItEnds) {
  fail_each("malloc", [](const Finished& finished) -> std::string {
    const bool crashed = finished.status == 128 + SIGSEGV || finished.status == 128 + SIGABRT;
    if (finished.status > 1 && !crashed) return "ended with " + std::to_string(finished.status);
    if (finished.status == 1 && finished.error_output.empty()) return "it does not say why it ended";
    return "";
  });
}

INSTANTIATE_TEST_SUITE_P(Remote, FailingAllocation, testing::ValuesIn(all_disturbed()), disturbed_name);

}  // namespace
}  // namespace arkive::test
#endif

// Of all allocations of a run and of a prune the N-th fails (test 6 of docs/reliability.md): an error; never
// a corrupted store.
#include <signal.h>

#include <cstdlib>

#include "tests/contract/faults/swept_store.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

class FailingAllocation : public SweptStore {
 protected:
  /// Ten of them, or a thousand, from the first to the last; each alone, and with all that come after it.
  void fail_each(const std::string& sort, const std::function<std::string(const Finished&)>& how_it_ended) {
    const long last = count(sort);
    const long step = last / (full_form() ? 1000 : 10) + 1;
    std::uint64_t injected = 0;
    std::uint64_t noticed = 0;
    std::uint64_t failures = 0;
    for (const char* lasts : {"", "+"}) {
      for (long number = 1; number <= last; number += step) {
        const std::string which = sort + "@" + std::to_string(number) + lasts;
        const Finished finished = run_program(ALLOCATION_PROGRAM, {{"FAIL_ALLOCATION", which}});
        std::string found = how_it_ended(finished);
        if (found.empty()) found = trouble(finished.status == 0 ? Ended::kDone : Ended::kUnknown);
        ++injected;
        noticed += finished.status != 0 ? 1 : 0;
        if (found.empty()) continue;
        ++failures;
        ADD_FAILURE() << which << " of " << last << ": " << found << "\n" << finished.error_output;
      }
    }
    EXPECT_GT(injected, 0U);
    scoreboard(kind() + "_" + sort + "_" + deed().name, 0, injected, noticed, failures);
  }

 private:
  long count(const std::string& sort) {
    const std::string file = scratch("count");
    run_program(ALLOCATION_PROGRAM, {{"ALLOCATION_COUNT", file}});
    const std::string text = value_of(read_file(file));
    return std::atol(text.c_str() + text.find(sort + " ") + sort.size() + 1);
  }
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

const std::vector<std::string> kLocalKinds = {"directory", "objects", "encrypted", "git"};
INSTANTIATE_TEST_SUITE_P(Local, FailingAllocation, testing::ValuesIn(swept(kLocalKinds)), swept_name);
INSTANTIATE_TEST_SUITE_P(Remote, FailingAllocation, testing::ValuesIn(swept(remote_kinds_of_runs())),
                         swept_name);

}  // namespace
}  // namespace arkive::test

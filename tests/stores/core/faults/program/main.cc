// The program that the sweep kills and fails: makes a directory, takes a lock, writes one file, replaces
// another, removes a tree, all below the directory it is given. Prints the clock.
//   core_fault_program DIRECTORY
#include <cstdio>
#include <string>

#include "stores/core/files.h"
#include "stores/core/time.h"

namespace {

arkive::Status run(const std::string& top) {
  ARKIVE_TRY(arkive::make_directories(top + "/a/b"));
  ARKIVE_ASSIGN(const auto lock, arkive::FileLock::acquire(top + "/lock", arkive::Deadline::after({})));
  ARKIVE_TRY(arkive::write_file_durably(top + "/a/b/created", std::string(100'000, 'n'),
                                        arkive::IfExists::kConflict));
  ARKIVE_TRY(
      arkive::write_file_durably(top + "/replaced", std::string(100'000, 'n'), arkive::IfExists::kReplace));
  return arkive::remove_tree(top + "/tree");
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const auto status = run(arguments[1]);
  if (!status) {
    (void)std::fprintf(stderr, "%s: %s\n", std::string(outcome_name(status.error().outcome)).c_str(),
                       status.error().what.c_str());
    return 1;
  }
  (void)std::printf("%s\n", arkive::format_time(arkive::wall_clock_now()).c_str());
  return 0;
}

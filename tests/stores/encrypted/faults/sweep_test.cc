// Kills and failing calls at every operation while a store is made encrypted, written and given another key:
// no byte in the clear, what is there can be read with one of the keys, and the next try goes through.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/stores/encrypted/faults/story.h"
#include "tests/support/fault_sweep.h"

namespace arkive::test {
namespace {

class EncryptedSweep : public ScratchTest {
 protected:
  void SetUp() override {
    for (const auto& [name, byte] : {std::pair{"first", 'f'}, std::pair{"second", 's'}}) {
      ASSERT_TRUE(succeeded(write_file_durably(scratch(name), std::string(32, byte), IfExists::kReplace)));
    }
  }
  std::string store() const { return scratch("store"); }

  Finished run_program(const std::map<std::string, std::string>& environment) {
    value_of(remove_tree(store()));
    Command program;
    program.arguments = {ENCRYPTED_FAULT_PROGRAM, store(), scratch("first"), scratch("second")};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  /// A file, or a name of one, that shows what was to be hidden; temporary ones count.
  std::string in_the_clear() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(store())) {
      const std::string path = entry.path().string();
      if (path.find("canary") != std::string::npos || path.find("prod") != std::string::npos) return path;
      if (!entry.is_regular_file()) continue;
      std::ostringstream bytes;
      bytes << std::ifstream(path, std::ios::binary).rdbuf();
      if (bytes.str().find("Canary") != std::string::npos || bytes.str().find("canary") != std::string::npos)
        return path;
    }
    return {};
  }

  /// The store, by whichever key opens it; nothing when it is none yet.
  Result<std::unique_ptr<Store>> open() const {
    encrypted::KeyReader keys;
    auto opened = encrypted::open_encrypted(value_of(open_below(store())), key_in(scratch("first")), {}, keys,
                                            Deadline::never());
    if (opened || opened.error().outcome != Outcome::kDenied) return opened;
    return encrypted::open_encrypted(value_of(open_below(store())), key_in(scratch("second")), {}, keys,
                                     Deadline::never());
  }

  std::string trouble(const Finished& finished, bool retry = true) {
    if (!path_exists(store())) return finished.status == 0 ? "done, but it is not there" : "";
    if (const std::string shown = in_the_clear(); !shown.empty()) return "in the clear: " + shown;
    const auto opened = open();
    if (!opened && finished.status == 0) return "done, but: " + opened.error().what;
    if (!opened && opened.error().what.find("is not encrypted") == std::string::npos)
      return opened.error().what;
    if (opened) {
      const auto run = (*opened)->get(kRun, 0, 0, Deadline::never());
      const auto segment = (*opened)->get(kSegment, 0, 0, Deadline::never());
      if (run && *run != "CanaryInTheClear") return "the run is another";
      if (!run && (finished.status == 0 || run.error().outcome != Outcome::kNotFound))
        return run.error().what;
      if (run && !segment) return "the run is there, but: " + segment.error().what;
      if (segment && *segment != segment_bytes()) return "the segment is another";
      if (!segment && segment.error().outcome != Outcome::kNotFound) return segment.error().what;
    }
    if (!retry) return {};
    const auto again = tell_story(store(), scratch("first"), scratch("second"));
    if (!again) return "the next try: " + again.error().what;
    const std::string later = trouble(Finished{}, false);
    return later.empty() ? "" : "after the next try: " + later;
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = "encrypted";
    sweep.name = "story";
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, Fault) { return trouble(finished); };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 2;
    sweep.errors = {"ENOSPC", "EIO", "EACCES"};
    return sweep;
  }
};

TEST_F(EncryptedSweep, AKillAtAnyPointLeavesWhatOneOfTheKeysOpens) {
  sweep().kill_at_every_point();
}

TEST_F(EncryptedSweep, AFailingCallIsAnErrorThatNamesItsObjectOrDoesNoHarm) {
  sweep().fail_every_call();
}

TEST_F(EncryptedSweep, AFailedSyncIsNotRepeated) {
  sweep().fail_every_sync();
}

}  // namespace
}  // namespace arkive::test

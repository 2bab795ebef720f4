// Kills and failing calls at every operation of a run and of a prune: what was committed stays whole, the run
// in hand is whole or not there, and the next one goes through and leaves no remains.
#include "tests/contract/faults/history.h"
#include "tests/stores/directory/store_fixture.h"
#include "tests/support/fault_sweep.h"

namespace arkive::test {
namespace {

/// Where the store is that is swept over.
class Place {
 public:
  virtual ~Place() = default;
  virtual std::string address() const = 0;
  /// What is there now is what reset() brings back.
  virtual void keep() = 0;
  virtual void reset() = 0;
  /// Whatever a killed program held is free.
  virtual void forget_the_killed() {}
  virtual std::vector<std::string> names() const = 0;
};

class DirectoryPlace final : public Place {
 public:
  explicit DirectoryPlace(const std::string& scratch) : scratch_(scratch) {}
  std::string address() const override { return scratch_ + "/store"; }
  void keep() override { std::filesystem::rename(address(), scratch_ + "/template"); }
  void reset() override {
    // Hard links stay hard links.
    value_of(remove_tree(address()));
    Command copy;
    copy.arguments = {"cp", "-a", scratch_ + "/template", address()};
    value_of(run_process(copy, Deadline::never()));
  }
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(address()))
      names.push_back(std::filesystem::relative(entry.path(), address()).string());
    return names;
  }

 private:
  const std::string scratch_;
};

class ServerPlace final : public Place {
 public:
  explicit ServerPlace(const ScriptedKind& kind) : server_(kind.serve()) {}
  std::string address() const override { return server_->url(); }
  void keep() override { kept_ = server_->objects(); }
  void reset() override { server_->set_all(kept_); }
  void forget_the_killed() override { server_->ahead += std::chrono::minutes(2); }  // its lease runs out
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto& [key, bytes] : server_->objects()) names.push_back(key.substr(std::strlen("zoo/")));
    return names;
  }

 private:
  const std::unique_ptr<ScriptedObjectServer> server_;
  std::map<std::string, std::string> kept_;
};

struct Swept {
  std::string kind;
  Deed deed;
};

class StoreSweep : public ScratchTest, public testing::WithParamInterface<Swept> {
 protected:
  void SetUp() override {
    const std::string& kind = GetParam().kind;
    if (is_local()) {
      place_ = std::make_unique<DirectoryPlace>(scratch());
    } else {
      place_ = std::make_unique<ServerPlace>(value_of(kind_of_runs(kind)));
    }
    write_history(*opened(), GetParam().deed);
    place_->keep();
  }

  bool is_local() const { return GetParam().kind == "directory" || GetParam().kind == "objects"; }
  std::unique_ptr<Repository> opened() const {
    return value_of(open_kind(GetParam().kind, place_->address()));
  }
  /// What a killed run left behind, once the next one is done.
  std::string leftover(const Repository& repository) const {
    if (GetParam().kind != "directory") return needless_object(repository, place_->names());
    for (const std::string& name : place_->names()) {
      if (name.find(kTemporaryFilePrefix) != std::string::npos || name.find(".partial") != std::string::npos)
        return name;
    }
    return {};
  }

  Finished run_program(const std::map<std::string, std::string>& environment) {
    place_->reset();
    const Deed& deed = GetParam().deed;
    Command program;
    program.arguments = {STORE_FAULT_PROGRAM, GetParam().kind, place_->address(), deed.command,
                         std::to_string(deed.k)};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  /// Empty when the store is as it may be after `finished`.
  std::string trouble(const Finished& finished) {
    place_->forget_the_killed();
    const auto repository = opened();
    const Ended ended = finished.status == 0   ? Ended::kDone
                        : finished.status == 1 ? Ended::kFailed
                                               : Ended::kUnknown;
    const std::string found = trouble_with_runs(*repository, GetParam().deed, ended);
    if (!found.empty()) return found;
    return trouble_with_the_next_run(*repository,
                                     [this](const Repository& whole) { return leftover(whole); });
  }

  FaultSweep sweep() {
    FaultSweep sweep;
    sweep.area = GetParam().kind;
    sweep.name = GetParam().deed.name;
    sweep.run = [this](const FaultSweep::Environment& environment) { return run_program(environment); };
    sweep.trouble = [this](const Finished& finished, Fault) { return trouble(finished); };
    sweep.count_file = scratch("count");
    sweep.step = full_form() ? 1 : 5;
    sweep.errors = {"ENOSPC", "EIO", "EACCES", "EDQUOT", "EMFILE", "ESTALE", "EMLINK"};
    sweep.unreached_kills = 3;  // two threads share the work
    return sweep;
  }

 private:
  std::unique_ptr<Place> place_;
};

TEST_P(StoreSweep, AKillAtAnyPointLeavesWholeRunsOnly) {
  FaultSweep every = sweep();
  if (GetParam().kind != "directory") every.step = 1;  // they are few
  every.kill_at_every_point();
}

/// Behind a network, what fails is the server's answer: tests/contract/remote.
class LocalStoreSweep : public StoreSweep {};

TEST_P(LocalStoreSweep, AFailingCallIsAnErrorThatNamesItsObjectOrDoesNoHarm) {
  sweep().fail_every_call();
}

/// Of objects, what is synced is the store's own affair.
class PlainStoreSweep : public StoreSweep {};

TEST_P(PlainStoreSweep, AFailedSyncIsNotRepeatedAndNothingIsCommitted) {
  sweep().fail_every_sync();
}

std::string name_of(const testing::TestParamInfo<Swept>& each) {
  return each.param.kind + "_" + each.param.deed.name;
}

std::vector<Swept> swept(const std::vector<std::string>& kinds) {
  std::vector<Swept> all;
  for (const std::string& kind : kinds) {
    for (const Deed& deed : deeds()) all.push_back({kind, deed});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Plain, StoreSweep, testing::ValuesIn(swept({"directory"})), name_of);
INSTANTIATE_TEST_SUITE_P(Objects, StoreSweep, testing::ValuesIn(swept({"objects"})), name_of);
INSTANTIATE_TEST_SUITE_P(Remote, StoreSweep, testing::ValuesIn(swept(remote_kinds_of_runs())), name_of);
INSTANTIATE_TEST_SUITE_P(Plain, LocalStoreSweep, testing::ValuesIn(swept({"directory"})), name_of);
INSTANTIATE_TEST_SUITE_P(Objects, LocalStoreSweep, testing::ValuesIn(swept({"objects"})), name_of);
INSTANTIATE_TEST_SUITE_P(Plain, PlainStoreSweep, testing::ValuesIn(swept({"directory"})), name_of);

}  // namespace
}  // namespace arkive::test

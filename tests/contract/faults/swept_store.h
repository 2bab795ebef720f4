/// SweptStore: a fixture of a store of any kind in which a program does a deed, again and again from the same
/// beginning, and is disturbed each time.
#pragma once

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "stores/core/process.h"
#include "tests/contract/faults/history.h"

namespace arkive::test {

/// Where the store is.
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
  explicit DirectoryPlace(std::string scratch) : scratch_(std::move(scratch)) {}
  std::string address() const override { return scratch_ + "/store"; }
  void keep() override { std::filesystem::rename(address(), scratch_ + "/template"); }
  void reset() override {
    // Hard links stay hard links.
    value_of(remove_tree(address()));
    Command copy;
    copy.arguments = {"cp", "-a", scratch_ + "/template", address()};
    value_of(run_process(copy, Deadline::never()));
  }
  std::vector<std::string> names() const override { return names_below(address()); }

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

inline std::string swept_name(const testing::TestParamInfo<Swept>& each) {
  return each.param.kind + "_" + each.param.deed.name;
}

inline std::vector<Swept> swept(const std::vector<std::string>& kinds) {
  std::vector<Swept> all;
  for (const std::string& kind : kinds) {
    for (const Deed& deed : deeds()) all.push_back({kind, deed});
  }
  return all;
}

class SweptStore : public ScratchTest, public testing::WithParamInterface<Swept> {
 protected:
  void SetUp() override {
    if (const RepositoryKind* const local = local_kind()) {
      prune_keeps_trees_ = local->prune_keeps_trees;
      place_ = std::make_unique<DirectoryPlace>(scratch());
    } else {
      place_ = std::make_unique<ServerPlace>(value_of(kind_of_runs(kind())));
    }
    write_history(*opened(), deed());
    place_->keep();
  }

  const std::string& kind() const { return GetParam().kind; }
  const Deed& deed() const { return GetParam().deed; }

  /// Does the deed from the beginning, by `program KIND PLACE write|prune K`.
  Finished run_program(const std::string& path, const std::map<std::string, std::string>& environment) {
    place_->reset();
    Command program;
    program.arguments = {path, kind(), place_->address(), deed().command, std::to_string(deed().k)};
    program.environment = environment;
    return value_of(run_process(program, Deadline::after(std::chrono::minutes(1))));
  }

  /// Empty when the store is as it may be after that, and one more run goes through.
  std::string trouble(Ended ended) {
    place_->forget_the_killed();
    const auto repository = opened();
    const std::string found = trouble_with_runs(*repository, deed(), ended, prune_keeps_trees_);
    if (!found.empty()) return found;
    return trouble_with_the_next_run(*repository,
                                     [this](const Repository& whole) { return leftover(whole); });
  }

 private:
  const RepositoryKind* local_kind() const {
    static const std::vector<RepositoryKind> kinds = all_repository_kinds();
    const auto found =
        std::find_if(kinds.begin(), kinds.end(), [&](const auto& each) { return each.name == kind(); });
    return found == kinds.end() ? nullptr : &*found;
  }
  std::unique_ptr<Repository> opened() const { return value_of(open_kind(kind(), place_->address())); }
  /// What a killed run left behind, once the next one is done.
  std::string leftover(const Repository& repository) const {
    return kind() == "directory" ? remains_of_a_run(place_->names())
                                 : needless_object(repository, place_->names());
  }

  std::unique_ptr<Place> place_;
  bool prune_keeps_trees_ = false;
};

}  // namespace arkive::test

/// DisturbedRuns: a fixture of runs in a store behind a network: what is there before, what is done with it,
/// and whether what came of it is as it may be.
#pragma once

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/contract/faults/history.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {

struct Disturbed {
  std::string kind;  ///< remote_kinds_of_runs()
  Deed deed;
};

inline std::vector<Disturbed> all_disturbed() {
  std::vector<Disturbed> all;
  for (const std::string& kind : remote_kinds_of_runs()) {
    for (const Deed& deed : deeds()) all.push_back({kind, deed});
  }
  return all;
}
inline std::string disturbed_name(const testing::TestParamInfo<Disturbed>& info) {
  return info.param.kind + "_" + info.param.deed.name;
}

class DisturbedRuns : public testing::TestWithParam<Disturbed> {
 protected:
  using Objects = std::map<std::string, std::string>;

  DisturbedRuns() : kind_(value_of(kind_of_runs(GetParam().kind))) { begin_anew(before_); }

  void SetUp() override {
    write_history(*value_of(opened()), GetParam().deed);
    before_ = server_->objects();
  }

  /// A server that holds those, well-behaved.
  void begin_anew(const Objects& objects) {
    server_ = kind_.serve();
    server_->set_all(objects);
  }
  ScriptedObjectServer& server() { return *server_; }
  const ScriptedKind& scripted() const { return kind_; }
  const Objects& before() const { return before_; }
  const Deed& deed() const { return GetParam().deed; }

  Result<std::unique_ptr<Repository>> opened() const {
    return open_remote_runs(GetParam().kind, server_->url());
  }
  Result<int> do_it() const { return do_deed(GetParam().kind, server_->url(), deed().command, deed().k); }
  /// Empty when what is in the server now is as it may be, and one more run goes through.
  std::string trouble(Ended ended) {
    server_->before = {};
    server_->after = {};
    server_->on_change = {};
    server_->ahead += std::chrono::minutes(2);  // a lease that nobody gave back runs out
    const auto repository = opened();
    if (!repository) return repository.error().what;
    const std::string found = trouble_with_runs(**repository, deed(), ended);
    if (!found.empty()) return found;
    return trouble_with_the_next_run(
        **repository, [this](const Repository& whole) { return needless_object(whole, names()); });
  }

  /// On the scoreboard: <kind>_<what>_<deed>.
  struct Score {
    std::uint64_t injected = 0;
    std::uint64_t noticed = 0;
    std::uint64_t failures = 0;

    void add(bool is_noticed, const std::string& found, const std::string& fault) {
      ++injected;
      noticed += is_noticed ? 1 : 0;
      if (found.empty()) return;
      ++failures;
      ADD_FAILURE() << fault << ": " << found;
    }
  };
  void finish(const std::string& what, const Score& score, std::uint64_t seed = 0) const {
    EXPECT_GT(score.injected, 0U);
    scoreboard(GetParam().kind + "_" + what + "_" + deed().name, seed, score.injected, score.noticed,
               score.failures);
  }

 private:
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [key, bytes] : server_->objects()) names.push_back(key.substr(std::strlen("zoo/")));
    return names;
  }

  const ScriptedKind kind_;
  Objects before_;
  std::unique_ptr<ScriptedObjectServer> server_;
};

}  // namespace arkive::test

// The power fails while a run is written to a store behind a network, or pruned from it (test 3 of
// docs/reliability.md). What the server had answered is there; of what was under way any part may have come
// about, in any order. All of these states are made from a record of the requests, and looked at: no run that
// was told to be there is lost, none is half, and the next one goes through.
#include <algorithm>
#include <random>
#include <set>

#include "tests/contract/remote/disturbed_runs.h"

namespace arkive::test {
namespace {

/// What a server was asked and did, in the order in which it came about.
class Record {
 public:
  struct Change {
    std::string key;
    std::optional<std::string> bytes;  ///< nothing: it is gone
  };
  struct Event {
    enum class What : std::uint8_t { kAsked, kChanged, kAnswered };
    What what;
    std::size_t request;
    Change change = {};
  };

  void watch(ScriptedObjectServer& server) {
    server.before = [this](const HttpRequest&, std::size_t number) -> std::optional<HttpReply> {
      add({Event::What::kAsked, number});
      return std::nullopt;
    };
    server.on_change = [this](std::size_t number, const std::string& key,
                              const std::optional<std::string>& bytes) {
      add({Event::What::kChanged, number, {key, bytes}});
    };
    server.after = [this](const HttpRequest&, HttpReply&, std::size_t number) {
      add({Event::What::kAnswered, number});
    };
  }

  std::size_t size() const { return events_.size(); }
  /// What is sure to have come about when the power fails before event `cut`, in its order.
  std::vector<Change> sure_before(std::size_t cut) const {
    const std::set<std::size_t> answered = requests(Event::What::kAnswered, cut);
    std::vector<Change> changes;
    for (std::size_t i = 0; i < cut; ++i) {
      if (events_[i].what == Event::What::kChanged && answered.contains(events_[i].request))
        changes.push_back(events_[i].change);
    }
    return changes;
  }
  /// What may have, or not.
  std::vector<Change> under_way_at(std::size_t cut) const {
    const std::set<std::size_t> answered = requests(Event::What::kAnswered, cut);
    const std::set<std::size_t> asked = requests(Event::What::kAsked, cut);
    std::vector<Change> changes;
    for (const Event& event : events_) {
      if (event.what == Event::What::kChanged && asked.contains(event.request) &&
          !answered.contains(event.request))
        changes.push_back(event.change);
    }
    return changes;
  }

 private:
  void add(Event event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  std::set<std::size_t> requests(Event::What what, std::size_t cut) const {
    std::set<std::size_t> numbers;
    for (std::size_t i = 0; i < cut; ++i) {
      if (events_[i].what == what) numbers.insert(events_[i].request);
    }
    return numbers;
  }

  std::mutex mutex_;
  std::vector<Event> events_;
};

class PowerLoss : public DisturbedRuns {
 protected:
  static void apply(const Record::Change& change, Objects& to) {
    if (change.bytes) {
      to[change.key] = *change.bytes;
    } else {
      to.erase(change.key);
    }
  }
  /// Every state in which the store may be found after the power has failed at some moment of `record`.
  std::set<Objects> states_of(const Record& record) {
    std::set<Objects> states;
    for (std::size_t cut = 0; cut <= record.size(); ++cut) {
      Objects sure = before();
      for (const Record::Change& change : record.sure_before(cut)) apply(change, sure);
      std::vector<Record::Change> loose = record.under_way_at(cut);
      const std::size_t subsets = std::size_t{1} << std::min<std::size_t>(loose.size(), 6);
      for (std::size_t subset = 0; subset < subsets; ++subset) {
        Objects state = sure;
        std::shuffle(loose.begin(), loose.end(), random_);
        for (std::size_t i = 0; i < loose.size(); ++i) {
          if ((subset >> i & 1U) != 0) apply(loose[i], state);
        }
        states.insert(std::move(state));
      }
    }
    return states;
  }

  const std::uint64_t seed_ = std::random_device{}();

 private:
  std::mt19937_64 random_{seed_};
};

TEST_P(PowerLoss, AtAnyMomentLosesNoRunThatWasThereAndLeavesNoneHalf) {
  Score score;
  const int rounds = full_form() ? 20 : 1;  // what goes side by side is under way at other moments each time
  std::set<Objects> states;
  Objects end;
  for (int round = 0; round < rounds; ++round) {
    begin_anew(before());
    Record record;
    record.watch(server());
    ASSERT_TRUE(succeeded(do_it()));
    end = server().objects();
    states.merge(states_of(record));
    begin_anew({});  // nothing writes into the record any more
  }
  for (const Objects& state : states) {
    begin_anew(state);
    score.add(true, trouble(Ended::kUnknown), "seed " + std::to_string(seed_));
  }
  begin_anew(end);
  score.add(true, trouble(Ended::kDone), "at the end");
  finish("power", score, seed_);
}

INSTANTIATE_TEST_SUITE_P(Remote, PowerLoss, testing::ValuesIn(all_disturbed()), disturbed_name);

}  // namespace
}  // namespace arkive::test

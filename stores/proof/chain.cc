#include "stores/proof/chain.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "stores/core/bytes.h"
#include "stores/layout/keys.h"
#include "stores/many_objects.h"
#include "stores/proof/run_proof.h"

namespace arkive::proof {

namespace {

/// Numbers [first, last] that one key's owner removed.
using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

class ChainCheck {
 public:
  ChainCheck(const Store& store, const std::string& cluster, const PublicKeys& keys, Deadline deadline)
      : store_(store), cluster_(cluster), keys_(keys), deadline_(deadline) {}

  Result<ChainReport> run(const History& history) {
    ARKIVE_TRY(read_runs());
    learn(history);
    look_at_unsigned();
    std::sort(report_.links.begin(), report_.links.end(), [](const Link& a, const Link& b) {
      return std::tie(a.key, a.number, a.run_id) < std::tie(b.key, b.number, b.run_id);
    });
    for (const PublicKey& key : keys_.all()) check_numbers(key.id());
    return std::move(report_);
  }

 private:
  void found(const std::string& object, const std::string& what) {
    report_.findings.push_back({object, what});
  }

  Status read_runs() {
    return get_each_below(
        store_, layout::runs_of(cluster_) + "/",
        [](const std::string& key) { return key.ends_with(".json"); },
        [&](const std::string& key, const Result<std::string>& text) -> Status {
          if (!text && text.error().outcome == Outcome::kNotFound) return ok();  // pruned meanwhile
          if (!text && text.error().outcome != Outcome::kCorrupt) return fail(text.error());
          auto run = text ? Manifest::from_json(*text) : Result<Manifest>(fail(text.error()));
          if (!run && run.error().outcome == Outcome::kUsage)
            return fail(run.error().within("'" + key + "'"));
          if (!run) {
            found(key, run.error().what);
          } else {
            take(key, std::move(*run));
          }
          return ok();
        },
        deadline_);
  }

  void take(const std::string& object, Manifest run) {
    if (object != layout::manifest_key(run.cluster, run.id)) {
      found(object, "it is the manifest of run " + printable(run.id) + " of cluster " +
                        printable(run.cluster) + ", moved here");
      return;
    }
    ++runs_;
    if (run.proof.key.empty()) {
      unsigned_.push_back(std::move(run));
      return;
    }
    if (const Status proven = check_run(run, keys_); !proven) {
      found(object, proven.error().what);
      if (keys_.find(run.proof.key) != nullptr) doubtful_.emplace(run.proof.key, run.proof.number);
      return;
    }
    if (!first_signed_ || earlier_run(run, *first_signed_)) first_signed_ = run;
    report_.links.push_back({cluster_, run.id, run.proof.key, run.proof.number, run.statement_sha256});
    previous_[run.id] = run.proof.previous;
  }

  /// What signed records say was there, and what they say is gone.
  void learn(const History& history) {
    for (const Record& record : history.records) {
      if (record.cluster != cluster_ || record.key.empty()) continue;
      for (const RunName& run : record.runs) {
        if (keys_.find(run.key) != nullptr) told_[run.key] = std::max(told_[run.key], run.number);
      }
      for (const Removed& one : record.removed) removed_[one.key].emplace_back(one.first, one.last);
    }
  }

  void look_at_unsigned() {
    for (const Manifest& run : unsigned_) {
      if (first_signed_ && !earlier_run(run, *first_signed_)) {
        found(layout::manifest_key(cluster_, run.id),
              "it is not signed, and the runs before it are: written without --signing-key, or by somebody "
              "who has no key");
      } else {
        ++report_.unsigned_before;
      }
    }
    if (!report_.links.empty() || !doubtful_.empty()) return;
    const bool was_told =
        std::any_of(told_.begin(), told_.end(), [](const auto& one) { return one.second > 0; });
    if (runs_ > 0 || was_told)
      found("runs/" + cluster_, "none of its runs is signed by a key that was given");
  }

  /// The first number from `from` on that no record says was removed.
  std::uint64_t after_removed(const Ranges& ranges, std::uint64_t from) const {
    for (bool moved = true; moved;) {
      moved = false;
      for (const auto& [first, last] : ranges) {
        if (from < first || from > last || last == std::numeric_limits<std::uint64_t>::max()) continue;
        from = last + 1;
        moved = true;
      }
    }
    return from;
  }

  void missing(const std::string& key, std::uint64_t first, std::uint64_t last) {
    const std::string which = first == last
                                  ? "run number " + std::to_string(first)
                                  : "runs number " + std::to_string(first) + " to " + std::to_string(last);
    found("runs/" + cluster_, which + " of key " + short_id(key) + "... " + (first == last ? "is" : "are") +
                                  " missing: no signed record says that the owner removed " +
                                  (first == last ? "it" : "them"));
  }

  /// Names what is neither there nor removed of [from, to).
  void check_gap(const std::string& key, std::uint64_t from, std::uint64_t to) {
    const Ranges& ranges = removed_[key];
    std::set<std::uint64_t> stops = {to};
    for (const auto& [first, last] : ranges) {
      if (first > from && first < to) stops.insert(first);
    }
    for (auto doubtful = doubtful_.lower_bound({key, from});
         doubtful != doubtful_.end() && doubtful->first == key && doubtful->second < to; ++doubtful) {
      stops.insert(doubtful->second);
    }
    while ((from = after_removed(ranges, from)) < to) {
      if (doubtful_.contains({key, from})) {  // it is there, and was named already
        ++from;
        continue;
      }
      const std::uint64_t stop = *stops.upper_bound(from);
      missing(key, from, stop - 1);
      from = stop;
    }
  }

  void check_numbers(const std::string& key) {
    std::uint64_t next = 1;
    const Link* before = nullptr;
    for (const Link& link : report_.links) {
      if (link.key != key) continue;
      const std::string object = layout::manifest_key(cluster_, link.run_id);
      if (before != nullptr && before->number == link.number) {
        found(object, "it has number " + std::to_string(link.number) + " as run " + before->run_id +
                          " has: one key signed in two places, or an old state of the store was written on");
        continue;
      }
      check_gap(key, next, link.number);
      const bool is_first = link.number == 1;
      if ((is_first && !previous_[link.run_id].empty()) ||
          (before != nullptr && before->number + 1 == link.number &&
           previous_[link.run_id] != before->statement)) {
        found(object, "it does not follow the run with the number before: one of the two was exchanged");
      }
      before = &link;
      next = link.number + 1;
    }
    if (told_[key] >= next) check_gap(key, next, told_[key] + 1);
  }

  const Store& store_;
  const std::string& cluster_;
  const PublicKeys& keys_;
  const Deadline deadline_;
  ChainReport report_;
  std::uint64_t runs_ = 0;
  std::vector<Manifest> unsigned_;
  std::optional<Manifest> first_signed_;
  std::map<std::string, std::string> previous_;               // by run id
  std::set<std::pair<std::string, std::uint64_t>> doubtful_;  // key and number of runs that do not fit
  std::map<std::string, std::uint64_t> told_;                 // by key: the greatest number
  std::map<std::string, Ranges> removed_;                     // by key
};

}  // namespace

Result<ChainReport> check_chain(const Store& store, const std::string& cluster, const PublicKeys& keys,
                                const History& history, Deadline deadline) {
  return ChainCheck(store, cluster, keys, deadline).run(history);
}

}  // namespace arkive::proof

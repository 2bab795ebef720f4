#include "kafka/archive/verify.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "kafka/archive/layout.h"
#include "kafka/archive/runs.h"
#include "kafka/archive/segment_check.h"
#include "stores/core/hash.h"

namespace arkive::kafka {
namespace {

/// The segments of one generation of one partition, ascending by base offset. Transactions go on from one to
/// the next. Merged ones stand beside those that they were made of, which older runs name.
struct Chain {
  std::string name;  // for --part: the same one every night
  std::map<std::pair<std::int64_t, std::string>, SegmentToCheck> segments;  // by base offset and key
};

class ArchiveCheck {
 public:
  ArchiveCheck(const Store& store, std::string_view cluster, const VerifyOptions& options)
      : store_(store), cluster_(cluster), options_(options) {}

  Result<VerifyReport> run(std::string_view run_id) {
    ARKIVE_TRY(read_manifests(run_id));
    ARKIVE_TRY(read_chains());
    return std::move(report_);
  }

 private:
  void found(std::string object, std::string what) {
    const std::lock_guard lock(mutex_);
    report_.findings.push_back({std::move(object), std::move(what)});
  }

  Status read_manifests(std::string_view run_id) {
    const std::string prefix = manifest_key(cluster_, run_id);
    return store_.list(
        run_id.empty() ? prefix.substr(0, prefix.size() - std::string_view(".json").size()) : prefix,
        [&](const Store::Object& object) -> Status {
          if (!object.key.ends_with(".json")) return ok();
          const auto text = store_.get(object.key, 0, 0, options_.deadline);
          if (!text && text.error().outcome == Outcome::kNotFound) return ok();  // pruned meanwhile
          if (!text) return fail(text.error());
          const auto manifest = Manifest::from_json(*text);
          if (!manifest && manifest.error().outcome == Outcome::kUsage)
            return fail(manifest.error().within("'" + object.key + "'"));
          if (!manifest) {
            found(object.key, manifest.error().what);
            return ok();
          }
          if (object.key != manifest_key(manifest->cluster, manifest->id)) {
            found(object.key, "it is the manifest of another run");
          }
          if (manifest->logs.location.empty()) return ok();  // a dump
          ++report_.runs;
          return read_run(*manifest);
        },
        options_.deadline);
  }

  Status read_run(const Manifest& manifest) {
    if (!lists_seen_.insert(manifest.logs.sha256).second) return ok();
    const auto index = read_index(store_, manifest, options_.deadline);
    if (!index) return damage_or_error(manifest.logs.location, index.error());
    ++report_.lists;
    for (const ArchiveIndex::Topic& entry : index->topics) {
      if (!lists_seen_.insert(entry.list).second) continue;
      const auto topic = read_topic(store_, entry, options_.deadline);
      if (!topic) {
        ARKIVE_TRY(damage_or_error(list_key(entry.list), topic.error()));
        continue;
      }
      ++report_.lists;
      if (!options_.is_wanted || options_.is_wanted(topic->name)) add(*topic);
    }
    return ok();
  }

  void add(const ArchivedTopic& topic) {
    for (const ArchivedPartition& partition : topic.partitions) {
      const ArchivedSegment* before = nullptr;
      for (const ArchivedSegment& segment : partition.segments) {
        const auto key = [&](SegmentFile file) {
          return segment_key(cluster_, topic, partition.partition, segment, file);
        };
        SegmentToCheck one{log_key(cluster_, topic, partition.partition, segment),
                           {key(SegmentFile::kOffsetIndex), key(SegmentFile::kTimeIndex),
                            key(SegmentFile::kTransactionIndex)},
                           segment};
        if (before != nullptr && before->generation == segment.generation &&
            segment.base_offset < before->next_offset && overlapping_.insert(one.log_key).second) {
          found(one.log_key, "it begins at an offset that the segment before it holds");
        }
        before = &segment;
        ArchivedSegment first;
        first.generation = segment.generation;
        const std::string any = segment_key(cluster_, topic, partition.partition, first, SegmentFile::kLog);
        Chain& chain = chains_[any.substr(0, any.rfind('/'))];
        chain.name = any.substr(0, any.rfind('/'));
        const auto [at, is_new] =
            chain.segments.emplace(std::pair(segment.base_offset, one.log_key), std::move(one));
        if (!is_new && at->second.facts.sha256 != segment.sha256) {
          found(at->second.log_key, "two runs name it with different hashes");
        }
      }
    }
  }

  bool is_in_part(const std::string& name) const {
    if (options_.parts < 2) return true;
    // The same part with every build and on every machine, so that a week of parts reads everything.
    const auto hash = sha256(name);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8 | hash[i];
    return number % options_.parts == options_.part - 1;
  }

  Status read_chains() {
    std::vector<const Chain*> chains;
    for (const auto& [name, chain] : chains_) {
      if (is_in_part(name)) chains.push_back(&chain);
    }
    if (options_.on_plan && options_.level != VerifyLevel::kPresence) {
      std::uint64_t bytes = 0;
      for (const Chain* const chain : chains) {
        for (const auto& [base, segment] : chain->segments) bytes += segment.facts.bytes;
      }
      options_.on_plan(bytes);
    }
    std::atomic<std::size_t> next{0};
    std::optional<Error> failure;
    const auto work = [&] {
      while (true) {
        const std::size_t i = next++;
        if (i >= chains.size()) return;
        if (Status checked = check(*chains[i]); !checked) {
          const std::lock_guard lock(mutex_);
          if (!failure) failure = std::move(checked).error();
          next = chains.size();
          return;
        }
      }
    };
    std::vector<std::thread> threads;
    for (int i = 1; i < options_.workers; ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    if (failure) return fail(std::move(*failure));
    std::sort(report_.findings.begin(), report_.findings.end(),
              [](const Finding& a, const Finding& b) { return a.object < b.object; });
    return ok();
  }

  Status check(const Chain& chain) {
    // What is open at an offset is the same whichever segments lead up to it.
    std::map<std::int64_t, TransactionTracker> ends;
    std::vector<Finding> findings;
    std::uint64_t bytes = 0;
    for (const auto& [key, segment] : chain.segments) {
      const auto behind = ends.upper_bound(segment.facts.base_offset);
      TransactionTracker transactions =
          behind == ends.begin() ? TransactionTracker() : std::prev(behind)->second;
      const std::size_t findings_before = findings.size();
      ARKIVE_TRY(check_segment(store_, segment, options_, &transactions, findings));
      bytes += segment.facts.stored_bytes();
      const bool is_sound = findings.size() == findings_before;
      if (is_sound) ends.insert_or_assign(segment.facts.next_offset, std::move(transactions));
      if (!is_sound) ends.emplace(segment.facts.next_offset, std::move(transactions));
    }
    const std::lock_guard lock(mutex_);
    report_.segments += chain.segments.size();
    if (options_.level != VerifyLevel::kPresence) report_.bytes += bytes;
    std::move(findings.begin(), findings.end(), std::back_inserter(report_.findings));
    return ok();
  }

  Status damage_or_error(const std::string& object, const Error& error) {
    if (error.outcome == Outcome::kNotFound) {
      found(object, "it is missing");
    } else if (error.outcome == Outcome::kCorrupt) {
      found(object, error.what);
    } else {
      return fail(error);
    }
    return ok();
  }

  const Store& store_;
  const std::string cluster_;
  const VerifyOptions& options_;
  std::map<std::string, Chain> chains_;
  std::set<std::string> lists_seen_;
  std::set<std::string> overlapping_;
  std::mutex mutex_;  // guards report_
  VerifyReport report_;
};

}  // namespace

Result<VerifyReport> verify_archive(const Store& store, std::string_view cluster, std::string_view run_id,
                                    const VerifyOptions& options) {
  return ArchiveCheck(store, cluster, options).run(run_id);
}

}  // namespace arkive::kafka

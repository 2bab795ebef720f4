/// restore_metadata: makes what a plan says, and reads it back.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "kafka/metadata/new_topics.h"
#include "kafka/metadata/plan.h"

namespace arkive::kafka {

/// A restore of a dump's metadata into a live cluster. One thread; borrows all that it is given.
class MetadataRestore {
 public:
  MetadataRestore(ClusterMetadata wanted, MetadataOptions options, LogSource& source, MetadataAdmin& admin,
                  std::chrono::milliseconds patience)
      : wanted_(std::move(wanted)),
        options_(std::move(options)),
        source_(source),
        admin_(admin),
        patience_(patience) {}

  /// How long a change may take until all of it is read back; 30 s otherwise.
  void set_read_back_within(std::chrono::milliseconds span) { read_back_within_ = span; }
  /// Reads the cluster and has it check new topics. Changes nothing.
  Result<MetadataPlan> plan();

  struct Trouble {
    std::string name;  ///< as MetadataItem
    std::string what;
    std::string reason;
  };
  struct Report {
    std::uint64_t created = 0;
    std::uint64_t overwritten = 0;
    std::vector<Trouble> failed;
    std::vector<Trouble> held_back;  ///< not tried, for a rule that denies could not be made
    std::vector<Trouble> differing;  ///< made, and not found when it was read back
  };
  /// Makes what plan() said. A failure of one item stands in the report. Errors as those of the cluster: what
  /// was made until then stays, and the same restore again goes on from there. kConflict when the plan holds
  /// ACLs and the cluster has no authorizer: nothing is made then.
  Result<Report> run(const MetadataPlan& plan);

 private:
  Status make(const MetadataPlan& plan, Report& report, std::set<std::size_t>& made);
  Status read_back(const MetadataPlan& plan, const std::set<std::size_t>& made, Report& report);
  Result<MetadataPlan> compare();

  ClusterMetadata wanted_;
  const MetadataOptions options_;
  LogSource& source_;
  MetadataAdmin& admin_;
  const std::chrono::milliseconds patience_;
  std::chrono::milliseconds read_back_within_{30'000};  // a change reaches all brokers within moments
};

}  // namespace arkive::kafka

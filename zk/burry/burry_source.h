/// BurrySource: a dump that burry made of a ZooKeeper, as a Reading (zk/burry/README.md says what it lacks).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "stores/core/time.h"
#include "zk/application.h"
#include "zk/burry/dump_files.h"
#include "zk/source.h"

namespace arkive::zk {

/// What the dump says of itself, and what had to be assumed.
struct BurryFacts {
  std::string snapshot_date;        ///< as burry wrote it, RFC 3339; empty: no .burrymeta
  std::string endpoint;             ///< "zk1:2181"
  std::uint64_t null_or_empty = 0;  ///< znodes whose data is one or the other; null is assumed
  std::uint64_t ephemerals = 0;     ///< guessed
  std::vector<std::string>
      without_value;  ///< znodes that have children and no value: burry could not read it
};

class BurrySource final : public Source {
 public:
  /// `applications` tell what is ephemeral; borrowed.
  BurrySource(std::string path, std::span<const Application* const> applications, BurryLimits limits = {})
      : path_(std::move(path)), applications_(applications), limits_(limits) {}

  std::string_view name() const override { return "burry"; }
  /// Once. `options` but the selection is not used. Errors: those of read_burry_files(); kCorrupt too for a
  /// file that is no value of a znode, a name that no znode can have, two names of one znode, and a dump of
  /// another service than ZooKeeper.
  Result<Reading> read(const ReadOptions& options) override;
  const BurryFacts& facts() const { return facts_; }

 private:
  const std::string path_;
  const std::span<const Application* const> applications_;
  const BurryLimits limits_;
  BurryFacts facts_;
};

}  // namespace arkive::zk

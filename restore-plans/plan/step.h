/// Step: one thing a restore does, with what it needs to hold before and what holds after it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"

namespace arkive::restore_plans {

enum class StepKind : std::uint8_t {
  kOnHost,         ///< commands that are run on brokers' hosts: by a hook, or by whoever restores
  kDumpBefore,     ///< the target's tree is kept before something in it is replaced
  kRestoreZnodes,  ///< the backup's tree, changed as the plan's decisions say, into ZooKeeper
  kNotify,         ///< running brokers are told which configs and ACLs changed
  kArkive,         ///< a command of arkive's own, run here
  kVerify          ///< all of it compared with the backup; a probe record
};
/// "on-host", "dump-before", "restore-znodes", "notify", "arkive", "verify".
std::string_view step_kind_name(StepKind kind);
std::optional<StepKind> parse_step_kind(std::string_view name);

/// What is asked of the live system before or after a step.
enum class Gate : std::uint8_t {
  kZooKeeperAnswers,
  kTargetAsObserved,  ///< the target is as it was when the plan was made
  kBrokersDown,       ///< no broker is registered, and none of their ports answers
  kZnodesAsPlanned,   ///< every znode is there as the plan wants it
  kZnodesInPlace,     ///< the same, but for those that running brokers change by themselves
  kLogsSeeded,        ///< nothing can be asked from here: the command's exit status says it
  kBrokersUp,         ///< all are registered and answer, a controller is elected
  kInSyncFull,        ///< every partition has its leader, and all replicas are in sync
  kRecordsReadable,   ///< the last record of every partition that has one is really read
  kKafkaAnswers
};
std::string_view gate_name(Gate gate);
std::optional<Gate> parse_gate(std::string_view name);

/// In a command: the directory beside the plan in which its run keeps what it has to remember.
inline constexpr std::string_view kStateDirectory = "{state}";
/// Where a replay of topics keeps its journal.
inline constexpr std::string_view kReplayJournal = "{state}/replay";

/// A command for one host.
struct HostCommand {
  std::int32_t broker = -1;
  std::string host;    ///< as far as it is known
  std::string action;  ///< what a hook is called with: "stop-broker", "start-broker", "seed-broker"
  std::vector<std::string> command;  ///< to be typed there; the first word may be a placeholder to be read
  bool operator==(const HostCommand&) const = default;
};

struct Step {
  std::string id;  ///< "stop-brokers": unique in its plan
  StepKind kind = StepKind::kOnHost;
  std::string title;  ///< "Stop all brokers"
  std::string why;
  /// Facts, as words: each is provided by exactly one step, or true from the beginning.
  std::vector<std::string> needs;
  std::vector<std::string> provides;
  std::vector<Gate> before;
  std::vector<Gate> after;
  std::vector<HostCommand> hosts;    ///< of kOnHost
  std::vector<std::string> command;  ///< of kArkive: without the program's name
  /// What cannot be undone by a second restore, a line each; empty: nothing.
  std::vector<std::string> irreversible;
  std::uint64_t bytes = 0;
  std::uint64_t seconds = 0;  ///< estimated; 0: not known
  bool operator==(const Step&) const = default;
};

/// The steps in an order in which each comes after all that provide what it needs; of several orders the one
/// that keeps closest to the given one. kUsage naming the steps: an id twice, a fact provided twice or by
/// nobody (`given` are true from the beginning), a cycle.
Result<std::vector<std::size_t>> order_steps(std::span<const Step> steps, std::span<const std::string> given);

}  // namespace arkive::restore_plans

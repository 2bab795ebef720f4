/// Applying a plan: its steps in their order, each behind its gates, journalled, so that it goes on after a
/// kill.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "restore-plans/apply/journal.h"
#include "restore-plans/apply/surroundings.h"
#include "restore-plans/plan/plan.h"
#include "stores/core/result.h"

namespace arkive::restore_plans {

struct ApplyOptions {
  bool dry_run = false;        ///< gates are looked at, nothing is changed, nothing is journalled
  bool yes = false;            ///< what cannot be undone and stands in the plan is not asked about
  std::set<std::string> done;  ///< steps on hosts that somebody has done, whatever cannot be asked about them
  std::chrono::milliseconds gate_wait{std::chrono::minutes(10)};  ///< for a gate to open
};

struct StepOutcome {
  enum class State : std::uint8_t {
    kDone,
    kDoneBefore,   ///< by an earlier call
    kHeldAlready,  ///< what it is for held before it
    kWouldBeDone   ///< dry run
  };
  std::string step;
  State state = State::kDone;
  std::chrono::milliseconds took{0};
};

struct ApplyReport {
  std::vector<StepOutcome> steps;
  /// Found by the verification; and what steps left out, those of earlier calls too.
  std::vector<Deviation> deviations;
  /// Why it stopped: a gate that stayed closed, a question answered with no. Nothing was done after it.
  std::optional<Error> refused;
  bool finished = false;  ///< all steps are done
};

/// `journal` null with dry_run only. Errors: those of a step, which may be repeated by applying again; kUsage
/// for a plan whose notes stop it, or that has no steps.
Result<ApplyReport> apply(const Plan& plan, ApplyJournal* journal, Surroundings& surroundings,
                          const ApplyOptions& options);

}  // namespace arkive::restore_plans

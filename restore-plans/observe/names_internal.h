/// Words of an Observation's file. Internal to restore-plans/observe.
#pragma once

#include <string_view>

#include "restore-plans/observe/observation.h"

namespace arkive::restore_plans {

inline constexpr std::string_view kObservationFile = "observation";  ///< of field "file"
inline constexpr std::string_view kReachedNames[] = {"not-asked", "unreachable", "answered"};

inline std::string_view reached_name(Reached reached) {
  return kReachedNames[static_cast<std::size_t>(reached)];
}

}  // namespace arkive::restore_plans

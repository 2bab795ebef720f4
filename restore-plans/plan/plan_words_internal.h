/// Words of a plan's JSON and how it is read. Internal to restore-plans/plan.
#pragma once

#include <optional>
#include <string_view>

#include "kafka/recovery/decide.h"

namespace arkive::restore_plans {

/// "stops", "asks", "loses".
std::string_view note_kind_name(kafka::RecoveryNote::Kind kind);
std::optional<kafka::RecoveryNote::Kind> parse_note_kind(std::string_view name);

}  // namespace arkive::restore_plans

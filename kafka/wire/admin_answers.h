/// answer_all: many things asked for until each has an answer that lasts. Internal to kafka/wire.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/log_target.h"
#include "stores/core/deadline.h"

namespace arkive::kafka::wire {

/// What a broker said of one thing.
struct SaidOfItem {
  std::int16_t error = 0;
  std::string message;  ///< its own words, if any
};

/// Asks once for the things of these numbers (at most as many as answer_all was told), in their order.
using AskForItems =
    std::function<Result<std::vector<SaidOfItem>>(std::span<const std::size_t> items, Deadline deadline)>;

struct AnswerRules {
  std::size_t most_at_once = 500;
  /// An error that lasts, and means "done" when the same thing was asked for before and no answer came.
  std::int16_t done_before = 0;
};

/// Asks for all of `count` things, `most_at_once` in one go, in their order; again for those whose error may
/// pass, for 30 s at most. A connection that is lost is another try. Errors as those of LogSource.
Result<std::vector<ItemAnswer>> answer_all(std::string_view operation, std::size_t count,
                                           const AnswerRules& rules, const AskForItems& ask,
                                           Deadline deadline);

}  // namespace arkive::kafka::wire

/// at_once: some independent work, on threads. Internal to kafka/wire.
#pragma once

#include <functional>
#include <span>

namespace arkive::kafka::wire {

/// Runs all of `tasks`, up to 64 at the same time, and returns when the last has ended. They must not throw.
void at_once(std::span<const std::function<void()>> tasks);

}  // namespace arkive::kafka::wire

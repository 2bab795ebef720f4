/// SIGINT, SIGTERM and the command's deadline: the first asks long work to end at its next safe point (exit
/// status 6), a second signal ends the process at once.
#pragma once

#include <chrono>
#include <string>

#include "stores/core/result.h"

namespace arkive {

/// Installs the handlers, and ignores SIGXFSZ so that a file size limit is an error (kFull) instead of a
/// death. Call once from main.
void watch_for_interrupts();
/// Interrupts the work in `span` (1 ms at least), as a signal would; a second later the process ends with
/// exit status 6 wherever it stands, as if it had been killed. Call once from main; one at a time.
void interrupt_after(std::chrono::milliseconds span);
/// True once a signal has come, or the deadline has passed. Any thread.
bool interrupted();
/// "interrupted by a signal", "the deadline has passed".
const char* interruption();
/// kInterrupted: "<operation>: <interruption()>".
Error interruption_of(std::string operation);
/// That when interrupted(), else ok. Call in loops.
Status check_interrupt(const char* operation);

}  // namespace arkive

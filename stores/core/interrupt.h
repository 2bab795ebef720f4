/// SIGINT and SIGTERM: the first asks long work to end at its next safe point (exit status 6), the second
/// ends the process at once.
#pragma once

#include "stores/core/result.h"

namespace arkive {

/// Installs the handlers, and ignores SIGXFSZ so that a file size limit is an error (kFull) instead of a
/// death. Call once from main.
void watch_for_interrupts();
/// True once a signal has come. Any thread.
bool interrupted();
/// kInterrupted when a signal has come ("<operation>: interrupted by a signal"), else ok. Call in loops.
Status check_interrupt(const char* operation);

}  // namespace arkive

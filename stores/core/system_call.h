/// A system call behind a fault point: how every folder that writes to the disk calls the kernel.
#pragma once

#include <cerrno>

#include "stores/core/fault.h"

namespace arkive {

/// Runs `call`, which leaves a trace on the disk, unless a test wants this one to fail; then -1 and errno as
/// if it had been called.
template <class Call>
auto traced(Call call) -> decltype(call()) {
  if (const int error_number = ARKIVE_FAULT_ERRNO()) {
    errno = error_number;
    return -1;
  }
  return call();
}

}  // namespace arkive

/// What happens when there is no memory left: the process says so and ends. Whatever it had committed is
/// whole, and the next run removes the rest, as after a kill.
#pragma once

namespace arkive {

/// Says it on standard error and ends the process with exit status 1. For what a C library could not do for
/// want of memory, too; `or_else`: what else may be the cause there ("an OpenSSL without AES"). Any thread.
[[noreturn]] void end_out_of_memory(const char* or_else = nullptr) noexcept;

/// From here on `new` ends the process like that. Once, at the beginning of a program.
void end_when_out_of_memory();

}  // namespace arkive

#include "stores/core/memory.h"

#include <unistd.h>

#include <cstring>
#include <new>

namespace arkive {

void end_out_of_memory(const char* or_else) noexcept {
  // Nothing here may ask for memory.
  const auto tell = [](const char* text) { (void)!::write(STDERR_FILENO, text, std::strlen(text)); };
  tell("error: not enough memory");
  if (or_else != nullptr) {
    tell(", or ");
    tell(or_else);
  }
  tell("\nhint: what was committed is whole; see to it that there is more, and run the command again\n");
  ::_exit(1);
}

void end_when_out_of_memory() {
  std::set_new_handler([] { end_out_of_memory(); });
}

}  // namespace arkive

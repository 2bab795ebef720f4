#include "stores/remote/environment.h"

#include <cstdlib>

namespace arkive::remote {

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

}  // namespace arkive::remote

/// Variables of an environment, as tests set them.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "stores/remote/environment.h"

namespace arkive::test {

using Variables = std::map<std::string, std::string>;

/// Reads these variables and no others.
inline remote::Environment environment_of(Variables variables) {
  return remote::Environment(std::move(variables));
}

}  // namespace arkive::test

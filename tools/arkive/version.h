/// What this arkive is: its version, the libraries it runs on, its features.
#pragma once

#include <string>
#include <string_view>

namespace arkive::tools {

std::string_view version();

/// "arkive 0.1.0" and a line per library and feature, as `arkive --version` prints it.
std::string version_text();

}  // namespace arkive::tools

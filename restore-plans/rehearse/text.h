/// Small texts the servers' files and messages are made of. Internal to rehearse.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace arkive::rehearse {

/// The last `count` lines of `text`.
std::string last_lines(std::string_view text, int count);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// key=value lines as java.util.Properties reads them: backslashes, line ends, separators in keys and leading
/// blanks are escaped.
std::string format_properties(const std::map<std::string, std::string>& properties);

/// True when version `text` ("2.4.1") is `major`.`minor` or later.
bool at_least(std::string_view text, int major, int minor);

}  // namespace arkive::rehearse

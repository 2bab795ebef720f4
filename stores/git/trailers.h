/// Trailers: the "Key: value" lines at the end of a commit message, as `git interpret-trailers` knows them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace arkive::git {

inline constexpr std::string_view kRunTrailer = "Arkive-Run";
inline constexpr std::string_view kTreeTrailer = "Arkive-Tree-SHA256";
/// Only where they say something: a run that is not whole, a redacted tree.
inline constexpr std::string_view kMissingTrailer = "Arkive-Missing";
inline constexpr std::string_view kRedactedTrailer = "Arkive-Redacted";

/// `message` with `trailers` added to its last paragraph when that is one of trailers, else after it. Ends in
/// a newline.
std::string add_trailers(std::string_view message,
                         const std::vector<std::pair<std::string_view, std::string>>& trailers);

/// The value of the last trailer of that name.
std::optional<std::string> find_trailer(std::string_view message, std::string_view name);

/// The first line.
std::string_view subject(std::string_view message);

}  // namespace arkive::git

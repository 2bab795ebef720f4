/// Small pieces of sentences that every layer says.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace arkive {

/// "1 topic", "2 topics": adds an s.
std::string counted(std::uint64_t count, std::string_view noun);

/// "[1,2]", "[]".
std::string in_brackets(std::span<const std::int32_t> numbers);

}  // namespace arkive

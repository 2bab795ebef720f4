/// The parts of an assertion, read as an authority reads them (RFC 7515 section 7.1).
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "tests/support/rsa_key.h"

namespace arkive::test {

/// RFC 4648 section 5, without padding.
inline std::string from_base64_url(std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = kLetters.find(c);
    if (value == std::string_view::npos) throw std::runtime_error("no base64url: " + std::string(text));
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if ((count += 6) >= 8) bytes += static_cast<char>(bits >> (count -= 8) & 255);
  }
  return bytes;
}

struct SignedParts {
  nlohmann::json header;
  nlohmann::json claims;
  std::string text;  ///< what is signed: the first two, as they came
  std::string signature;

  static SignedParts of(std::string_view assertion) {
    const std::size_t first = assertion.find('.');
    const std::size_t second = assertion.rfind('.');
    return {.header = nlohmann::json::parse(from_base64_url(assertion.substr(0, first))),
            .claims = nlohmann::json::parse(from_base64_url(assertion.substr(first + 1, second - first - 1))),
            .text = std::string(assertion.substr(0, second)),
            .signature = from_base64_url(assertion.substr(second + 1))};
  }
};

}  // namespace arkive::test

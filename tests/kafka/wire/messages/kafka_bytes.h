/// What Kafka's own classes write for a message, in every version.
#pragma once

#include <cstdint>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>

#include "stores/core/files.h"
#include "tests/support/results.h"

namespace arkive::kafka::test {

inline std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

/// Calls `check` with each version there is of `message` ("FetchResponse") and its bytes.
inline void for_each_version(
    const std::string& message,
    const std::function<void(std::int16_t version, const std::string& bytes)>& check) {
  std::istringstream lines(arkive::test::value_of(read_file(KAFKA_BYTES)));
  int found = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    std::string hex;
    std::int16_t version = 0;
    words >> name >> version >> hex;
    if (name != message) continue;
    SCOPED_TRACE(message + " version " + std::to_string(version));
    check(version, from_hex(hex));
    ++found;
  }
  if (found == 0) throw std::runtime_error("no bytes of " + message);
}

/// Every part of `bytes` that ends too early is refused by `read`.
inline void expect_cut_ones_refused(const std::string& bytes, const std::function<bool(Bytes)>& read) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(read(Bytes(bytes).substr(0, size))) << "cut after " << size << " of " << bytes.size();
  }
}

}  // namespace arkive::kafka::test

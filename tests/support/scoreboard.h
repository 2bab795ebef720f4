/// The scoreboard: what the fault tests injected and found, a line a test, so that "no corrupted backup" is a
/// number and not a sentence. Tab-separated: test, seed, faults injected, faults seen (the program noticed),
/// failures (must be 0). ARKIVE_SCOREBOARD names the file; without it nothing is written.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace arkive::test {

inline void scoreboard(const std::string& test, std::uint64_t seed, std::uint64_t injected,
                       std::uint64_t seen, std::uint64_t failures) {
  const char* path = std::getenv("ARKIVE_SCOREBOARD");
  std::printf("scoreboard: %s: %llu faults injected, %llu noticed, %llu failures\n", test.c_str(),
              static_cast<unsigned long long>(injected), static_cast<unsigned long long>(seen),
              static_cast<unsigned long long>(failures));
  if (path == nullptr) return;
  if (std::FILE* file = std::fopen(path, "a")) {
    std::fprintf(file, "%s\t%llu\t%llu\t%llu\t%llu\n", test.c_str(), static_cast<unsigned long long>(seed),
                 static_cast<unsigned long long>(injected), static_cast<unsigned long long>(seen),
                 static_cast<unsigned long long>(failures));
    std::fclose(file);
  }
}

/// The faults of a test in which each has to be noticed.
class FaultCount {
 public:
  /// One more; `was_seen`, handed through to an expectation.
  bool fault(bool was_seen) {
    ++injected_;
    seen_ += was_seen ? 1 : 0;
    return was_seen;
  }
  void write(const std::string& test, std::uint64_t seed = 0) const {
    scoreboard(test, seed, injected_, seen_, injected_ - seen_);
  }

 private:
  std::uint64_t injected_ = 0;
  std::uint64_t seen_ = 0;
};

/// The long forms of the tests: tests/run --full sets it.
inline bool full_form() {
  return std::getenv("ARKIVE_FULL") != nullptr;
}

}  // namespace arkive::test

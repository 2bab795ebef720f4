// Runs a fuzzer over its seeds, and over small changes of them, in an ordinary test.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "stores/core/files.h"
#include "tests/support/results.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace arkive {
namespace {

void feed(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::vector<std::string> seeds() {
  const std::string folder = ARKIVE_CORPUS;
  std::vector<std::string> inputs;
  for (const std::string& name : test::value_of(list_directory(folder))) {
    inputs.push_back(test::value_of(read_file(folder + "/" + name)));
  }
  return inputs;
}

TEST(Seeds, DoNoHarm) {
  const std::vector<std::string> inputs = seeds();
  EXPECT_FALSE(inputs.empty());
  feed("");
  for (const std::string& input : inputs) feed(input);
}

TEST(Seeds, DoNoHarmWhenTheyAreChanged) {
  const char* const wanted = std::getenv("ARKIVE_FUZZ_SEED");
  const std::uint64_t seed = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  std::printf("ARKIVE_FUZZ_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const std::vector<std::string> inputs = seeds();
  for (int round = 0; round < 3000; ++round) {
    std::string input = inputs[random() % inputs.size()];
    for (std::uint64_t change = 0; change <= random() % 4; ++change) {
      const std::size_t at = input.empty() ? 0 : random() % input.size();
      switch (random() % 5) {
        case 0:
          if (!input.empty()) input[at] = static_cast<char>(random());
          break;
        case 1:
          if (!input.empty()) input[at] = static_cast<char>(input[at] ^ (1 << random() % 8));
          break;
        case 2:
          input.erase(at, 1 + random() % 8);
          break;
        case 3:
          input.insert(at, 1 + random() % 4, static_cast<char>(random()));
          break;
        default: {
          // Part of another seed, so that whole words and files change places.
          const std::string& other = inputs[random() % inputs.size()];
          if (!other.empty()) input.insert(at, other.substr(random() % other.size(), 1 + random() % 64));
        }
      }
    }
    feed(input);
  }
}

}  // namespace
}  // namespace arkive

// Base64, read.
#include "stores/core/base64.h"

#include <gtest/gtest.h>

#include "stores/core/hash.h"

namespace arkive::test {
namespace {

TEST(Base64, ReadsWhatIsWritten) {
  for (std::size_t size = 1; size < 100; ++size) {
    const std::string bytes = random_bytes(size);
    EXPECT_EQ(from_base64(base64(bytes)), bytes) << to_hex(bytes);
  }
}

TEST(Base64, TakesNothingElse) {
  for (const char* text : {"", "Zg", "Zg=", "Z", "Zm9?", "Zm9v Zg="})
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace arkive::test

/// Examples and vectors in the pages of docs/, for tests that hold the code to them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "stores/core/files.h"
#include "tests/support/results.h"

namespace arkive::test {

/// The block of `page` (a file) that follows `mark` ("<!-- example: manifest -->"), without the four spaces
/// that its lines begin with.
inline std::string page_block(const std::string& page, const std::string& mark) {
  const std::string text = value_of(read_file(page));
  std::size_t at = text.find(mark);
  EXPECT_NE(at, std::string::npos) << mark;
  at = text.find("\n    ", at) + 1;
  std::string block;
  while (text.compare(at, 4, "    ") == 0) {
    const std::size_t end = text.find('\n', at) + 1;
    block += text.substr(at + 4, end - at - 4);
    at = end;
  }
  return block;
}

}  // namespace arkive::test

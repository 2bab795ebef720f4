// What the object of a lock says.
#include "stores/remote/lease_record.h"

#include <gtest/gtest.h>

#include "tests/support/page_block.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

TEST(LeaseRecord, IsWrittenAsTheExampleInTheFormatPage) {
  const std::string example = page_block(FORMAT_STORE_PAGE, "<!-- example: lock -->");
  const remote::LeaseRecord read = value_of(remote::LeaseRecord::parse(example));
  EXPECT_EQ(read.number, 7U);
  EXPECT_EQ(read.to_json(), example);
}

}  // namespace
}  // namespace arkive::test

// The contract of Repository, where its place is one of the file system.
#include "tests/contract/repository_contract.h"

namespace arkive::test {
namespace {

TEST_P(RepositoryContract, OpensOnlyWhatIsARepository) {
  const auto& kind = GetParam();
  EXPECT_TRUE(failed_with(Outcome::kNotFound, kind.open(path(), false)));
  value_of(write_file_durably(scratch("file"), "x", IfExists::kConflict));
  EXPECT_TRUE(failed_with(Outcome::kUsage, kind.open(scratch("file"), false)));
  EXPECT_TRUE(failed_with(Outcome::kUsage, kind.open(scratch("file"), true)));
  value_of(make_directories(scratch("foreign")));
  value_of(write_file_durably(scratch("foreign/letter"), "x", IfExists::kConflict));
  EXPECT_TRUE(failed_with(Outcome::kUsage, kind.open(scratch("foreign"), false)));
  EXPECT_TRUE(failed_with(Outcome::kUsage, kind.open(scratch("foreign"), true)));
  EXPECT_EQ(value_of(list_directory(scratch("foreign"))), std::vector<std::string>{"letter"});
  value_of(make_directories(scratch("empty")));
  EXPECT_TRUE(succeeded(kind.open(scratch("empty"), true)));
  EXPECT_TRUE(succeeded(kind.open(scratch("empty"), true)));
  EXPECT_TRUE(succeeded(kind.open(scratch("empty"), false)));
}

TEST_P(RepositoryContract, KeepsTheRedactionKeyBesideIt) {
  EXPECT_EQ(open()->redaction_key_path(), path() + ".redaction-key");
}

}  // namespace
}  // namespace arkive::test

// The kinds of Repository that need no server.
#include "tests/contract/repository_kinds.h"

namespace arkive::test {
namespace {

INSTANTIATE_TEST_SUITE_P(Kinds, RepositoryContract, testing::ValuesIn(all_repository_kinds()), kind_name);

}  // namespace
}  // namespace arkive::test

#include "zk/client/connect_string.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/results.h"

namespace arkive::zk {
namespace {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(ConnectString, ReadsHostsPortsAndChroot) {
  const ConnectString parsed = value_of(ConnectString::parse("zk1:2181,zk2,[::1]:2182,[fe80::1]/kafka/a"));
  ASSERT_EQ(parsed.servers.size(), 4U);
  EXPECT_EQ(parsed.servers[0].text(), "zk1:2181");
  EXPECT_EQ(parsed.servers[1].text(), "zk2:2181");
  EXPECT_EQ(parsed.servers[2].host, "::1");
  EXPECT_EQ(parsed.servers[2].port, 2182);
  EXPECT_EQ(parsed.servers[3].text(), "[fe80::1]:2181");
  EXPECT_EQ(parsed.chroot, "/kafka/a");
  EXPECT_EQ(parsed.text(), "zk1:2181,zk2:2181,[::1]:2182,[fe80::1]:2181/kafka/a");
  EXPECT_EQ(value_of(ConnectString::parse("zk1/")).chroot, "");
  EXPECT_EQ(value_of(ConnectString::parse("zk1")).chroot, "");
}

TEST(ConnectString, RefusesWhatIsNone) {
  for (const char* text : {"",      ",",         "zk1,",      ",zk1",   "zk1:",   "zk1:0",      "zk1:65536",
                           "zk1:x", "zk1:-1",    "zk1:2181x", ":2181",  "::1",    "[::1",       "[::1]2181",
                           "[]:1",  "zk1 :2181", "zk1, zk2",  "zk1/a/", "zk1//a", "zk1/a/../b", "/kafka"}) {
    const auto parsed = ConnectString::parse(text);
    ASSERT_TRUE(failed_with(Outcome::kUsage, parsed)) << text;
    EXPECT_THAT(parsed.error().what, HasSubstr("'" + std::string(text) + "'"));
    EXPECT_FALSE(parsed.error().hint.empty());
  }
}

class Identities : public arkive::test::ScratchTest {
 protected:
  std::string file(const std::string& content) {
    const std::string path = scratch("auth");
    EXPECT_TRUE(succeeded(write_file_durably(path, content, IfExists::kReplace)));
    return path;
  }
};

TEST_F(Identities, AreReadALineEach) {
  const auto identities = value_of(read_identities(
      file("# who we are\n\ndigest:alice:pass:word\r\n  \nip:10.0.0.1\ndigest:bob: spaces ")));
  ASSERT_EQ(identities.size(), 3U);
  EXPECT_EQ(identities[0].scheme, "digest");
  EXPECT_EQ(identities[0].id, "alice:pass:word");
  EXPECT_EQ(identities[1].scheme, "ip");
  EXPECT_EQ(identities[2].id, "bob: spaces ");
  EXPECT_TRUE(value_of(read_identities(file(""))).empty());
}

TEST_F(Identities, NameABadLineByItsNumberAlone) {
  const auto read = read_identities(file("digest:a:b\nsecret-without-colon\n"));
  ASSERT_TRUE(failed_with(Outcome::kUsage, read));
  EXPECT_THAT(read.error().what, AllOf(HasSubstr("line 2"), Not(HasSubstr("secret-without"))));
  EXPECT_THAT(read.error().hint, Not(HasSubstr("secret-without")));
  EXPECT_TRUE(failed_with(Outcome::kUsage, read_identities(file(":no-scheme"))));
}

TEST_F(Identities, AreRefusedFromAFileOthersMayRead) {
  const std::string path = file("digest:a:b");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_TRUE(failed_with(Outcome::kDenied, read_identities(path)));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, read_identities(scratch("none"))));
}

}  // namespace
}  // namespace arkive::zk

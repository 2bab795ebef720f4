// Answers under way are bounded, whatever the sizes of znodes and wherever the large ones stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include "tests/support/scoreboard.h"
#include "tests/zk/client/servers/servers.h"
#include "tests/zk/client/support/proxy.h"

namespace arkive::zk::test {
namespace {

constexpr std::uint64_t kMostUnderWay = 64ULL << 20;

class BytesUnderWay : public ServersTest {
 protected:
  // Starts a server with room to be filled in.
  void start_roomy(const std::string& version = "3.8.4") { start({.version = version, .heap = "5g"}); }
  // And again with little more room than its data take.
  void start_again_with(const std::string& heap) {
    ASSERT_TRUE(succeeded(zookeeper().stop()));
    zookeeper().settings().heap = heap;
    ASSERT_TRUE(succeeded(zookeeper().start_again(Deadline::after(std::chrono::seconds(60)))));
  }
  void fill(const std::vector<std::pair<int, std::size_t>>& counts_and_sizes) {
    RawClient client(connect());
    client.create("/d");
    int number = 0;
    for (const auto& [count, size] : counts_and_sizes) {
      for (int i = 0; i < count; ++i) {
        char name[32];
        std::snprintf(name, sizeof name, "/d/%06d", number++);
        const std::string record =
            client.create_record({name, std::string(size, static_cast<char>('a' + i % 26))});
        client.ask(1, record, [](const RawClient::Told& told) { ASSERT_EQ(told.error, 0); });
        while (client.unanswered() > (size > 10'000 ? 4 : 500)) client.turn();
      }
    }
    client.wait_all();
    // A server keeps the last 500 transactions: let them be small ones.
    std::vector<NewZnode> small{{"/small", ""}};
    for (int i = 0; i < 500; ++i) small.push_back({"/small/" + std::to_string(i), ""});
    client.create_all(small);
    znodes_ = static_cast<std::size_t>(number) + small.size() + 2;
  }
  void expect_bounded(int connections = 1) {
    Proxy proxy(zookeeper().server(1).port());
    ReadOptions read;
    read.connections = connections;
    // The second pass knows the sizes and is bounded all the same.
    read.on_data_read = [&](const Tree&, std::size_t) { RawClient(connect()).set("/d", "moved"); };
    const Reading reading = read_all(proxy.connect_string(), read);
    EXPECT_EQ(reading.tree.size(), znodes_);
    EXPECT_EQ(reading.consistency, Consistency::kQuiet);
    EXPECT_EQ(reading.passes, 2);
    EXPECT_LE(proxy.most_under_way(), kMostUnderWay);
    EXPECT_GT(proxy.most_under_way(), 32U << 20) << "so little that it would be slow";
    std::printf("%llu MiB of data, at most %.1f MiB under way\n",
                static_cast<unsigned long long>(reading.tree.data_bytes() >> 20),
                static_cast<double>(proxy.most_under_way()) / (1 << 20));
    EXPECT_EQ(zookeeper().server(1).four_letter_word("ruok").value_or(""), "imok");
  }

 private:
  std::size_t znodes_ = 0;
};

class BytesUnderWayOnEveryProtocol : public BytesUnderWay, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Version, BytesUnderWayOnEveryProtocol, testing::Values("3.4.10", "3.8.4"),
                         version_name);

TEST_P(BytesUnderWayOnEveryProtocol, StaysBoundedWhenEveryZnodeIsLarge) {
  const bool full = arkive::test::full_form();
  start_roomy(GetParam());
  fill({{full ? 2000 : 100, 900'000}});
  start_again_with(full ? "2700m" : "320m");
  expect_bounded();
}

TEST_F(BytesUnderWay, StaysBoundedWhenTheLargeOnesComeLast) {
  start_roomy();
  fill({{20'000, 100}, {100, 900'000}});
  start_again_with("360m");
  expect_bounded();
  expect_bounded(4);
}

TEST_F(BytesUnderWay, ReadsAMebibyteInOneZnode) {
  start({.java_options = {"-Djute.maxbuffer=4194304"}});
  RawClient client(connect());
  const std::string large(1 << 20, 'L');
  client.create("/large", large);
  client.create("/larger", large + large);
  const Reading reading = read_all(connect());
  EXPECT_EQ(reading.tree[reading.tree.find("/large")].data(), large);
  EXPECT_EQ(reading.tree[reading.tree.find("/larger")].data_size, 2 << 20);
}

}  // namespace
}  // namespace arkive::zk::test

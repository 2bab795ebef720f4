// Stores behind a network beyond what every Store does: uploads, connections, rights.
#include <atomic>
#include <thread>

#include "tests/stores/remote/scripted_kinds.h"

namespace arkive::test {
namespace {

class Writing : public ScriptedTest {};

TEST_P(Writing, PutsAnObjectTogetherFromPartsOfAnySizeOfWrites) {
  const std::size_t part = GetParam().part_bytes;
  const std::string bytes = made_of(4 * part + part / 2 + 17);
  const auto store = open();
  for (const std::size_t piece : {bytes.size(), part, part / 5 + 1}) {
    auto writer = value_of(store->begin("long", soon()));
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      EXPECT_TRUE(succeeded(writer->write(Bytes(bytes).substr(at, piece))));
    EXPECT_TRUE(succeeded(writer->finish()));
    EXPECT_TRUE(object("long") == bytes) << piece;
  }
  EXPECT_EQ(server().uploads(), 0U);
}

TEST_P(Writing, AnObjectOfLessThanAPartIsOneRequest) {
  EXPECT_TRUE(succeeded(upload(*open(), "short", "a few bytes")));
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(object("short"), "a few bytes");
}

TEST_P(Writing, AWriterGivenUpLeavesNothing) {
  const auto store = open();
  {
    const auto writer = value_of(store->begin("long", soon()));
    EXPECT_TRUE(succeeded(writer->write(made_of(2 * GetParam().part_bytes + 17))));
  }
  EXPECT_EQ(server().uploads(), 0U);
  EXPECT_TRUE(server().objects().empty());
}

TEST_P(Writing, ConnectionsAreUsedAgain) {
  const auto store = open();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(succeeded(put(*store, "k" + std::to_string(i), "x")));
  EXPECT_EQ(server().server().connections(), 1);
}

TEST_P(Writing, NoMorePartsAreOnTheirWayThanAllUploadsMayHave) {
  std::atomic<int> under_way = 0;
  std::atomic<int> most = 0;
  server().before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (!GetParam().is_part(request)) return std::nullopt;
    const int now = ++under_way;
    for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {
    }
    // Each waits for the others, so that as many as may are here at once.
    for (int waited = 0; most < 3 && waited < 400; ++waited)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    --under_way;
    return std::nullopt;
  };
  const auto store = open({.parts_in_all = 3});
  const std::string bytes = made_of(4 * GetParam().part_bytes + 1);
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back(
        [&, i] { EXPECT_TRUE(succeeded(upload(*store, "long-" + std::to_string(i), bytes))); });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(most, 3);
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(value_of(store->get("long-" + std::to_string(i), 0, 0, soon())) == bytes);
}

TEST_P(Writing, NeedsNoRightToRemove) {
  server().before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method == "DELETE") return GetParam().denied;
    return std::nullopt;
  };
  const auto store = open();
  const std::string bytes = made_of(GetParam().part_bytes + 5);
  {
    const auto lock = value_of(store->lock("prod", soon()));
    EXPECT_TRUE(succeeded(upload(*store, "long", bytes)));
    EXPECT_TRUE(succeeded(put(*store, "k", "x")));
  }
  EXPECT_TRUE(value_of(store->get("long", 0, 0, soon())) == bytes);
  EXPECT_TRUE(succeeded(store->lock("prod", soon())));
  EXPECT_TRUE(failed_with(Outcome::kDenied, store->remove("k", soon())));
}

INSTANTIATE_TEST_SUITE_P(Remote, Writing, testing::ValuesIn(scripted_kinds()), scripted_kind_name);

}  // namespace
}  // namespace arkive::test

// The history: numbered, chained, signed.
#include <thread>

#include "stores/directory/directory_store.h"
#include "stores/directory/store_file.h"
#include "tests/stores/proof/proof_support.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

using namespace proof;  // NOLINT(google-build-using-namespace): what is tested
using testing::HasSubstr;

Record some_record(int number) {
  Record record;
  record.time = 1795217400000 + number;
  record.host = "backup1";
  record.user = "arkive";
  record.arkive_version = "0.1.0";
  record.command = "dump";
  record.cluster = "prod";
  record.outcome = "whole";
  record.words = "run " + std::to_string(number);
  record.runs = {{"20261120T233000Z-8f3a2c"}};
  return record;
}

History history_of(const Store& store, const PublicKeys* keys = nullptr) {
  return value_of(read_history(store, keys, Deadline::never()));
}

void append(Store& store, int count, const SharedKey& key) {
  for (int i = 1; i <= count; ++i)
    value_of(append_record(store, some_record(i), key.get(), Deadline::never()));
}

TEST(ProofHistory, RecordsComeBackAsTheyWereWritten) {
  MemoryStore store;
  const auto keys = public_of({page_key()});
  append(store, 3, page_key());
  const History history = history_of(store, &keys);
  EXPECT_EQ(text_of(history.findings), "");
  ASSERT_EQ(history.records.size(), 3U);
  EXPECT_EQ(history.records[2].number, 3U);
  EXPECT_EQ(history.records[2].words, "run 3");
  EXPECT_EQ(history.records[2].previous, history.records[1].sha256);
  EXPECT_EQ(history.records[0].previous, "");
}

TEST(ProofHistory, AnyFlippedBitOfARecordIsFoundSignedOrNot) {
  FaultCount count;
  for (const bool is_signed : {false, true}) {
    MemoryStore store;
    const auto keys = public_of({page_key()});
    append(store, 3, is_signed ? page_key() : nullptr);
    std::string& text = store.objects.at(record_key(2));
    const std::string good = text;
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      text = good;
      text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
      const auto history = read_history(store, &keys, Deadline::never());
      EXPECT_TRUE(count.fault(!history || !history->findings.empty())) << "bit " << bit;
    }
  }
  count.write("history_record_bit_flips");
}

TEST(ProofHistory, AnUnsignedRecordIsHeldByTheSignedOnesBehindIt) {
  MemoryStore store;
  const auto keys = public_of({page_key()});
  append(store, 1, nullptr);
  append(store, 2, page_key());
  Record forged = some_record(9);
  forged.number = 1;
  store.objects[record_key(1)] = forged.to_json();
  EXPECT_THAT(text_of(history_of(store, &keys).findings), HasSubstr("does not follow"));
}

TEST(ProofHistory, MissingMovedAndForeignRecordsAreFound) {
  MemoryStore store;
  const auto keys = public_of({page_key()});
  append(store, 5, page_key());
  const auto good = store.objects;
  store.objects.erase(record_key(2));
  store.objects.erase(record_key(3));
  EXPECT_THAT(text_of(history_of(store, &keys).findings),
              HasSubstr("0000000002.json: it and the 1 after it"));
  store.objects = good;
  std::swap(store.objects[record_key(2)], store.objects[record_key(3)]);
  EXPECT_THAT(text_of(history_of(store, &keys).findings), HasSubstr("moved here"));
  store.objects = good;
  append(store, 1, key_of("thief"));
  EXPECT_THAT(text_of(history_of(store, &keys).findings), HasSubstr("which was not given"));
  EXPECT_EQ(history_of(store, &keys).records.size(), 5U);
}

TEST(ProofHistory, ADamagedRecordDoesNotEndTheHistory) {
  MemoryStore store;
  append(store, 2, nullptr);
  store.objects[record_key(2)] = "damaged";
  append(store, 1, nullptr);
  const History history = history_of(store);
  EXPECT_EQ(history.records.back().number, 3U);
  EXPECT_EQ(history.findings.size(), 1U) << text_of(history.findings);
}

class ProofHistoryOnDisk : public ScratchTest {};

TEST_F(ProofHistoryOnDisk, WritersAtTheSameTimeLoseNoRecord) {
  DirectoryStore store(value_of(directory::open_store(scratch("store"), true)));
  constexpr int kWriters = 4;
  constexpr int kEach = 10;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) writers.emplace_back([&] { append(store, kEach, page_key()); });
  for (std::thread& writer : writers) writer.join();
  const auto keys = public_of({page_key()});
  const History history = history_of(store, &keys);
  EXPECT_EQ(text_of(history.findings), "");
  EXPECT_EQ(history.records.size(), static_cast<std::size_t>(kWriters * kEach));
}

/// As a dump and an archive of one cluster do, which hold different locks.
TEST_F(ProofHistoryOnDisk, WritersOfOneClusterAtTheSameTimeMakeOneChain) {
  value_of(directory::open_store(scratch("store"), true));
  constexpr int kWriters = 4;
  constexpr int kEach = 10;
  const auto key = page_key();
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&, i] {
      DirectoryStore store(value_of(directory::open_store(scratch("store"), false)));
      for (int j = 0; j < kEach; ++j) {
        Manifest run = some_run(j);
        run.id = "20261120T233000Z-" + std::to_string(100000 + i * kEach + j);
        commit(store, run, key);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const DirectoryStore store(value_of(directory::open_store(scratch("store"), false)));
  const auto report = check(store, public_of({key}));
  EXPECT_EQ(text_of(report.findings), "");
  EXPECT_EQ(report.links.size(), static_cast<std::size_t>(kWriters * kEach));
}

}  // namespace
}  // namespace arkive::test

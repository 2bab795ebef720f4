// Brokers before 2.8 give topics no ids: that one was made anew shows in its batches only.
#include "tests/kafka/archive/servers/real_brokers.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TopicsWithoutIds : public RealBrokers {
 protected:
  void make_anew() {
    record_producer({"delete-topic", "orders"});
    const Deadline deadline = Deadline::after(60s);
    while (try_record_producer({"create-topic", "orders"}).status != 0) {
      ASSERT_FALSE(deadline.passed()) << "the deleted topic stays";
    }
  }
  void produce(int first, int records, const std::string& size) {
    record_producer({"produce", "--topic", "orders", "--records", std::to_string(records), "--first-record",
                     std::to_string(first), "--batch-records", "5", "--size", size});
  }
};

TEST_F(TopicsWithoutIds, ThatWereMadeAnewAreNeverMixedWithTheOlderOnes) {
  rehearse::KafkaSettings settings;
  settings.version = "1.1.1";
  start(settings);
  record_producer({"create-topic", "orders"});
  produce(0, 20, "100");
  archive_whole();
  EXPECT_THAT(archive_whole().notes, IsEmpty());
  const std::string first = log_of_broker(1);
  EXPECT_TRUE(same(first, logs_.at("orders/0/0")));

  make_anew();
  produce(0, 20, "150");
  const ArchiveReport as_many = archive_whole();
  EXPECT_THAT(as_many.notes, ElementsAre(HasSubstr("another batch at offset 19")));
  const std::string second = log_of_broker(1);
  EXPECT_TRUE(same(first, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(second, logs_.at("orders/0/1")));
  EXPECT_EQ(archive_whole().partitions_changed, 0U);

  make_anew();
  produce(0, 20, "200");
  produce(20, 5, "200");  // a batch that begins exactly where the archive ends
  EXPECT_THAT(archive_whole().notes, ElementsAre(HasSubstr("generation 2 begins")));
  EXPECT_TRUE(same(second, logs_.at("orders/0/1")));
  EXPECT_TRUE(same(log_of_broker(1), logs_.at("orders/0/2")));

  produce(25, 5, "200");
  EXPECT_THAT(archive_whole().notes, IsEmpty());
  EXPECT_TRUE(same(log_of_broker(1), logs_.at("orders/0/2")));
}

}  // namespace
}  // namespace arkive::kafka::test

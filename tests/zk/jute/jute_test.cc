#include "zk/jute/jute.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support/results.h"
#include "zk/jute/multi_read.h"
#include "zk/jute/records.h"

namespace arkive::zk::jute {
namespace {

using arkive::test::failed_with;
using arkive::test::value_of;
using testing::ElementsAre;
using testing::IsEmpty;

std::string bytes(std::initializer_list<int> values) {
  std::string all;
  for (const int value : values) all.push_back(static_cast<char>(value));
  return all;
}

TEST(Jute, WritesBigEndianAndLengths) {
  std::string out;
  Writer to(out);
  to.int32(-2);
  to.int64(0x0102030405060708);
  to.boolean(true);
  to.string("ab");
  to.buffer(std::nullopt);
  to.buffer(Bytes(""));
  EXPECT_EQ(out, bytes({0xff, 0xff, 0xff, 0xfe, 1,   2,    3,    4,    5,    6, 7, 8, 1, 0,
                        0,    0,    2,    'a',  'b', 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}));
  Reader from(out);
  EXPECT_EQ(from.int32(), -2);
  EXPECT_EQ(from.int64(), 0x0102030405060708);
  EXPECT_TRUE(from.boolean());
  EXPECT_EQ(from.string(), "ab");
  EXPECT_EQ(from.buffer(), std::nullopt);
  EXPECT_EQ(from.buffer(), Bytes(""));
  EXPECT_TRUE(from.ok());
  EXPECT_THAT(from.left(), IsEmpty());
}

TEST(Jute, StopsAtTheFirstThingThatDoesNotFit) {
  const std::string in = bytes({0, 0, 0, 5, 'a', 'b', 'c'});
  Reader from(in);
  EXPECT_EQ(from.string(), "");
  EXPECT_FALSE(from.ok());
  EXPECT_EQ(from.int32(), 0);
  EXPECT_EQ(from.buffer(), std::nullopt);
  EXPECT_FALSE(from.ok());
}

TEST(Jute, BelievesNoCountThatTheBytesCannotHold) {
  const std::string in = bytes({0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0});
  Reader from(in);
  EXPECT_EQ(from.count(4), 0);
  EXPECT_FALSE(from.ok());
  const std::string null = bytes({0xff, 0xff, 0xff, 0xff});
  Reader from_null(null);
  EXPECT_EQ(from_null.count(4), 0);
  EXPECT_TRUE(from_null.ok());
}

TEST(Records, ConnectRequestIsTheOneOfTheProtocol) {
  ConnectRequest request;
  request.last_zxid_seen = 1;
  request.timeout = 10'000;
  const std::string frame = encode(request);
  EXPECT_EQ(frame, bytes({0, 0, 0,    45,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
                          0, 0, 0x27, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16}) +
                       std::string(17, '\0'));
}

TEST(Records, ConnectAnswerIsReadWithAndWithoutReadOnly) {
  std::string frame;
  Writer to(frame);
  to.int32(0);
  to.int32(6000);
  to.int64(77);
  to.buffer(Bytes("0123456789abcdef"));
  for (int i = 0; i < 2; ++i) {
    const ConnectAnswer answer = value_of(decode_connect_answer(frame));
    EXPECT_EQ(answer.timeout, 6000);
    EXPECT_EQ(answer.session, 77);
    EXPECT_EQ(Bytes(answer.password.data(), 16), "0123456789abcdef");
    frame.push_back('\0');
  }
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, decode_connect_answer(frame)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, decode_connect_answer("HTTP/1.1 400 Bad Request")));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, decode_connect_answer("")));
}

TEST(Records, RequestHoldsItsLengthAndXid) {
  std::string frame = begin_request(Operation::kGetData);
  Writer to(frame);
  write_path_and_watch(to, "/a");
  finish_request(frame, 258);
  EXPECT_EQ(frame, bytes({0, 0, 0, 15, 0, 0, 1, 2, 0, 0, 0, 4, 0, 0, 0, 2, '/', 'a', 0}));
}

void write_stat(Writer& to, std::int64_t seed) {
  for (std::int64_t i = 0; i < 4; ++i) to.int64(seed + i);
  for (std::int32_t i = 0; i < 3; ++i) to.int32(static_cast<std::int32_t>(seed) + 4 + i);
  to.int64(seed + 7);
  to.int32(static_cast<std::int32_t>(seed) + 8);
  to.int32(static_cast<std::int32_t>(seed) + 9);
  to.int64(seed + 10);
}

TEST(Records, StatHasItsFieldsInTheProtocolsOrder) {
  std::string in;
  Writer to(in);
  write_stat(to, 100);
  ASSERT_EQ(in.size(), kStatSize);
  Reader from(in);
  const Stat stat = read_stat(from);
  EXPECT_EQ(stat.czxid, 100);
  EXPECT_EQ(stat.mzxid, 101);
  EXPECT_EQ(stat.ctime, 102);
  EXPECT_EQ(stat.mtime, 103);
  EXPECT_EQ(stat.version, 104);
  EXPECT_EQ(stat.cversion, 105);
  EXPECT_EQ(stat.aversion, 106);
  EXPECT_EQ(stat.ephemeral_owner, 107);
  EXPECT_EQ(stat.data_length, 108);
  EXPECT_EQ(stat.num_children, 109);
  EXPECT_EQ(stat.pzxid, 110);
}

TEST(MultiRead, RequestAndAnswerAreThoseOfTheProtocol) {
  std::string request;
  Writer to_request(request);
  write_multi_read_header(to_request, Operation::kGetData);
  write_path_and_watch(to_request, "/");
  write_multi_read_end(to_request);
  EXPECT_EQ(request, bytes({0, 0,   0, 4,    0,    0xff, 0xff, 0xff, 0xff, 0,    0,    0,
                            1, '/', 0, 0xff, 0xff, 0xff, 0xff, 1,    0xff, 0xff, 0xff, 0xff}));

  std::string answer;
  Writer to(answer);
  const auto header = [&](std::int32_t type, std::int32_t error) {
    to.int32(type);
    to.boolean(false);
    to.int32(error);
  };
  header(4, 0);
  to.buffer(Bytes("data"));
  write_stat(to, 1);
  header(-1, kNoZnode);
  to.int32(kNoZnode);
  header(8, 0);
  to.int32(2);
  to.string("b");
  to.string("a");
  header(4, 0);
  to.buffer(std::nullopt);
  write_stat(to, 2);
  write_multi_read_end(to);

  Reader from(answer);
  MultiReadResults results(from);
  Data data;
  std::vector<Bytes> names;
  EXPECT_EQ(results.next_data(data), kOk);
  EXPECT_EQ(data.data, Bytes("data"));
  EXPECT_EQ(data.stat.czxid, 1);
  EXPECT_EQ(results.next_data(data), kNoZnode);
  EXPECT_EQ(results.next_names(names), kOk);
  EXPECT_THAT(names, ElementsAre("b", "a"));
  EXPECT_EQ(results.next_data(data), kOk);
  EXPECT_EQ(data.data, std::nullopt);
  EXPECT_TRUE(results.at_end());

  // Cut anywhere, or with another type than asked for, it is refused, never believed.
  for (std::size_t size = 0; size < answer.size(); ++size) {
    Reader cut(Bytes(answer).substr(0, size));
    MultiReadResults cut_results(cut);
    const bool whole = cut_results.next_data(data).has_value() && cut_results.next_data(data).has_value() &&
                       cut_results.next_names(names).has_value() && cut_results.next_data(data).has_value() &&
                       cut_results.at_end();
    EXPECT_FALSE(whole) << size;
  }
  Reader other(answer);
  EXPECT_EQ(MultiReadResults(other).next_names(names), std::nullopt);
}

TEST(Jute, RandomBytesAreTakenApartWithoutHarm) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    std::string in(random() % 100, '\0');
    for (char& byte : in) byte = static_cast<char>(random() % 4 == 0 ? random() : 0);
    Reader from(in);
    (void)read_acl(from);
    Reader names_from(in);
    std::vector<Bytes> names;
    read_names(names_from, names);
    Reader results_from(in);
    MultiReadResults results(results_from);
    Data data;
    while (results.next_data(data)) {
    }
    (void)decode_connect_answer(in);
  }
}

}  // namespace
}  // namespace arkive::zk::jute

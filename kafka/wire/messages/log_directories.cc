#include "kafka/wire/messages/log_directories.h"

namespace arkive::kafka::wire {

Request describe_log_directories_request(std::int16_t version) {
  Request request{Api::kDescribeLogDirs, version, {}};
  Writer to = writer(request);
  to.array(0);  // of no topic
  to.end();
  return request;
}

Result<DescribeLogDirectories> read_describe_log_directories(Bytes body, std::int16_t version) {
  constexpr std::size_t kDirectorySize = 21;
  constexpr std::size_t kTopicSize = 3;
  constexpr std::size_t kPartitionSize = 22;
  Reader from(body, is_flexible(Api::kDescribeLogDirs, version));
  DescribeLogDirectories answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  answer.error = from.int16();
  for (std::size_t left = from.array(kDirectorySize); left > 0 && from.ok(); --left) {
    DescribedDirectory& directory = answer.directories.emplace_back();
    directory.error = from.int16();
    directory.path = from.string();
    for (std::size_t topics = from.array(kTopicSize); topics > 0 && from.ok(); --topics) {
      (void)from.string();
      for (std::size_t partitions = from.array(kPartitionSize); partitions > 0 && from.ok(); --partitions) {
        (void)from.int32();    // partition
        (void)from.int64();    // its size
        (void)from.int64();    // its lag
        (void)from.boolean();  // whether it is a future replica
        from.end();
      }
      from.end();
    }
    directory.total = from.int64();
    directory.usable = from.int64();
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kDescribeLogDirs, version));
  return answer;
}

}  // namespace arkive::kafka::wire

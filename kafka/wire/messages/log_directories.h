/// DescribeLogDirs (DescribeLogDirsRequest.json, DescribeLogDirsResponse.json), version 4: the first that
/// tells sizes (KIP-827, Kafka 3.3).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "kafka/wire/messages/api.h"

namespace arkive::kafka::wire {

struct DescribedDirectory {
  std::int16_t error = 0;
  std::string path;
  std::int64_t total = -1;   ///< bytes of its file system; -1: not told
  std::int64_t usable = -1;  ///< bytes that are free there; -1: not told
};

struct DescribeLogDirectories {
  std::chrono::milliseconds throttle{0};
  std::int16_t error = 0;
  std::vector<DescribedDirectory> directories;
};

/// The directories alone, without what lies in them.
Request describe_log_directories_request(std::int16_t version);
Result<DescribeLogDirectories> read_describe_log_directories(Bytes body, std::int16_t version);

}  // namespace arkive::kafka::wire

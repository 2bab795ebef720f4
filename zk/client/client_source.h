/// The `client` source: reads a live ensemble through its client port. On servers from 3.6 on by multiRead
/// (opcode 22) and pipelined getACL on connections of our own; on older ones by libzookeeper-mt, pipelined.
#pragma once

#include <memory>

#include "zk/client/connect_string.h"
#include "zk/source.h"

namespace arkive::zk {

/// Bounds of what may be on its way (facts: an answer too big kills the server for everybody).
struct ReadLimits {
  std::uint32_t first_batch = 16;  ///< getData per multiRead before sizes are known
  std::uint32_t largest_batch = 256;
  std::uint64_t most_bytes_per_answer = 16ULL << 20;  ///< expected
  std::uint64_t most_bytes_in_flight = 64ULL << 20;   ///< expected, over all connections to one server
  std::uint32_t most_requests_in_flight = 16;
};

/// Borrows nothing. read() may be called several times.
std::unique_ptr<Source> client_source(ConnectOptions options, ReadLimits limits = {});

}  // namespace arkive::zk

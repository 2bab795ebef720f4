/// The `client` source: reads a live ensemble through its client port, on connections of our own: on servers
/// from 3.6 on by multiRead (opcode 22) and pipelined getACL, on older ones by pipelined single requests.
/// (Not by libzookeeper-mt: it does not hand out the zxid that each answer carries, by which a reading is
/// known to be quiet.)
///
/// ConnectOptions::deadline bounds connecting; the time left until it when read() begins is also how long a
/// session may be without any server at a stretch. A lost connection or session is taken up again, at another
/// server if need be, without a gap. Selected znodes come with data, Stat and ACL; a znode that is only a
/// parent of selected ones has null data but its real Stat and ACL (a parent of Selection::path that may not
/// be read: no Stat and the empty ACL).
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

// Whatever a ZooKeeper server answers: taking it apart reads no byte that is not there.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "zk/jute/multi_read.h"
#include "zk/jute/records.h"

using namespace arkive;
using namespace arkive::zk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes body(reinterpret_cast<const char*>(data + 1), size - 1);
  jute::Reader from(body);
  jute::Data znode;
  std::vector<Bytes> names;
  std::size_t touched = 0;
  const auto touch = [&](Bytes bytes) {
    for (const char byte : bytes) touched += static_cast<unsigned char>(byte);
  };
  switch (data[0] % 6) {
    case 0:
      (void)jute::decode_connect_answer(body);
      break;
    case 1:
      (void)jute::read_reply_header(from);
      znode = jute::read_data(from);
      if (znode.data) touch(*znode.data);
      break;
    case 2: {
      const Acl acl = jute::read_acl(from);
      for (const AclEntry& entry : acl) touch(entry.id);
      if (from.ok()) (void)format_acl(acl);
      break;
    }
    case 3:
      jute::read_names(from, names);
      for (const Bytes name : names) touch(name);
      break;
    default: {
      jute::MultiReadResults results(from);
      const bool with_names = data[0] % 6 == 5;
      while (results.next_data(znode)) {
        if (znode.data) touch(*znode.data);
        if (!with_names) continue;
        if (!results.next_names(names)) break;
        for (const Bytes name : names) touch(name);
      }
      (void)results.at_end();
    }
  }
  return touched == SIZE_MAX ? 1 : 0;
}

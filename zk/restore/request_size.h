/// Bytes of ZooKeeper's requests (zookeeper.jute), without the four bytes of length in front: what a server
/// holds against jute.maxbuffer.
#pragma once

#include <cstddef>

#include "zk/znode.h"

namespace arkive::zk {

/// A vector<ACL>.
std::size_t acl_size(const Acl& acl);

/// Around the operations of a multi: RequestHeader and the closing MultiHeader.
constexpr std::size_t kMultiFrame = 8 + 9;
/// One operation in a multi, its MultiHeader included.
constexpr std::size_t multi_create_size(std::size_t path, std::size_t data, std::size_t acl) {
  return 9 + 4 + path + 4 + data + acl + 4;
}
constexpr std::size_t multi_set_size(std::size_t path, std::size_t data) {
  return 9 + 4 + path + 4 + data + 4;
}
constexpr std::size_t multi_delete_size(std::size_t path) {
  return 9 + 4 + path + 4;
}
/// Requests of their own, RequestHeader included. `ttl`: CreateTTLRequest has eight bytes more.
constexpr std::size_t create_size(std::size_t path, std::size_t data, std::size_t acl, bool ttl = false) {
  return 8 + 4 + path + 4 + data + acl + 4 + (ttl ? 8 : 0);
}
constexpr std::size_t set_acl_size(std::size_t path, std::size_t acl) {
  return 8 + 4 + path + acl + 4;
}

/// The ACL of a child that is deleted in the transaction that creates it: never in force.
const Acl& counter_acl();
/// Creating and deleting "<path>/arkive-counter" (and a suffix, if need be).
constexpr std::size_t counter_pair_size(std::size_t path) {
  constexpr std::size_t kName = 20, kAcl = 4 + 4 + 4 + 5 + 4 + 6;
  return multi_create_size(path + kName, 0, kAcl) + multi_delete_size(path + kName);
}

}  // namespace arkive::zk

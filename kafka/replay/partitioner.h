/// Where Kafka's default partitioner puts a record with a key (clients/.../producer/internals/
/// BuiltInPartitioner.partitionForKey, 3.9): murmur2 of the key, without its sign, modulo the partitions.
#pragma once

#include <cstdint>

#include "stores/core/bytes.h"

namespace arkive::kafka {

/// org.apache.kafka.common.utils.Utils.murmur2: 32 bits, seed 0x9747b28c.
std::uint32_t murmur2(Bytes data);

/// `partitions` is at least 1.
std::int32_t partition_for_key(Bytes key, std::int32_t partitions);

}  // namespace arkive::kafka

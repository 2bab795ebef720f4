// What a broker's log directory holds besides logs: what can be read is written again as it was read.
#include "kafka/log_directories/checkpoint_files.h"
#include "kafka/log_directories/meta_properties.h"
#include "kafka/log_directories/partition_files.h"
#include "kafka/log_directories/producer_snapshot.h"
#include "tests/fuzz/require.h"

using namespace arkive;
using namespace arkive::kafka;
using arkive::test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes text(reinterpret_cast<const char*>(data), size);
  if (const auto offsets = parse_offset_checkpoint(text)) {
    const auto again = parse_offset_checkpoint(offset_checkpoint_text(*offsets));
    require(again && *again == *offsets, "a checkpoint of offsets comes back");
  }
  if (const auto epochs = parse_leader_epoch_checkpoint(text)) {
    const auto again = parse_leader_epoch_checkpoint(leader_epoch_checkpoint_text(*epochs));
    require(again && *again == *epochs, "a checkpoint of leader epochs comes back");
  }
  if (const auto properties = MetaProperties::parse(text)) {
    const auto again = MetaProperties::parse(properties->text());
    require(again && again->broker == properties->broker, "meta.properties come back");
  }
  if (const auto states = ProducerStates::parse(text)) {
    const auto again = ProducerStates::parse(states->snapshot());
    require(again && again->states() == states->states(), "a snapshot of producers comes back");
  }
  if (const auto id = parse_partition_metadata(text)) {
    const auto again = parse_partition_metadata(partition_metadata_text(*id));
    require(again && *again == *id, "partition.metadata comes back");
  }
  if (const auto directory = parse_partition_directory(text)) {
    if (directory->kind == PartitionDirectory::Kind::kLive) {
      require(partition_directory_name(directory->partition) == text, "a directory's name comes back");
    }
  }
  return 0;
}

// Whatever a Kafka broker answers: taking it apart reads no byte that is not there, and what is found in it
// is not larger than it.
#include <cstddef>
#include <cstdint>

#include "kafka/wire/messages/commits.h"
#include "kafka/wire/messages/configs.h"
#include "kafka/wire/messages/fetch.h"
#include "kafka/wire/messages/groups.h"
#include "kafka/wire/messages/list_offsets.h"
#include "kafka/wire/messages/log_directories.h"
#include "kafka/wire/messages/metadata.h"
#include "kafka/wire/messages/produce.h"
#include "kafka/wire/messages/producers.h"
#include "kafka/wire/messages/sasl_messages.h"
#include "tests/fuzz/require.h"

using namespace arkive;
using namespace arkive::kafka::wire;

namespace {

std::int16_t version_of(Api api, std::uint8_t choice) {
  const VersionRange known = known_versions(api);
  return static_cast<std::int16_t>(known.least + choice % (known.most - known.least + 1));
}

void read_fetched(Bytes body, std::uint8_t choice) {
  Fetched fetched;
  if (!read_fetch(body, version_of(Api::kFetch, choice), fetched)) return;
  std::size_t size = 0;
  std::size_t touched = 0;
  for (const FetchedPartition& partition : fetched.partitions) {
    size += partition.records.size() + 16 * partition.aborted.size();
    for (const char byte : partition.records) touched += static_cast<unsigned char>(byte);
  }
  test::require(size <= body.size() && touched != SIZE_MAX, "no more is found than there was");
}

void read_topics(Bytes body, std::uint8_t choice) {
  const auto metadata = read_metadata(body, version_of(Api::kMetadata, choice));
  if (!metadata) return;
  std::size_t partitions = 0;
  for (const TopicMetadata& topic : metadata->topics) partitions += topic.facts.partitions.size();
  test::require(partitions <= body.size(), "no more is found than there was");
}

void read_produced(Bytes body, std::uint8_t choice) {
  const auto produced = read_produce(body, version_of(Api::kProduce, choice));
  if (!produced) return;
  std::size_t size = 0;
  for (const ProducedPartition& partition : produced->partitions) size += 22 + partition.message.size();
  test::require(size <= body.size(), "no more is found than there was");
}

void read_committed(Bytes body, std::uint8_t choice) {
  const auto committed = read_offset_commit(body, version_of(Api::kOffsetCommit, choice));
  if (committed) test::require(committed->answers.size() <= body.size(), "no more is found than there was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::uint8_t choice = data[1];
  const Bytes body(reinterpret_cast<const char*>(data + 2), size - 2);
  switch (data[0] % 17) {
    case 0:
      read_fetched(body, choice);
      break;
    case 1:
      read_topics(body, choice);
      break;
    case 2:
      (void)read_list_offsets(body, version_of(Api::kListOffsets, choice));
      break;
    case 3:
      (void)read_epoch_end(body, version_of(Api::kOffsetForLeaderEpoch, choice));
      break;
    case 4:
      (void)read_list_groups(body, version_of(Api::kListGroups, choice));
      break;
    case 5:
      (void)read_describe_groups(body, version_of(Api::kDescribeGroups, choice));
      break;
    case 6:
      (void)read_offset_fetch(body, version_of(Api::kOffsetFetch, choice));
      break;
    case 7:
      (void)read_describe_configs(body, version_of(Api::kDescribeConfigs, choice));
      break;
    case 8:
      (void)read_api_versions(body, version_of(Api::kApiVersions, choice));
      break;
    case 9:
      (void)read_sasl_handshake(body, version_of(Api::kSaslHandshake, choice));
      (void)read_sasl_authenticate(body, version_of(Api::kSaslAuthenticate, choice));
      break;
    case 10:
      read_produced(body, choice);
      break;
    case 11:
      (void)read_init_producer_id(body, version_of(Api::kInitProducerId, choice));
      break;
    case 12:
      (void)read_find_coordinator(body, version_of(Api::kFindCoordinator, choice));
      break;
    case 13:
      read_committed(body, choice);
      break;
    case 14:
      (void)read_describe_producers(body, version_of(Api::kDescribeProducers, choice));
      break;
    case 15:
      (void)read_describe_log_directories(body, version_of(Api::kDescribeLogDirs, choice));
      break;
    default:
      (void)body_of_answer(body, Api::kMetadata, version_of(Api::kMetadata, choice), 1);
  }
  return 0;
}

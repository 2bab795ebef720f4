// A file of an archive as a list of topics, as one of segments, and as a manifest: what can be read is
// written again as it was read, and what a key is made of stays within the store.
#include "kafka/archive/contents.h"
#include "kafka/archive/layout.h"
#include "stores/manifest/manifest.h"
#include "stores/store.h"
#include "tests/fuzz/require.h"

using namespace arkive;
using namespace arkive::kafka;
using arkive::test::require;

namespace {

void read_as_topics(Bytes text) {
  const auto index = ArchiveIndex::from_json(text);
  if (!index) return;
  const std::string written = index->to_json();
  const auto again = ArchiveIndex::from_json(written);
  require(again && again->to_json() == written, "a list of topics comes back");
  for (const ArchiveIndex::Topic& topic : index->topics) (void)index->find(topic.name);
}

void read_as_segments(Bytes text) {
  const auto topic = ArchivedTopic::from_json(text);
  if (!topic) return;
  const std::string written = topic->to_json();
  const auto again = ArchivedTopic::from_json(written);
  require(again && *again == *topic, "a list of segments comes back");
  (void)topic->bytes();
  (void)topic->segments();
  for (const ArchivedPartition& partition : topic->partitions) {
    for (const ArchivedSegment& segment : partition.segments) {
      const std::string key = segment_key("main", *topic, partition.partition, segment, SegmentFile::kLog);
      if (is_topic_name(topic->name)) require(check_key(key).has_value(), "the key of a segment");
    }
  }
}

void read_as_manifest(Bytes text) {
  const auto manifest = Manifest::from_json(text);
  if (!manifest) return;
  const std::string written = manifest->to_json();
  const auto again = Manifest::from_json(written);
  require(again && again->to_json() == written, "a manifest comes back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes text(reinterpret_cast<const char*>(data), size);
  read_as_topics(text);
  read_as_segments(text);
  read_as_manifest(text);
  (void)hash_in_list_key(text);
  return 0;
}

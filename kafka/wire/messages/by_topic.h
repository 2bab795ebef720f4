/// by_topic: how requests group partitions. Internal to the messages.
#pragma once

#include <span>

#include "kafka/wire/messages/protocol.h"

namespace arkive::kafka::wire {

/// Writes an array of topics, each with an array of partitions, out of `items` in their order: neighbours of
/// one topic (`topic_of(item)`) go together. `write_topic(item)` writes what stands before a topic's
/// partitions, `write_partition(item)` one partition with its end.
template <class Item, class TopicOf, class WriteTopic, class WritePartition>
void write_by_topic(Writer& to, std::span<const Item> items, TopicOf topic_of, WriteTopic write_topic,
                    WritePartition write_partition) {
  std::size_t topics = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i == 0 || topic_of(items[i]) != topic_of(items[i - 1])) ++topics;
  }
  to.array(topics);
  for (std::size_t i = 0; i < items.size();) {
    std::size_t next = i + 1;
    while (next < items.size() && topic_of(items[next]) == topic_of(items[i])) ++next;
    write_topic(items[i]);
    to.array(next - i);
    for (; i < next; ++i) write_partition(items[i]);
    to.end();
  }
}

}  // namespace arkive::kafka::wire

#include <algorithm>
#include <map>

#include "kafka/rdkafka/queries_internal.h"
#include "stores/core/bytes.h"

namespace arkive::kafka::rdkafka {
namespace {

constexpr const char* kOperation = "ask for consumer groups";
constexpr std::size_t kMostAtOnce = 100;
constexpr std::chrono::seconds kRequestPatience{20};

using GroupList = Handle<const rd_kafka_group_list, rd_kafka_group_list_destroy>;
using OffsetsQuestion =
    Handle<rd_kafka_ListConsumerGroupOffsets_t, rd_kafka_ListConsumerGroupOffsets_destroy>;

class GroupQuery {
 public:
  GroupQuery(const Settings& settings, Deadline deadline)
      : settings_(settings), deadline_(deadline), patience_(deadline.sooner(kPatience)) {}

  Result<std::vector<GroupFacts>> run() {
    while (true) {
      groups_.clear();
      // All brokers that a client has ever known are asked; a new one knows those that are there now.
      ARKIVE_ASSIGN(client_, Client::create(settings_));
      const Status listed = list();
      if (!listed && (listed.error().outcome != Outcome::kRetry || patience_.passed())) {
        return fail(listed.error());
      }
      if (listed) {
        ARKIVE_TRY(ask_offsets());
        if (!unsettled_ || patience_.passed()) break;
      }
      if (!pause_for(std::chrono::milliseconds(200), deadline_)) ARKIVE_TRY(check_interrupt(kOperation));
    }
    std::vector<GroupFacts> all;
    for (auto& [name, group] : groups_) all.push_back(std::move(group));
    return all;
  }

 private:
  Deadline soon() const { return deadline_.sooner(kRequestPatience); }

  AdminOptions options(rd_kafka_admin_op_t operation) const {
    AdminOptions options(rd_kafka_AdminOptions_new(client_->get(), operation));
    char text[256];
    (void)rd_kafka_AdminOptions_set_request_timeout(
        options.get(), static_cast<int>(soon().remaining().count()), text, sizeof text);
    return options;
  }

  // The older call tells of groups of every kind, with members and coordinator, but can keep silent about a
  // broker that did not answer; the newer one knows only consumers' groups and tells of such a broker.
  Status list() {
    ARKIVE_ASSIGN(const Metadata brokers, ask_metadata(*client_, Topics::kNone, soon()));
    const struct rd_kafka_group_list* raw = nullptr;
    ARKIVE_TRY(client_->patiently(kOperation, soon(), [&](std::chrono::milliseconds timeout) {
      const auto error =
          rd_kafka_list_groups(client_->get(), nullptr, &raw, static_cast<int>(timeout.count()));
      if (error == RD_KAFKA_RESP_ERR__PARTIAL) rd_kafka_group_list_destroy(raw);  // house: to be asked again
      return error;
    }));
    const GroupList list(raw);
    for (const auto& from : std::span(list->groups, static_cast<std::size_t>(list->group_cnt))) {
      GroupFacts& group = groups_[from.group];
      group.name = from.group;
      group.state = from.state;
      group.protocol = from.protocol_type;
      group.members = from.member_cnt;
      group.coordinator = from.broker.id;
      // A group of the newer protocol (KIP-848) is not described to clients that do not know it.
      const bool newer = from.err == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND || group.state == "Dead";
      if (from.err != RD_KAFKA_RESP_ERR_NO_ERROR && !newer) group.error = error_text(from.err);
    }
    return list_consumers();
  }

  Status list_consumers() {
    const Queue queue(rd_kafka_queue_new(client_->get()));
    const AdminOptions with = options(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS);
    rd_kafka_ListConsumerGroups(client_->get(), with.get(), queue.get());
    ARKIVE_ASSIGN(const Event event, client_->wait_for_event(kOperation, queue.get(), soon()));
    if (const auto error = rd_kafka_event_error(event.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return fail(client_->failed(kOperation, error));
    }
    const auto* const result = rd_kafka_event_ListConsumerGroups_result(event.get());
    std::size_t count = 0;
    const auto* const errors = rd_kafka_ListConsumerGroups_result_errors(result, &count);
    if (count > 0) {
      const auto error = rd_kafka_error_code(errors[0]);
      return fail(outcome_of(error),
                  std::string(kOperation) + ": " + printable(rd_kafka_error_string(errors[0])));
    }
    const auto* const listed = rd_kafka_ListConsumerGroups_result_valid(result, &count);
    for (const auto* const one : std::span(listed, count)) {
      GroupFacts& group = groups_[rd_kafka_ConsumerGroupListing_group_id(one)];
      const bool known = !group.name.empty() && group.state != "Dead";
      group.name = rd_kafka_ConsumerGroupListing_group_id(one);
      if (known) continue;
      const auto state = rd_kafka_ConsumerGroupListing_state(one);
      group.state = state == RD_KAFKA_CONSUMER_GROUP_STATE_UNKNOWN
                        ? std::string()
                        : rd_kafka_consumer_group_state_name(state);
      if (rd_kafka_ConsumerGroupListing_is_simple_consumer_group(one) == 0) group.protocol = "consumer";
    }
    return ok();
  }

  Status ask_offsets() {
    unsettled_ = false;
    std::vector<GroupFacts*> all;
    for (auto& [name, group] : groups_) all.push_back(&group);
    for (std::size_t at = 0; at < all.size(); at += kMostAtOnce) {
      ARKIVE_TRY(ask_piece(std::span(all).subspan(at, std::min(kMostAtOnce, all.size() - at))));
    }
    client_->succeeded();
    return ok();
  }

  Status ask_piece(std::span<GroupFacts* const> piece) {
    const Queue queue(rd_kafka_queue_new(client_->get()));
    for (GroupFacts* const group : piece) {
      const AdminOptions with = options(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
      rd_kafka_AdminOptions_set_opaque(with.get(), group);
      const OffsetsQuestion question(rd_kafka_ListConsumerGroupOffsets_new(group->name.c_str(), nullptr));
      rd_kafka_ListConsumerGroupOffsets_t* raw = question.get();
      rd_kafka_ListConsumerGroupOffsets(client_->get(), &raw, 1, with.get(), queue.get());
    }
    // Each request ends by its own timeout, so that as many events come.
    for (std::size_t left = piece.size(); left > 0; --left) {
      ARKIVE_ASSIGN(const Event event, client_->wait_for_event(kOperation, queue.get(), deadline_));
      take(*static_cast<GroupFacts*>(rd_kafka_event_opaque(event.get())), event.get());
    }
    return ok();
  }

  void take(GroupFacts& group, rd_kafka_event_t* event) {
    if (const auto error = rd_kafka_event_error(event); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return trouble(group, error);
    }
    std::size_t count = 0;
    const auto* const results = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(event), &count);
    for (const auto* const result : std::span(results, count)) {
      if (const auto* const error = rd_kafka_group_result_error(result); error != nullptr) {
        trouble(group, rd_kafka_error_code(error));
        continue;
      }
      const auto* const list = rd_kafka_group_result_partitions(result);
      if (list == nullptr) continue;
      for (const auto& one : std::span(list->elems, static_cast<std::size_t>(list->cnt))) {
        if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
          trouble(group, one.err);
        } else if (one.offset >= 0) {
          CommittedOffset& offset = group.offsets.emplace_back();
          offset.partition = {one.topic, one.partition};
          offset.offset = one.offset;
          offset.metadata.emplace(one.metadata == nullptr ? "" : static_cast<const char*>(one.metadata),
                                  one.metadata_size);
        }
      }
    }
    std::sort(group.offsets.begin(), group.offsets.end(),
              [](const CommittedOffset& a, const CommittedOffset& b) { return a.partition < b.partition; });
  }

  void trouble(GroupFacts& group, rd_kafka_resp_err_t error) {
    group.error = error_text(error);
    unsettled_ = unsettled_ || outcome_of(error) == Outcome::kRetry;
  }

  const Settings& settings_;
  std::unique_ptr<Client> client_;
  Deadline deadline_;
  Deadline patience_;
  std::map<std::string, GroupFacts> groups_;
  bool unsettled_ = false;
};

}  // namespace

Result<std::vector<GroupFacts>> ask_groups(const Settings& settings, Deadline deadline) {
  return GroupQuery(settings, deadline).run();
}

}  // namespace arkive::kafka::rdkafka

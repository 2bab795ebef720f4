#include <algorithm>

#include "kafka/replay/replay_worker_internal.h"
#include "stores/core/interrupt.h"
#include "stores/core/log.h"

namespace arkive::kafka {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostTasks = 8;
// Batches read and not acknowledged, of one worker; each task may have one more.
constexpr std::size_t kMostBytes = 16 << 20;
constexpr std::size_t kMostQueued = 8;  // of one partition: five under way, and some ready
constexpr std::size_t kMostRequest = 16 << 20;
// Unanswered, of a new connection; twice as much with every answer. A broker whose quota is used up reads
// nothing for as long as all that went beyond it lasts: what is under way then should be little.
constexpr std::size_t kFirstUnderWay = 1 << 20;
constexpr std::size_t kThrottledRequest = 1 << 20;
constexpr milliseconds kRest{5};
constexpr milliseconds kMostConnect{10'000};
constexpr milliseconds kMostLook{3'000};  // then the other partitions have their turn

}  // namespace

bool Throttled::add(SteadyClock::time_point from, SteadyClock::time_point until) {
  const std::lock_guard lock(mutex_);
  const bool is_first = until_ == SteadyClock::time_point();
  told_ += std::max(until - std::max(from, until_), SteadyClock::duration(0));
  until_ = std::max(until_, until);
  return is_first;
}

milliseconds Throttled::until_now() const {
  const std::lock_guard lock(mutex_);
  const auto to_come = std::max(until_ - SteadyClock::now(), SteadyClock::duration(0));
  return std::chrono::duration_cast<milliseconds>(told_ - to_come);
}

std::size_t ReplayWorker::held_bytes() const {
  std::size_t bytes = 0;
  for (const auto& active : active_) {
    for (const auto& [number, target] : active->targets) bytes += target.queued_bytes();
  }
  return bytes;
}

Status ReplayWorker::run() {
  while (!stop_) {
    ARKIVE_TRY(check_interrupt("replay"));
    ARKIVE_TRY(begin_tasks());
    if (active_.empty()) return ok();
    for (const auto& active : active_) {
      ARKIVE_TRY(act(*active));
      fill(*active);
    }
    const bool sent = send();
    const bool received = receive();
    end_tasks();
    ARKIVE_TRY(ground_.journal->flush_now_and_then());
    if (!sent && !received && !active_.empty()) (void)pause_for(kRest, Deadline::never());
  }
  return ok();
}

Status ReplayWorker::begin_tasks() {
  while (!no_more_tasks_ && active_.size() < kMostTasks) {
    ReplayTask* const task = tasks_.take();
    if (task == nullptr) {
      no_more_tasks_ = true;
      break;
    }
    auto begun = begin(*task);
    if (!begun && begun.error().outcome == Outcome::kInterrupted) return fail(begun.error());
    if (!begun) {
      task->error = begun.error().what;
      task->outcome = begun.error().outcome;
      continue;
    }
    active_.push_back(std::move(*begun));
  }
  return ok();
}

Result<std::unique_ptr<ReplayWorker::Active>> ReplayWorker::begin(ReplayTask& task) {
  auto active = std::make_unique<Active>();
  active->task = &task;
  const PlannedTopic& topic = *task.topic;
  const auto add = [&](std::int32_t partition) {
    const auto known = ground_.progress.find({topic.target, partition});
    const PartitionProgress none;
    active->targets.try_emplace(partition, topic, partition, ground_.plan->producer,
                                known == ground_.progress.end() ? none : known->second, *ground_.journal,
                                ground_.target->exact());
  };
  const SourceWant want{ground_.store, ground_.plan->archive_cluster, task.archived, &topic,
                        ground_.plan->until};
  if (task.partition != nullptr) {
    const PlannedPartition& planned = *task.partition;
    add(planned.partition);
    std::int64_t from = planned.begin;
    LeftOut left;
    if (const auto known = ground_.progress.find({topic.target, planned.partition});
        known != ground_.progress.end() && !known->second.map.empty()) {
      const OffsetRun& last = known->second.map.runs().back();
      from = last.source + last.count;
      left = known->second.left;
    }
    ARKIVE_ASSIGN(active->source, open_partition_source(want, planned, from, left));
  } else {
    for (std::size_t i = 0; i < topic.begin.size(); ++i) add(static_cast<std::int32_t>(i));
    ARKIVE_ASSIGN(active->source, open_keyed_source(want));
  }
  if (ground_.resumed) ARKIVE_TRY(look_everywhere(*active));
  return active;
}

Status ReplayWorker::look_everywhere(Active& active) {
  for (auto& [number, target] : active.targets) {
    if (!ground_.target->exact()) {
      // Its batches do not say whose they are.
      ARKIVE_ASSIGN(const auto offsets, ground_.source->offsets(std::span(&target.name(), 1), patience()));
      const PartitionOffsets& ends = offsets.front();
      if (!ends.error.empty() || ends.high_watermark != target.look_want().from_offset) {
        return fail(Outcome::kConflict,
                    "go on with '" + target.name().text() + "': " +
                        (ends.error.empty() ? "it ends at offset " + std::to_string(ends.high_watermark) +
                                                  ", what is known to be replayed at offset " +
                                                  std::to_string(target.look_want().from_offset)
                                            : ends.error),
                    "through librdkafka nothing tells which of the records in between are this restore's: "
                    "delete the topic and begin anew");
      }
      continue;
    }
    ARKIVE_ASSIGN(const TargetLook look,
                  look_at_target(*ground_.source, leaders_, fetchers_, target.look_want(), patience()));
    target.take_look(look);
  }
  return ok();
}

bool ReplayWorker::wants_more(const Active& active) const {
  if (active.read_all) return false;
  std::size_t queued = 0;
  for (const auto& [number, target] : active.targets) {
    if (target.failed()) return false;
    if (target.queued() >= kMostQueued) return false;
    queued += target.queued();
  }
  return queued == 0 || held_bytes() < kMostBytes;
}

void ReplayWorker::fill(Active& active) {
  while (wants_more(active)) {
    MadeBatch made;
    const Result<bool> more = active.source->next(made);
    if (!more) {
      active.read_all = true;
      active.task->error = more.error().what;
      active.task->outcome = more.error().outcome;
      return;
    }
    if (!*more) {
      active.read_all = true;
      return;
    }
    active.targets.at(made.target_partition).push(std::move(made.batch));
  }
}

Status ReplayWorker::act(Active& active) {
  const auto now = SteadyClock::now();
  for (auto& [number, target] : active.targets) {
    if (target.failed()) continue;
    if (target.in_trouble_since(now - options_.patience) && !rested_since(now - options_.patience, target)) {
      target.fail_with(Outcome::kRetry, "replay into '" + target.name().text() + "': for " +
                                            human_duration(options_.patience) +
                                            " no batch was taken: " + target.last_trouble());
      continue;
    }
    if (target.need() != TargetPartition::Need::kNothing && target.may_act(now)) {
      ARKIVE_TRY(settle(target));
    }
  }
  return ok();
}

// While it rests a broker cannot take a batch.
bool ReplayWorker::rested_since(SteadyClock::time_point moment, const TargetPartition& target) const {
  const auto connection = connections_.find(leaders_.of(target.name()));
  return connection != connections_.end() && connection->second.appender &&
         connection->second.appender->rests_until() > moment;
}

// What has arrived, and who sends the rest.
Status ReplayWorker::settle(TargetPartition& target) {
  const bool forgotten = target.need() == TargetPartition::Need::kNewProducer;
  const auto look =
      look_at_target(*ground_.source, leaders_, fetchers_, target.look_want(), patience().sooner(kMostLook));
  if (!look && look.error().outcome == Outcome::kInterrupted) return fail(look.error());
  if (!look) {
    target.cannot_look(look.error());
    return ok();
  }
  target.take_look(*look);
  if (!forgotten || target.failed()) return ok();
  const auto producer = ground_.target->new_producer(patience());
  if (!producer && producer.error().outcome == Outcome::kInterrupted) return fail(producer.error());
  if (!producer) {
    target.fail_with(producer.error().outcome, producer.error().what);
    return ok();
  }
  log_warning("the brokers have forgotten the producer of this restore in '" + target.name().text() +
              "': it goes on with another one");
  target.take_producer(*producer);
  return ground_.journal->flush();
}

bool ReplayWorker::send() {
  if (options_.most_bytes_per_second > 0) {
    const std::chrono::duration<double> due(static_cast<double>(sent_.bytes.load()) /
                                            static_cast<double>(options_.most_bytes_per_second));
    if (SteadyClock::now() - sent_.begun < due) return false;
  }
  const auto now = SteadyClock::now();
  bool any = false;
  while (true) {
    std::map<std::int32_t, std::vector<TargetPartition*>> ready;
    bool leaderless = false;
    for (const auto& active : active_) {
      for (auto& [number, target] : active->targets) {
        if (target.to_send(now) == nullptr) continue;
        const std::int32_t leader = leaders_.of(target.name());
        if (leader < 0) {
          leaderless = true;
        } else {
          ready[leader].push_back(&target);
        }
      }
    }
    if (leaderless) (void)leaders_.refresh(patience().sooner(kMostConnect));
    bool sent = false;
    for (const auto& [leader, targets] : ready) sent = send_to(leader, targets) || sent;
    any = any || sent;
    if (!sent || options_.most_bytes_per_second > 0) return any;
  }
}

bool ReplayWorker::send_to(std::int32_t broker, const std::vector<TargetPartition*>& targets) {
  Connection& connection = connections_[broker];
  if (connection.requests.size() >= 2 * static_cast<std::size_t>(ProducerIdentity::kMostUnanswered)) {
    return false;
  }
  if (connection.rests() || (connection.throttled && !connection.requests.empty())) return false;
  if (!connection.appender) {
    auto opened = ground_.target->open_appender(broker, Deadline::after(kMostConnect));
    if (!opened) {
      // Nothing is lost; but who leads now?
      log_debug(opened.error().what);
      for (TargetPartition* const target : targets) target->cannot_send(opened.error());
      (void)leaders_.refresh(Deadline::after(kMostConnect));
      return false;
    }
    connection.appender = std::move(*opened);
    connection.most_under_way = kFirstUnderWay;
  }
  const std::size_t most = connection.throttled ? kThrottledRequest : kMostRequest;
  std::vector<AppendWant> wants;
  std::vector<TargetPartition*> whose;
  std::size_t bytes = 0;
  for (TargetPartition* const target : targets) {
    const OutgoingBatch& batch = *target->to_send(SteadyClock::now());
    const std::size_t with_it = bytes + batch.size;
    if (bytes > 0 && with_it > most) break;
    if (connection.under_way + bytes > 0 && connection.under_way + with_it > connection.most_under_way) break;
    bytes += batch.size;
    wants.push_back({target->name(), batch.bytes()});
    whose.push_back(target);
  }
  if (wants.empty()) return false;
  if (connection.requests.empty()) connection.oldest = SteadyClock::now();
  for (TargetPartition* const target : whose) target->was_sent();
  connection.requests.push_back({std::move(whose), bytes});
  connection.under_way += bytes;
  sent_.bytes += bytes;
  if (const Status sent = connection.appender->send(wants, patience()); !sent) {
    lose(broker, sent.error().what);
    return false;
  }
  return true;
}

bool ReplayWorker::receive() {
  auto oldest = connections_.end();
  for (auto one = connections_.begin(); one != connections_.end(); ++one) {
    if (one->second.requests.empty() || one->second.rests()) continue;
    if (oldest == connections_.end() || one->second.oldest < oldest->second.oldest) oldest = one;
  }
  if (oldest == connections_.end()) return false;
  Connection& connection = oldest->second;
  const auto got = connection.appender->receive(patience());
  if (!got) {
    lose(oldest->first, got.error().what);
    return true;
  }
  const std::vector<TargetPartition*> whose = std::move(connection.requests.front().whose);
  connection.under_way -= connection.requests.front().bytes;
  connection.requests.pop_front();
  connection.oldest = SteadyClock::now();
  learn(connection);
  std::uint64_t bytes = 0;
  bool moved = false;
  for (std::size_t i = 0; i < whose.size() && i < got->size(); ++i) {
    const std::size_t before = whose[i]->queued_bytes();
    (void)whose[i]->take((*got)[i]);
    bytes += before - whose[i]->queued_bytes();
    moved = moved || (*got)[i].state == AppendGot::State::kMoved;
  }
  if (moved) (void)leaders_.refresh(Deadline::after(kMostConnect));
  if (options_.on_progress && bytes > 0) options_.on_progress(bytes, 0);
  return true;
}

// What the answer says of how much the broker takes.
void ReplayWorker::learn(Connection& connection) {
  const milliseconds pause = connection.appender->throttled();
  if (pause.count() == 0) {
    connection.most_under_way = std::min(2 * connection.most_under_way, kMostBytes);
    return;
  }
  connection.throttled = true;
  const auto now = SteadyClock::now();
  // Where no pause is to come it was made: by brokers before KIP-219, and by librdkafka.
  const auto until = std::max(now, connection.appender->rests_until());
  const auto from = until > now ? now : now - pause;
  if (throttled_.add(from, until)) log_info("a quota of the target holds the restore back");
}

void ReplayWorker::lose(std::int32_t broker, const std::string& why) {
  Connection lost = std::move(connections_[broker]);
  connections_.erase(broker);
  for (const auto& request : lost.requests) {
    for (TargetPartition* const target : request.whose) target->lost(why);
  }
  (void)leaders_.refresh(Deadline::after(kMostConnect));
}

void ReplayWorker::end_tasks() {
  std::erase_if(active_, [&](const std::unique_ptr<Active>& active) {
    const std::int64_t offsets = active->source->source_offsets();
    if (options_.on_progress && offsets > active->offsets_told) {
      options_.on_progress(0, static_cast<std::uint64_t>(offsets - active->offsets_told));
      active->offsets_told = offsets;
    }
    bool ended = true;
    bool failed = false;
    for (const auto& [number, target] : active->targets) {
      failed = failed || target.failed();
      ended = ended && target.under_way() == 0 && (target.failed() || target.queued() == 0);
    }
    if (!ended && !failed) return false;
    // Of a topic that is spread by key the other partitions' answers are still waited for.
    for (const auto& [number, target] : active->targets) {
      if (target.under_way() > 0) return false;
    }
    if (!failed && !active->read_all) return false;
    finish(*active);
    return true;
  });
}

void ReplayWorker::finish(Active& active) {
  ReplayTask& task = *active.task;
  for (const auto& [number, target] : active.targets) {
    if (!target.failed()) continue;
    task.error = target.error();
    task.outcome = target.outcome();
    break;
  }
  if (!task.error.empty()) return;
  const std::int32_t partition = task.partition != nullptr ? task.partition->partition : -1;
  ground_.journal->set_left(task.topic->target, partition, active.source->left());
  ground_.journal->add_done(task.topic->target, partition);
  task.done = true;
}

}  // namespace arkive::kafka

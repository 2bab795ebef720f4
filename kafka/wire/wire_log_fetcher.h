/// WireLogFetcher: LogFetcher over a connection of our own. Internal to kafka/wire.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/connection.h"
#include "kafka/wire/messages/fetch.h"

namespace arkive::kafka::wire {

class WireLogFetcher : public LogFetcher {
 public:
  /// Whether the cluster, asked now, still has this topic under this id (a zero id: under this name).
  using StillThere = std::function<Result<bool>(const FetchWant& want, Deadline deadline)>;

  WireLogFetcher(std::unique_ptr<Connection> connection, StillThere still_there,
                 std::chrono::milliseconds request_timeout)
      : connection_(std::move(connection)),
        still_there_(std::move(still_there)),
        request_timeout_(request_timeout) {}

  Result<std::span<const FetchGot>> fetch(std::span<const FetchWant> wants, const FetchLimits& limits,
                                          Deadline deadline) override;

 private:
  Result<std::int16_t> version_for(std::span<const FetchWant> wants) const;
  Status ask(std::int16_t version, std::span<const FetchWant> wants, const FetchLimits& limits,
             Deadline deadline);
  Status take_answer(std::int16_t version, std::span<const FetchWant> wants);
  bool is_answer_to(const FetchedPartition& partition, const FetchWant& want, bool by_id) const;
  Status look_closer(std::span<const FetchWant> wants, Deadline deadline);
  Status ask_bounds(std::span<const FetchWant> wants, Deadline deadline);

  std::unique_ptr<Connection> connection_;
  StillThere still_there_;
  std::chrono::milliseconds request_timeout_;
  Fetched fetched_;
  std::vector<FetchGot> got_;
  std::vector<std::int16_t> errors_;  // of got_
  std::string kept_;                  // records, while other requests use the connection's buffer
};

}  // namespace arkive::kafka::wire

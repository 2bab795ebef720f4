/// Writer: carries out a plan on a Target. Several requests are in flight; a session's requests are carried
/// out in order, so a child's batch may follow its parent's without waiting. When one fails, nothing more is
/// sent until all are answered; then what failed is mended one request at a time, and the flow goes on.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

#include "zk/restore/ledger.h"
#include "zk/restore/step_stream.h"
#include "zk/restore/target.h"
#include "zk/restore/temporary_identity.h"

namespace arkive::zk {

/// One run. Errors of run(): kRetry (no server for longer than allowed), kDenied, kInterrupted; all else is
/// in the ledger's report.
class Writer {
 public:
  /// Borrows all; `identity` is null when the plan needs none.
  Writer(Target& target, Ledger& ledger, const TemporaryIdentity* identity, const RestoreOptions& options,
         BatchLimits limits, std::size_t own_size, std::chrono::milliseconds without_server);
  Status run();

 private:
  using Answers = std::vector<Answer>;
  // A request on its way, and back.
  struct Sent {
    Request request;
    bool is_final = false;
    bool lost = false;  // its answer was, at least once: it may have been carried out
    Answers answers;
  };
  struct Arrival {
    std::uint64_t id = 0;
    Answers answers;
  };
  // What callbacks touch; outlives the writer, should a callback come late.
  struct Mailbox {
    std::mutex mutex;
    std::condition_variable came;
    std::deque<Arrival> arrivals;
  };

  Status create_parents();
  Status flow();
  void send(Request request);
  void send_final(std::uint32_t item);
  void receive();
  bool accept(Sent& sent);
  void report_progress();

  Status mend();
  Status mend_request(Sent& sent);
  Status mend_final(Sent& sent);
  void give_up(const Step& step);
  bool drop_hopeless(std::vector<Step>& steps, std::size_t count);
  Status look(std::vector<Step>& steps, bool sent);
  Status resolve(std::vector<Step>& steps, std::size_t at, Answer answer, bool sent);
  void resolve_counter(const Step& step, Answer answer, std::vector<Step>& steps, std::size_t at);
  Answers ask(const Request& request);
  Status recover();

  Target& target_;
  Ledger& ledger_;
  const TemporaryIdentity* identity_;
  const RestoreOptions& options_;
  StepStream stream_;
  std::chrono::milliseconds without_server_;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::uint64_t next_id_ = 0;
  std::map<std::uint64_t, Sent> in_flight_;
  std::size_t batches_in_flight_ = 0;
  std::size_t finals_in_flight_ = 0;
  std::map<std::uint64_t, Sent> broken_;  // in the order they were sent
  std::size_t mend_batch_ = 256;          // steps tried at once while mending
  int counter_renames_ = 0;
};

}  // namespace arkive::zk

// Session: multi, and the requests that wait.
#include <algorithm>
#include <future>
#include <limits>

#include "stores/core/bytes.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"
#include "zk/client/session_internal.h"

namespace arkive::zk {
namespace {

constexpr std::chrono::milliseconds kInterruptCheck{200};
constexpr std::chrono::milliseconds kPauseAfterLoss{50};
constexpr int kNotFilledIn = std::numeric_limits<int>::min();

// All that the library needs until the answer is there.
struct MultiRequest {
  std::function<void(std::vector<Answer>)> done;
  std::vector<zoo_op_t> operations;
  std::vector<zoo_op_result_t> results;
  std::vector<::Stat> stats;

  void finish(int code) {
    std::vector<Answer> answers;
    answers.reserve(results.size());
    const bool told = std::any_of(results.begin(), results.end(), [](const zoo_op_result_t& result) {
      return result.err != kNotFilledIn && result.err != ZOK && result.err != ZRUNTIMEINCONSISTENCY;
    });
    for (const zoo_op_result_t& result : results) {
      if (code == ZOK) {
        answers.push_back(Answer::kOk);
      } else if (!told) {
        answers.push_back(answer_of(code));  // the request failed as a whole
      } else {
        const bool followed =
            result.err == ZOK || result.err == ZRUNTIMEINCONSISTENCY || result.err == kNotFilledIn;
        answers.push_back(followed ? Answer::kRolledBack : answer_of(result.err));
      }
    }
    done(std::move(answers));
  }
};

void fill_in(const WriteOperation& from, ::ACL_vector* acl, ::Stat* stat, zoo_op_t& to) {
  const char* data = from.data ? from.data->data() : nullptr;
  const int size = from.data ? static_cast<int>(from.data->size()) : -1;
  switch (from.type) {
    case WriteOperation::Type::kCreate:
      zoo_create_op_init(&to, from.path.c_str(), data, size, acl, ZOO_PERSISTENT, nullptr, 0);
      break;
    case WriteOperation::Type::kDelete:
      zoo_delete_op_init(&to, from.path.c_str(), from.version);
      break;
    case WriteOperation::Type::kSetData:
      zoo_set_op_init(&to, from.path.c_str(), data, size, from.version, stat);
      break;
    case WriteOperation::Type::kCheck:
      zoo_check_op_init(&to, from.path.c_str(), from.version);
      break;
  }
}

// Asks again and again until there is an answer other than a lost connection.
template <class Got, class Ask>
Result<Got> ask_and_wait(Session& session, std::chrono::milliseconds patience, std::string_view path,
                         Ask ask) {
  const Deadline deadline = Deadline::after(patience);
  while (true) {
    auto answered = std::make_shared<std::promise<Got>>();
    std::future<Got> answer = answered->get_future();
    ask([answered](Got got) { answered->set_value(std::move(got)); });
    while (answer.wait_for(kInterruptCheck) != std::future_status::ready) {
      ARKIVE_TRY(check_interrupt("read from ZooKeeper"));
    }
    Got got = answer.get();
    if (got.answer == Answer::kSessionExpired) {
      return fail(Outcome::kConflict, "read '" + printable(path) + "': the session has expired");
    }
    if (got.answer != Answer::kConnectionLoss) return got;
    if (deadline.passed()) {
      return fail(Outcome::kRetry, "read '" + printable(path) + "': no server could be reached");
    }
    if (!pause_for(kPauseAfterLoss, deadline)) ARKIVE_TRY(check_interrupt("read from ZooKeeper"));
    ARKIVE_TRY(session.wait_connected(deadline));
  }
}

}  // namespace

void Session::multi(std::vector<WriteOperation> operations, std::function<void(std::vector<Answer>)> done) {
  using Waiting = Impl::Waiting<MultiRequest>;
  auto waiting = std::make_unique<Waiting>();
  MultiRequest& request = waiting->done;
  request.done = std::move(done);
  request.operations.resize(operations.size());
  request.stats.resize(operations.size());
  zoo_op_result_t unknown{};
  unknown.err = kNotFilledIn;
  request.results.assign(operations.size(), unknown);
  std::vector<BorrowedAcl> acls;
  acls.reserve(operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    acls.emplace_back(operations[i].acl);
    fill_in(operations[i], acls.back().get(), &request.stats[i], request.operations[i]);
  }
  waiting->fail = [](Waiting& w, Answer answer) {
    w.done.done(std::vector<Answer>(w.done.results.size(), answer));
  };
  impl_->ask(std::move(waiting), [&](const void* context) {
    return zoo_amulti(
        impl_->library, static_cast<int>(request.operations.size()), request.operations.data(),
        request.results.data(),
        [](int code, const void* given) noexcept {
          Impl::tell<Waiting>(given, [&](Waiting& w) { w.done.finish(code); });
        },
        context);
  });
}

Result<Session::Got> Session::get(std::string_view path) {
  return ask_and_wait<Got>(*this, impl_->patience, path,
                           [&](std::function<void(Got)> done) { get(path, std::move(done)); });
}

Result<Session::GotAcl> Session::get_acl(std::string_view path) {
  return ask_and_wait<GotAcl>(*this, impl_->patience, path,
                              [&](std::function<void(GotAcl)> done) { get_acl(path, std::move(done)); });
}

Result<Session::GotChildren> Session::get_children(std::string_view path) {
  return ask_and_wait<GotChildren>(*this, impl_->patience, path, [&](std::function<void(GotChildren)> done) {
    get_children(path, std::move(done));
  });
}

}  // namespace arkive::zk

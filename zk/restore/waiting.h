/// Waiting for an asynchronous request of Target.
#pragma once

#include <future>
#include <memory>
#include <utility>

namespace arkive::zk {

/// `auto got = wait_for<Session::Got>([&](auto done) { target.get(path, std::move(done)); });`
template <class Answered, class Start>
Answered wait_for(Start start) {
  // Shared: the callback's thread may still be inside set_value() when the waiting one goes on.
  const auto promise = std::make_shared<std::promise<Answered>>();
  std::future<Answered> future = promise->get_future();
  start([promise](Answered answered) { promise->set_value(std::move(answered)); });
  return future.get();
}

}  // namespace arkive::zk

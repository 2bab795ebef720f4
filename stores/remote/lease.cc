#include "stores/remote/lease.h"

#include <unistd.h>

#include <algorithm>
#include <optional>

#include "stores/core/hash.h"
#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/core/retry.h"

namespace arkive::remote {
namespace {

constexpr std::size_t kNonceBytes = 16;
constexpr std::chrono::seconds kGrace{1};  // moments of HTTP are whole seconds
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{1000};

struct Stored {
  LeaseRecord record;
  StoredObject object;

  bool can_be_taken() const {
    const auto lease = std::chrono::milliseconds(record.lease + kGrace);
    return record.released || object.now_ms - object.written_ms > lease.count();
  }
};

/// Nothing when there is no such object.
Result<std::optional<Stored>> read_lease(const ConditionalObject& object, Deadline deadline) {
  ARKIVE_ASSIGN(auto stored, object.read(deadline));
  if (!stored) return std::nullopt;
  auto record = LeaseRecord::parse(stored->bytes);
  if (!record) return fail(std::move(record.error()).within("read lock '" + object.name() + "'"));
  return Stored{std::move(*record), std::move(*stored)};
}

/// Some servers take a condition without looking at it: on them two could hold one lock. The object is there,
/// for we hold it: it must not be made again.
Status check_conditions(const ConditionalObject& object, const LeaseRecord& record, Deadline deadline) {
  ARKIVE_ASSIGN(const auto written, object.write(record.to_json(), "", deadline));
  if (!written) return ok();
  return fail(Outcome::kUsage,
              "lock '" + object.name() +
                  "': the server does not look at the condition of a put (If-None-Match), so two runs could "
                  "write over each other",
              "take a server that does (docs/stores.md names some)");
}

std::string this_process() {
  return "process " + std::to_string(::getpid()) + " on " + host_name();
}

}  // namespace

Result<std::unique_ptr<Lease>> Lease::acquire(std::unique_ptr<const ConditionalObject> object,
                                              std::chrono::seconds lasts, Deadline deadline) {
  LeaseRecord record{.holder = this_process(), .nonce = to_hex(random_bytes(kNonceBytes)), .lease = lasts};
  // What is asked may take its time however short the caller will wait for the holder.
  const auto asking = [&] {
    return Deadline::at(std::max(deadline.moment(), Deadline::after(record.lease).moment()));
  };
  Backoff pauses({.first = kFirstPause, .longest = kLongestPause});
  std::string over;  // the tag of the object that is to be replaced
  for (bool try_to_write = true;;) {
    if (try_to_write) {
      ARKIVE_ASSIGN(const auto written, object->write(record.to_json(), over, asking()));
      if (written) {
        ARKIVE_TRY(check_conditions(*object, record, asking()));
        return std::unique_ptr<Lease>(
            new Lease(std::move(object), std::move(record), {written->entity_tag, written->now_ms}));
      }
    }
    ARKIVE_ASSIGN(const auto stored, read_lease(*object, asking()));
    over = stored ? stored->object.entity_tag : "";
    try_to_write = !stored || stored->can_be_taken();
    if (!stored) continue;
    if (stored->record.nonce == record.nonce && !stored->record.released) {
      // It was ours already: the answer had been lost.
      return std::unique_ptr<Lease>(new Lease(std::move(object), stored->record,
                                              {stored->object.entity_tag, stored->object.written_ms}));
    }
    record.number = stored->record.number + 1;
    if (try_to_write) continue;
    const std::chrono::milliseconds ago(
        std::max<UnixMilliseconds>(0, stored->object.now_ms - stored->object.written_ms));
    if (deadline.passed()) {
      return fail(Outcome::kConflict,
                  "lock '" + object->name() + "': held by " + printable(stored->record.holder) +
                      ", which renewed it " + human_duration(ago) + " ago",
                  "wait until it ends; if it was killed, the lock is free " +
                      human_duration(stored->record.lease) + " after its last renewal");
    }
    if (!pause_for(pauses.next(), deadline)) return fail(interruption_of("lock '" + object->name() + "'"));
  }
}

Lease::Lease(std::unique_ptr<const ConditionalObject> object, LeaseRecord record, Held held)
    : object_(std::move(object)),
      record_(std::move(record)),
      held_(std::move(held)),
      renewer_([this] { renew_until_stopped(); }) {}

Lease::~Lease() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  renewer_.join();
  if (lost_) return;
  LeaseRecord released = record_;
  released.released = true;
  // Not worth a long wait: it is free by itself when the lease is over.
  const auto written = object_->write(released.to_json(), held_.entity_tag, Deadline::after(record_.lease));
  if (!written) log_warning("the lock is not given back: " + written.error().what);
}

Error Lease::lost() const {
  return {Outcome::kConflict,
          "keep lock '" + object_->name() + "': somebody else took it, for it was not renewed within " +
              human_duration(record_.lease),
          "nothing more is written by this run; run the command again"};
}

Result<Validity> Lease::validity() const {
  const std::lock_guard lock(mutex_);
  if (lost_) return fail(lost());
  return Validity{held_.renewed_ms, std::max(record_.lease - kGrace, std::chrono::seconds(1))};
}

void Lease::renew_until_stopped() {
  std::unique_lock lock(mutex_);
  const auto between = std::chrono::milliseconds(record_.lease) / 3;
  while (!wake_.wait_for(lock, between, [this] { return stopping_; }) && !lost_) {
    lock.unlock();
    renew();
    lock.lock();
  }
}

void Lease::renew() {
  const Deadline deadline = Deadline::after(record_.lease / 2);
  std::string over;
  {
    const std::lock_guard lock(mutex_);
    over = held_.entity_tag;
  }
  auto written = object_->write(record_.to_json(), over, deadline);
  Held held;
  bool lost = false;
  std::optional<Error> error;
  if (!written) {
    error = std::move(written.error());
  } else if (*written) {
    held = {(*written)->entity_tag, (*written)->now_ms};
  } else {
    // Somebody else has it, or it was we whose answer was lost.
    auto stored = read_lease(*object_, deadline);
    if (!stored) {
      error = std::move(stored.error());
    } else if (*stored && (*stored)->record.nonce == record_.nonce && !(*stored)->record.released) {
      held = {(*stored)->object.entity_tag, (*stored)->object.written_ms};
    } else {
      lost = true;
    }
  }
  if (error) log_warning("the lock is not renewed yet: " + error->what);
  const std::lock_guard lock(mutex_);
  if (!held.entity_tag.empty()) held_ = std::move(held);
  if (lost) {
    lost_ = true;
    log_error(this->lost().what);
  }
}

class HeldLeases::Lock final : public StoreLock {
 public:
  Lock(std::shared_ptr<Held> held, std::unique_ptr<Lease> lease)
      : held_(std::move(held)), lease_(std::move(lease)) {
    const std::lock_guard lock(held_->mutex);
    held_->leases.push_back(lease_.get());
  }
  ~Lock() override {
    const std::lock_guard lock(held_->mutex);
    std::erase(held_->leases, lease_.get());
  }

 private:
  const std::shared_ptr<Held> held_;
  const std::unique_ptr<Lease> lease_;
};

std::unique_ptr<StoreLock> HeldLeases::hold(std::unique_ptr<Lease> lease) {
  return std::make_unique<Lock>(held_, std::move(lease));
}

Result<std::optional<Validity>> HeldLeases::validity() const {
  const std::lock_guard lock(held_->mutex);
  std::optional<Validity> least;
  for (const Lease* lease : held_->leases) {
    ARKIVE_ASSIGN(const Validity validity, lease->validity());
    if (!least || validity.end() < least->end()) least = validity;
  }
  return least;
}

}  // namespace arkive::remote

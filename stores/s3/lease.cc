#include "stores/s3/lease.h"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/s3/object_headers.h"

namespace arkive::s3 {
namespace {

constexpr std::size_t kNonceBytes = 16;
constexpr std::chrono::seconds kGrace{1};  // moments of HTTP are whole seconds
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{1000};

struct Stored {
  LeaseRecord record;
  std::string entity_tag;
  UnixMilliseconds written_ms = 0;  ///< both by the server's clock
  UnixMilliseconds now_ms = 0;

  bool can_be_taken() const {
    const auto lease = std::chrono::milliseconds(record.lease + kGrace);
    return record.released || now_ms - written_ms > lease.count();
  }
};

/// Nothing when there is no such object.
Result<std::optional<Stored>> read_lease(const Connection& connection, const std::string& key,
                                         Deadline deadline) {
  ARKIVE_ASSIGN(const http::Response response,
                connection.call({.operation = "read lock", .key = key}, deadline));
  if (response.status == 404) return std::nullopt;
  Stored stored;
  auto record = LeaseRecord::parse(response.body);
  if (!record) return fail(std::move(record.error()).within("read lock '" + connection.object(key) + "'"));
  stored.record = std::move(*record);
  stored.entity_tag = response.header("etag");
  ARKIVE_ASSIGN(stored.written_ms, time_in(response, "last-modified"));
  ARKIVE_ASSIGN(stored.now_ms, time_in(response, "date"));
  return stored;
}

/// Writes it over the object with that tag; over none, when it is empty. Nothing when somebody was faster.
Result<std::optional<http::Response>> write_lease(const Connection& connection, const std::string& key,
                                                  const LeaseRecord& record, const std::string& over,
                                                  Deadline deadline) {
  const std::string json = record.to_json();
  Call call{.operation = "write lock",
            .method = "PUT",
            .key = key,
            .headers = {{"x-amz-checksum-sha256", checksum_of(json)}},
            .body = json};
  if (over.empty()) {
    call.headers.emplace_back("if-none-match", "*");
  } else {
    call.headers.emplace_back("if-match", over);
  }
  ARKIVE_ASSIGN(http::Response response, connection.call(call, deadline));
  if (response.status == 412 || response.status == 404) return std::nullopt;
  return response;
}

/// Some servers take a condition without looking at it: on them two could hold one lock. The object is there,
/// for we hold it: it must not be made again.
Status check_conditions(const Connection& connection, const std::string& key, const LeaseRecord& record,
                        Deadline deadline) {
  ARKIVE_ASSIGN(const auto written, write_lease(connection, key, record, "", deadline));
  if (!written) return ok();
  return fail(Outcome::kUsage,
              "lock '" + connection.object(key) +
                  "': the server does not look at If-None-Match, so two runs could write over each other",
              "take a server that does (docs/stores.md names some)");
}

std::string this_process() {
  return "process " + std::to_string(::getpid()) + " on " + host_name();
}

}  // namespace

std::string LeaseRecord::to_json() const {
  return nlohmann::json{{"holder", holder},
                        {"lease_seconds", lease.count()},
                        {"nonce", nonce},
                        {"number", number},
                        {"released", released}}
             .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

Result<LeaseRecord> LeaseRecord::parse(std::string_view json) {
  const auto bad = [] {
    return fail(Outcome::kCorrupt, "it is no lock of arkive",
                "when no arkive writes into this store, remove the object");
  };
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object()) return bad();
  LeaseRecord record;
  const auto holder = parsed.find("holder");
  const auto nonce = parsed.find("nonce");
  const auto number = parsed.find("number");
  const auto lease = parsed.find("lease_seconds");
  const auto released = parsed.find("released");
  const auto end = parsed.end();
  if (holder == end || !holder->is_string() || nonce == end || !nonce->is_string() || number == end ||
      !number->is_number_unsigned() || lease == end || !lease->is_number_unsigned() || released == end ||
      !released->is_boolean())
    return bad();
  constexpr std::uint64_t kDay = 86'400;
  if (lease->get<std::uint64_t>() > kDay) return bad();
  record.holder = holder->get<std::string>();
  record.nonce = nonce->get<std::string>();
  record.number = number->get<std::uint64_t>();
  record.lease = std::chrono::seconds(lease->get<std::uint64_t>());
  record.released = released->get<bool>();
  return record;
}

Result<std::unique_ptr<Lease>> Lease::acquire(std::shared_ptr<const Connection> connection, std::string key,
                                              Deadline deadline) {
  LeaseRecord record{.holder = this_process(),
                     .nonce = to_hex(random_bytes(kNonceBytes)),
                     .lease = connection->settings().lease};
  // A first look must be possible however short the caller will wait for the holder.
  const Deadline asking = deadline.remaining() < record.lease ? Deadline::after(record.lease) : deadline;
  Backoff pauses({.first = kFirstPause, .longest = kLongestPause});
  std::string over;  // the tag of the object that is to be replaced
  for (bool try_to_write = true;;) {
    if (try_to_write) {
      ARKIVE_ASSIGN(const auto written, write_lease(*connection, key, record, over, asking));
      if (written) {
        ARKIVE_TRY(check_conditions(*connection, key, record, asking));
        ARKIVE_ASSIGN(const UnixMilliseconds renewed, time_in(*written, "date"));
        return std::unique_ptr<Lease>(new Lease(std::move(connection), std::move(key), std::move(record),
                                                {std::string(written->header("etag")), renewed}));
      }
    }
    ARKIVE_ASSIGN(const auto stored, read_lease(*connection, key, asking));
    over = stored ? stored->entity_tag : "";
    try_to_write = !stored || stored->can_be_taken();
    if (!stored) continue;
    if (stored->record.nonce == record.nonce && !stored->record.released) {
      // It was ours already: the answer had been lost.
      return std::unique_ptr<Lease>(new Lease(std::move(connection), std::move(key), stored->record,
                                              {stored->entity_tag, stored->written_ms}));
    }
    record.number = stored->record.number + 1;
    if (try_to_write) continue;
    const std::chrono::milliseconds ago(std::max<UnixMilliseconds>(0, stored->now_ms - stored->written_ms));
    if (deadline.passed()) {
      return fail(Outcome::kConflict,
                  "lock '" + connection->object(key) + "': held by " + printable(stored->record.holder) +
                      ", which renewed it " + human_duration(ago) + " ago",
                  "wait until it ends; if it was killed, the lock is free " +
                      human_duration(stored->record.lease) + " after its last renewal");
    }
    if (!pause_for(pauses.next(), deadline))
      return fail(Outcome::kInterrupted, "lock '" + connection->object(key) + "': interrupted by a signal");
  }
}

Lease::Lease(std::shared_ptr<const Connection> connection, std::string key, LeaseRecord record, Held held)
    : connection_(std::move(connection)),
      key_(std::move(key)),
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
  const auto written = write_lease(*connection_, key_, released, held_.entity_tag,
                                   Deadline::after(connection_->settings().lease));
  if (!written) log_warning("the lock is not given back: " + written.error().what);
}

Error Lease::lost() const {
  return {Outcome::kConflict,
          "keep lock '" + connection_->object(key_) +
              "': somebody else took it, for it was not renewed within " + human_duration(record_.lease),
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
  auto written = write_lease(*connection_, key_, record_, over, deadline);
  Held held;
  bool lost = false;
  std::optional<Error> error;
  if (!written) {
    error = std::move(written.error());
  } else if (*written) {
    const auto renewed = time_in(**written, "date");
    if (renewed) held = {std::string((*written)->header("etag")), *renewed};
  } else {
    // Somebody else has it, or it was we whose answer was lost.
    auto stored = read_lease(*connection_, key_, deadline);
    if (!stored) {
      error = std::move(stored.error());
    } else if (*stored && (*stored)->record.nonce == record_.nonce && !(*stored)->record.released) {
      held = {(*stored)->entity_tag, (*stored)->written_ms};
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

}  // namespace arkive::s3

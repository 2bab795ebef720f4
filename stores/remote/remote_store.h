/// RemoteStore: a Store in a bucket, whatever its server speaks.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "stores/remote/lease.h"
#include "stores/remote/object_server.h"
#include "stores/store.h"

namespace arkive::remote {

/// Any thread. Requests are tried again within the deadline (docs/reliability.md, R4). A new object is whole
/// and durable when the server has answered. A lock is a lease, of an object below "locks/".
class RemoteStore : public Store {
 public:
  /// `lease`: a lock whose holder fell silent is free after it.
  RemoteStore(std::shared_ptr<const ObjectServer> server, std::chrono::seconds lease)
      : server_(std::move(server)), lease_(lease) {}

  std::string name() const override { return server_->object(""); }
  bool is_remote() const override { return true; }
  Status put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) override;
  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view key, Deadline deadline) override;
  Status settle(Deadline) override { return ok(); }
  Result<std::unique_ptr<StoreLock>> lock(std::string_view name, Deadline deadline) override;
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override;
  /// Asks for what is behind the byte at which an answer breaks off; one of 64 KiB and more counts as an
  /// answer all the same. kRetry also when somebody puts another object in its place meanwhile.
  Status stream(std::string_view key, std::uint64_t offset, std::uint64_t size, const TakeBytes& take,
                Deadline deadline) const override;
  Result<Object> head(std::string_view key, Deadline deadline) const override;
  Status list(std::string_view prefix, const std::function<Status(const Object&)>& each,
              Deadline deadline) const override;
  Status remove(std::string_view key, Deadline deadline) override;
  Status remove_unfinished(Deadline deadline) override { return server_->remove_unfinished(deadline); }
  Result<Keeping> kept_until(std::string_view key, Deadline deadline) const override;
  Result<bool> keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline) override;
  Result<bool> may_keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline) const override;
  Result<std::chrono::milliseconds> keeps_for() const override { return server_->keeps_for(); }

 private:
  Status check_created(std::string_view key, Bytes data, Deadline deadline) const;
  Result<std::string> get_whole(std::string_view key, Deadline deadline) const;

  const std::shared_ptr<const ObjectServer> server_;
  const std::chrono::seconds lease_;
  HeldLeases leases_;
};

}  // namespace arkive::remote

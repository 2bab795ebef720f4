/// S3Store: a Store in a bucket, of AWS or any server that speaks its protocol (docs/stores.md). A new object
/// is whole and durable when the server has answered.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "stores/remote/lease.h"
#include "stores/remote/parts_under_way.h"
#include "stores/s3/connection.h"
#include "stores/s3/credentials.h"
#include "stores/s3/settings.h"
#include "stores/store.h"

namespace arkive {

/// Any thread. Requests are tried again within the deadline (docs/reliability.md, R4). A lock is a lease:
/// once a process that holds one stood still for longer than it lasts, the server takes nothing more from it
/// (kConflict). Objects under retention are not removed: kDenied, saying until when.
class S3Store final : public Store {
 public:
  /// kUsage for settings that no bucket can have. Sends nothing yet.
  static Result<std::unique_ptr<S3Store>> open(s3::Settings settings,
                                               std::unique_ptr<s3::CredentialProvider> credentials);

  std::string name() const override { return connection_->object(""); }
  Status put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) override;
  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view key, Deadline deadline) override;
  Status settle(Deadline) override { return ok(); }
  Result<std::unique_ptr<StoreLock>> lock(std::string_view name, Deadline deadline) override;
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override;
  Result<Object> head(std::string_view key, Deadline deadline) const override;
  Status list(std::string_view prefix, const std::function<Status(const Object&)>& each,
              Deadline deadline) const override;
  Status remove(std::string_view key, Deadline deadline) override;
  Status remove_unfinished(Deadline deadline) override;

 private:
  explicit S3Store(std::shared_ptr<const s3::Connection> connection);
  Status check_created(std::string_view key, Bytes data, Deadline deadline) const;
  Status check_retention(std::string_view key, Deadline deadline) const;
  Result<std::string> get_whole(std::string_view key, Deadline deadline) const;

  const std::shared_ptr<const s3::Connection> connection_;
  const std::shared_ptr<remote::PartsUnderWay> parts_;
  remote::HeldLeases leases_;
};

}  // namespace arkive

/// AzureStore: a Store in a container of Azure Blob Storage (docs/stores.md). A new object is whole and
/// durable when the server has answered.
#pragma once

#include <memory>
#include <string>

#include "stores/azure/connection.h"
#include "stores/azure/credentials.h"
#include "stores/azure/settings.h"
#include "stores/remote/lease.h"
#include "stores/remote/parts_under_way.h"
#include "stores/store.h"

namespace arkive {

/// Any thread. Requests are tried again within the deadline (docs/reliability.md, R4). A lock is a lease:
/// once a process that holds one stood still for longer than it lasts, nothing more is taken from it
/// (kConflict); with an account's key it is the server that refuses, else this process asks no more. Objects
/// under an immutability policy are not removed: kDenied.
class AzureStore final : public Store {
 public:
  /// kUsage for settings that no container can have. Sends nothing yet.
  static Result<std::unique_ptr<AzureStore>> open(azure::Settings settings,
                                                  std::unique_ptr<azure::CredentialProvider> credentials);

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

 private:
  explicit AzureStore(std::shared_ptr<const azure::Connection> connection);
  Status check_created(std::string_view key, Bytes data, Deadline deadline) const;
  Result<std::string> get_whole(std::string_view key, Deadline deadline) const;

  const std::shared_ptr<const azure::Connection> connection_;
  const std::shared_ptr<remote::PartsUnderWay> parts_;
  remote::HeldLeases leases_;
};

}  // namespace arkive

/// AzuriteServer: an Azurite, Microsoft's own stand-in for Azure Blob Storage, for tests, benches and drills.
///
///   ARKIVE_ASSIGN(auto azurite, AzuriteServer::start_new(scratch, {.containers = {"backups"}},
///   Deadline::after(60s))); copy_to(azurite->endpoint(), "backups", azurite->settings().account,
///   azurite->settings().key); ARKIVE_TRY(azurite->pause());
///
/// It takes Shared Key and signatures made of the key; with TLS also tokens, whoever signed them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "restore-plans/rehearse/object_store_server.h"

namespace arkive::rehearse {

struct AzuriteSettings {
  /// Made at each start where they are missing.
  std::vector<std::string> containers = {"arkive"};
  bool tls = false;        ///< https with a certificate for 127.0.0.1 and localhost, instead of http
  bool in_memory = false;  ///< nothing on disk; gone when it ends
  std::string account = "arkivetest";
  std::string key{};  ///< of the account, in Base64; empty: a new one
  Lifetime lifetime = Lifetime::kOurs;
};

/// Its name is "azurite". It listens on 127.0.0.1 alone. What it was told shortly before a kill may be lost.
class AzuriteServer : public ObjectStoreServer {
 public:
  /// Starts a new one on a free port, with its files below `directory`, which is made, and waits until it
  /// serves. kConflict when one lives there already, kUsage for a name that Azure would not take, kNotFound
  /// when the program was not fetched (azurite_package.h); else as wait_until_ready.
  static Result<std::unique_ptr<AzuriteServer>> start_new(const std::string& directory,
                                                          const AzuriteSettings& settings, Deadline deadline);
  /// The one that start_new() left in `directory`, running or not, with the same settings and port. kNotFound
  /// if there is none.
  static Result<std::unique_ptr<AzuriteServer>> open(const std::string& directory);

  /// Of the account: "http://127.0.0.1:4001/arkivetest".
  std::string endpoint() const { return origin() + "/" + settings_.account; }
  /// With the key as it is. What is changed is used at the next start.
  AzuriteSettings& settings() { return settings_; }
  const AzuriteSettings& settings() const { return settings_; }

  /// It answers, and has its containers: those that are missing are made.
  bool ready() override;

 protected:
  Result<Command> prepare() override;
  bool with_tls() const override { return settings_.tls; }
  bool in_memory() const override { return settings_.in_memory; }
  Status save() const override;

 private:
  AzuriteServer(const std::string& directory, const AzuriteSettings& settings);

  AzuriteSettings settings_;
};

}  // namespace arkive::rehearse

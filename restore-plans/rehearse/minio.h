/// MinioServer: a MinIO of one drive, an object store that speaks S3, for tests, benches and drills.
///
///   ARKIVE_ASSIGN(auto minio, MinioServer::start_new(scratch, {.buckets = {"backups"}},
///   Deadline::after(60s))); copy_to(minio->endpoint(), "backups", minio->settings().access_key,
///   minio->settings().secret_key); ARKIVE_TRY(minio->pause());
///
/// Requests are signed for the region us-east-1, and name the bucket in the path.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "restore-plans/rehearse/object_store_server.h"

namespace arkive::rehearse {

struct MinioSettings {
  /// Made before each start where they are missing: names of S3, 3 to 63 of a-z, 0-9, '.' and '-'.
  std::vector<std::string> buckets = {"arkive"};
  bool tls = false;          ///< https with a certificate for 127.0.0.1 and localhost, instead of http
  std::string access_key{};  ///< of the user who may do everything; empty: a new one
  std::string secret_key{};  ///< empty: a new one; otherwise 8 characters at least
  /// Variables of MinIO's environment ("MINIO_API_REQUESTS_MAX"), added to or replacing ours. Nothing of this
  /// process's own environment gets there.
  std::map<std::string, std::string> environment{};
  Lifetime lifetime = Lifetime::kOurs;
};

/// Its name is "minio". It listens on the loopback addresses alone, and has no console. Its data directory
/// has a directory per bucket.
class MinioServer : public ObjectStoreServer {
 public:
  /// Starts a new one on a free port, with its files below `directory`, which is made, and waits until it
  /// serves. kConflict when one lives there already, kUsage for a name that no bucket can have, kNotFound
  /// when the program was not fetched (minio_binary.h); else as wait_until_ready.
  static Result<std::unique_ptr<MinioServer>> start_new(const std::string& directory,
                                                        const MinioSettings& settings, Deadline deadline);
  /// The one that start_new() left in `directory`, running or not, with the same settings and port. kNotFound
  /// if there is none.
  static Result<std::unique_ptr<MinioServer>> open(const std::string& directory);

  /// "http://127.0.0.1:4001".
  std::string endpoint() const { return origin(); }
  /// With the keys as they are. What is changed is used at the next start.
  MinioSettings& settings() { return settings_; }

  /// Asked by GET /minio/health/cluster: it can read and write its drive, and knows its buckets and users.
  bool ready() override;

 protected:
  Result<Command> prepare() override;
  bool with_tls() const override { return settings_.tls; }
  Status save() const override;

 private:
  MinioServer(const std::string& directory, const MinioSettings& settings);

  MinioSettings settings_;
};

}  // namespace arkive::rehearse

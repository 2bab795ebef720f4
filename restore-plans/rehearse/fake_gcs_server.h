/// FakeGcsServer: a fake-gcs-server, which stands in for Google Cloud Storage, for tests, benches and drills.
///
///   ARKIVE_ASSIGN(auto fake, FakeGcsServer::start_new(scratch, {.buckets = {"backups"}},
///   Deadline::after(60s))); copy_to(fake->endpoint(), "backups"); ARKIVE_TRY(fake->pause());
///
/// It speaks the JSON interface (/storage, /upload, /download) and reads by the XML interface (/bucket/key),
/// and takes requests whoever they are from: with any token, or none. What it does otherwise than Google:
///
/// - ifGenerationMatch counts for uploads alone; a removal heeds `generation`; reading takes no condition;
/// - digests are compared only where the metadata of an upload in one request names them;
/// - an upload in pieces is gone when the server ends; a question how far one has come ("bytes */*") is
///   taken for its end; each piece is appended, whatever its Content-Range says; to end one by DELETE is
///   answered, not done;
/// - while the bytes of a media upload are on their way, everybody else waits.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "restore-plans/rehearse/object_store_server.h"

namespace arkive::rehearse {

struct FakeGcsServerSettings {
  /// Made at each start where they are missing: 3 to 63 of a-z, 0-9, '.' and '-'.
  std::vector<std::string> buckets = {"arkive"};
  bool tls = false;  ///< https with a certificate for 127.0.0.1 and localhost, instead of http
  /// Gone when it ends, but with keys as Google has them. On disk a key is a path: "a" is refused beside
  /// "a/b", also when that is gone, and so is a part of more than 235 bytes; "a//b" and "a/./b" are "a/b";
  /// "a/" is nothing.
  bool in_memory = false;
  Lifetime lifetime = Lifetime::kOurs;
};

/// Its name is "fake-gcs-server". It listens on 127.0.0.1 alone.
class FakeGcsServer : public ObjectStoreServer {
 public:
  /// Starts a new one on a free port, with its files below `directory`, which is made, and waits until it
  /// serves. kConflict when one lives there already, kUsage for a name that no bucket can have, kNotFound
  /// when the program was not fetched (fake_gcs_server_binary.h); else as wait_until_ready.
  static Result<std::unique_ptr<FakeGcsServer>> start_new(const std::string& directory,
                                                          const FakeGcsServerSettings& settings,
                                                          Deadline deadline);
  /// The one that start_new() left in `directory`, running or not, with the same settings and port. kNotFound
  /// if there is none.
  static Result<std::unique_ptr<FakeGcsServer>> open(const std::string& directory);

  /// "http://127.0.0.1:4001".
  std::string endpoint() const { return origin(); }
  /// What is changed is used at the next start.
  FakeGcsServerSettings& settings() { return settings_; }
  const FakeGcsServerSettings& settings() const { return settings_; }

  /// It answers, and has its buckets: those that are missing are made.
  bool ready() override;

 protected:
  Result<Command> prepare() override;
  bool with_tls() const override { return settings_.tls; }
  bool in_memory() const override { return settings_.in_memory; }
  Status save() const override;

 private:
  FakeGcsServer(const std::string& directory, const FakeGcsServerSettings& settings);
  bool says_good(const http::Request& request) const;

  FakeGcsServerSettings settings_;
};

}  // namespace arkive::rehearse

/// A real MinIO, and stores in its bucket.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "restore-plans/rehearse/minio.h"
#include "stores/s3/connection.h"
#include "stores/s3/s3_store.h"
#include "tests/support/results.h"

namespace arkive::test {

inline constexpr const char* kBucket = "contract";

/// With variables of its environment.
inline rehearse::MinioSettings minio_settings(std::map<std::string, std::string> environment) {
  return {.buckets = {kBucket},
          .access_key = "arkive",
          .secret_key = "arkive-secret",
          .environment = std::move(environment)};
}

/// One for all tests of the program.
class Minio final : public testing::Environment {
 public:
  void SetUp() override {
    server_ = value_of(rehearse::MinioServer::start_new(directory_.path(), minio_settings({}),
                                                        Deadline::after(std::chrono::seconds(60))));
  }
  void TearDown() override { server_.reset(); }

  static rehearse::MinioServer& server() { return *server_; }

 private:
  TemporaryDirectory directory_ = value_of(TemporaryDirectory::create("minio"));
  static inline std::unique_ptr<rehearse::MinioServer> server_;
};

/// Of the bucket of that server, or of the one of all tests.
inline s3::Settings settings_for(const std::string& prefix,
                                 const rehearse::MinioServer& server = Minio::server()) {
  s3::Settings settings{.location = value_of(s3::Location::parse(kBucket + ("/" + prefix)))};
  settings.endpoint = value_of(http::Url::parse(server.endpoint()));
  settings.path_style = true;
  settings.part_bytes = 5U << 20;  // so that objects of the contract have several
  return settings;
}

inline std::unique_ptr<s3::CredentialProvider> credentials() {
  return s3::fixed_credentials({"arkive", "arkive-secret"}, "the test");
}

/// Each scratch path has a prefix of its own.
inline Result<std::unique_ptr<Store>> open_bucket(const std::string& path) {
  ARKIVE_ASSIGN(auto store, S3Store::open(settings_for(path.substr(1)), credentials()));
  return store;
}

class Bucket : public ScratchTest {
 protected:
  std::string place(const std::string& name) const { return scratch(name); }
  static Deadline soon() { return Deadline::after(std::chrono::seconds(30)); }
};

}  // namespace arkive::test

/// Credentials for Google Cloud Storage, in files and from authorities that a test plays.
#pragma once

#include <nlohmann/json.hpp>

#include "stores/core/files.h"
#include "stores/gcs/environment.h"
#include "tests/support/http_server.h"
#include "tests/support/results.h"
#include "tests/support/variables.h"

namespace arkive::test {

/// Whatever is secret in what it writes is called a canary.
class GcsCredentials : public ScratchTest {
 protected:
  static Result<gcs::Settings> settings(Variables variables) {
    return gcs::settings_from(environment_of(std::move(variables)),
                              value_of(gcs::Location::parse("bucket/zoo")));
  }
  static Result<std::unique_ptr<gcs::CredentialProvider>> provider(const Variables& variables) {
    ARKIVE_ASSIGN(const gcs::Settings read, settings(variables));
    return gcs::credentials_from(environment_of(variables), read);
  }
  static Result<gcs::Credentials> credentials(const Variables& variables) {
    ARKIVE_ASSIGN(const auto found, provider(variables));
    return found->ask(Deadline::after(std::chrono::seconds(10)));
  }
  /// Those in a file that says `text`.
  Result<gcs::Credentials> credentials_in(const std::string& text) const {
    write("credentials.json", text);
    return credentials({{"GOOGLE_APPLICATION_CREDENTIALS", scratch("credentials.json")}});
  }
  Result<gcs::Credentials> credentials_in(const nlohmann::json& file) const {
    return credentials_in(file.dump());
  }
  void write(const std::string& name, const std::string& text) const {
    EXPECT_TRUE(succeeded(write_file_durably(scratch(name), text, IfExists::kReplace)));
  }
  /// A file of a signed-in user.
  static std::string user(const std::string& client) {
    return nlohmann::json{{"type", "authorized_user"},
                          {"client_id", client},
                          {"client_secret", "canary-secret"},
                          {"refresh_token", "canary-refresh"}}
        .dump();
  }
  /// As an authority says it.
  static std::string token(const std::string& text) {
    return nlohmann::json{{"access_token", text}, {"expires_in", 3600}, {"token_type", "Bearer"}}.dump();
  }
  static void expect_no_secret(const Error& error) {
    EXPECT_EQ((error.what + error.hint).find("canary"), std::string::npos) << error.what << error.hint;
  }
  static void expect_an_hour(const gcs::Credentials& credentials) {
    EXPECT_NEAR(static_cast<double>(credentials.expires_ms - wall_clock_now()), 3'600'000.0, 20'000);
  }
};

}  // namespace arkive::test

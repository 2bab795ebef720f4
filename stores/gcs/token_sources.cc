#include "stores/gcs/token_sources.h"

#include <nlohmann/json.hpp>

#include "stores/core/files.h"
#include "stores/http/client.h"
#include "stores/http/url.h"
#include "stores/remote/bearer_token.h"

namespace arkive::gcs {
namespace {

constexpr std::chrono::seconds kWithin{30};
constexpr std::chrono::seconds kMetadataWithin{5};
constexpr const char* kScope = "https://www.googleapis.com/auth/devstorage.read_write";
constexpr const char* kCloudScope = "https://www.googleapis.com/auth/cloud-platform";

std::string without_newline(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

/// Asks an authority for a token, with a form.
class TokenSource : public CredentialProvider {
 public:
  TokenSource(std::string name, std::string certificate_authorities)
      : name_(std::move(name)), client_({.certificate_authorities = std::move(certificate_authorities)}) {}
  std::string name() const override { return name_; }

 protected:
  Result<Credentials> exchange(const std::string& authority, const http::Query& form, const std::string& hint,
                               Deadline deadline) const {
    const std::string body = http::query_text(form);
    const UnixMilliseconds asked = wall_clock_now();
    ARKIVE_ASSIGN(const http::Response response,
                  client_.send({.method = "POST",
                                .url = authority,
                                .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                                .body = body},
                               deadline.sooner(kWithin)));
    ARKIVE_ASSIGN(remote::BearerToken token, remote::token_in(response, asked, hint));
    return Credentials{std::move(token.text), token.expires_ms};
  }
  const http::Client& client() const { return client_; }

 private:
  const std::string name_;
  const http::Client client_;
};

class ServiceAccountTokens final : public TokenSource {
 public:
  ServiceAccountTokens(ServiceAccount account, std::string name, std::string certificate_authorities)
      : TokenSource(std::move(name), std::move(certificate_authorities)), account_(std::move(account)) {}
  Result<Credentials> ask(Deadline deadline) override {
    ARKIVE_ASSIGN(const std::string assertion, signed_assertion(account_, wall_clock_now()));
    return exchange(account_.audience,
                    {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", assertion}},
                    "look whether the key of the service account is still there, and at this machine's clock",
                    deadline);
  }

 private:
  const ServiceAccount account_;
};

class SignedInUserTokens final : public TokenSource {
 public:
  SignedInUserTokens(SignedInUser user, std::string name, std::string certificate_authorities)
      : TokenSource(std::move(name), std::move(certificate_authorities)), user_(std::move(user)) {}
  Result<Credentials> ask(Deadline deadline) override {
    return exchange(user_.authority,
                    {{"grant_type", "refresh_token"},
                     {"client_id", user_.client},
                     {"client_secret", user_.client_secret},
                     {"refresh_token", user_.refresh_token}},
                    "sign in again: gcloud auth application-default login", deadline);
  }

 private:
  const SignedInUser user_;
};

class WorkloadIdentityTokens final : public TokenSource {
 public:
  WorkloadIdentityTokens(WorkloadIdentity identity, std::string name, std::string certificate_authorities)
      : TokenSource(std::move(name), std::move(certificate_authorities)), identity_(std::move(identity)) {}
  Result<Credentials> ask(Deadline deadline) override {
    ARKIVE_ASSIGN(const std::string subject, subject_token());
    const bool impersonates = !identity_.impersonation.empty();
    ARKIVE_ASSIGN(Credentials credentials,
                  exchange(identity_.authority,
                           {{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                            {"audience", identity_.audience},
                            {"scope", impersonates ? kCloudScope : kScope},
                            {"requested_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                            {"subject_token_type", identity_.token_type},
                            {"subject_token", subject}},
                           "look at the workload identity pool, its provider and the token in '" +
                               printable(identity_.token_file) + "'",
                           deadline));
    return impersonates ? impersonate(credentials, deadline) : Result<Credentials>(std::move(credentials));
  }

 private:
  Result<std::string> subject_token() const {
    ARKIVE_ASSIGN(std::string text, read_file(identity_.token_file, 1 << 20));
    if (!identity_.token_field.empty()) {
      const auto parsed = nlohmann::json::parse(text, nullptr, false);
      const bool has = parsed.is_object() && parsed.contains(identity_.token_field) &&
                       parsed[identity_.token_field].is_string();
      if (!has) {
        return fail(Outcome::kUsage, "read '" + printable(identity_.token_file) + "': it has no '" +
                                         printable(identity_.token_field) + "'");
      }
      text = parsed[identity_.token_field].get<std::string>();
    }
    return without_newline(std::move(text));
  }

  /// (IAM Service Account Credentials API: generateAccessToken)
  Result<Credentials> impersonate(const Credentials& as, Deadline deadline) const {
    const std::string body = nlohmann::json{{"scope", {kScope}}, {"lifetime", "3600s"}}.dump();
    ARKIVE_ASSIGN(const http::Response response,
                  client().send({.method = "POST",
                                 .url = identity_.impersonation,
                                 .headers = {{"content-type", "application/json"},
                                             {"authorization", "Bearer " + as.token}},
                                 .body = body},
                                deadline.sooner(kWithin)));
    if (response.status != 200) {
      const bool may_pass = response.status >= 500 || response.status == 408 || response.status == 429;
      return fail(may_pass ? Outcome::kRetry : Outcome::kDenied,
                  "status " + std::to_string(response.status) + " to who wants to be the service account",
                  "let the identity act as it: roles/iam.workloadIdentityUser");
    }
    const auto bad = [] { return fail(Outcome::kCorrupt, "what it says is no token"); };
    const auto parsed = nlohmann::json::parse(response.body, nullptr, false);
    if (!parsed.is_object()) return bad();
    const auto token = parsed.find("accessToken");
    const auto until = parsed.find("expireTime");
    if (token == parsed.end() || !token->is_string() || until == parsed.end() || !until->is_string())
      return bad();
    const std::string text = until->get<std::string>();
    const std::size_t dot = text.find('.');
    const auto moment = parse_time(dot == std::string::npos ? text : text.substr(0, dot) + "Z");
    if (!moment || !remote::is_plain_token(token->get<std::string>())) return bad();
    return Credentials{token->get<std::string>(), *moment};
  }

  const WorkloadIdentity identity_;
};

class MachineAccountTokens final : public CredentialProvider {
 public:
  explicit MachineAccountTokens(std::string endpoint) : endpoint_(std::move(endpoint)) {}
  std::string name() const override { return "the machine's metadata at '" + printable(endpoint_) + "'"; }
  Result<Credentials> ask(Deadline deadline) override {
    const std::string hint = "set GOOGLE_APPLICATION_CREDENTIALS (docs/stores.md)";
    const UnixMilliseconds asked = wall_clock_now();
    const auto response =
        client_.send({.url = endpoint_ + "/computeMetadata/v1/instance/service-accounts/default/token",
                      .headers = {{"metadata-flavor", "Google"}}},
                     deadline.sooner(kMetadataWithin));
    // Most machines have none: then credentials were meant to be given otherwise.
    if (!response) return fail(Outcome::kDenied, response.error().what, hint);
    ARKIVE_ASSIGN(remote::BearerToken token, remote::token_in(*response, asked, hint));
    return Credentials{std::move(token.text), token.expires_ms};
  }

 private:
  const std::string endpoint_;
  // The service is on this machine's own link.
  const http::Client client_{{.plain_http = http::PlainHttp::kExpected,
                              .use_proxy = false,
                              .connect = std::chrono::milliseconds(1000)}};
};

}  // namespace

std::unique_ptr<CredentialProvider> service_account(ServiceAccount account, std::string name,
                                                    std::string certificate_authorities) {
  return std::make_unique<ServiceAccountTokens>(std::move(account), std::move(name),
                                                std::move(certificate_authorities));
}

std::unique_ptr<CredentialProvider> signed_in_user(SignedInUser user, std::string name,
                                                   std::string certificate_authorities) {
  return std::make_unique<SignedInUserTokens>(std::move(user), std::move(name),
                                              std::move(certificate_authorities));
}

std::unique_ptr<CredentialProvider> workload_identity(WorkloadIdentity identity, std::string name,
                                                      std::string certificate_authorities) {
  return std::make_unique<WorkloadIdentityTokens>(std::move(identity), std::move(name),
                                                  std::move(certificate_authorities));
}

std::unique_ptr<CredentialProvider> machine_account(std::string endpoint) {
  return std::make_unique<MachineAccountTokens>(std::move(endpoint));
}

}  // namespace arkive::gcs

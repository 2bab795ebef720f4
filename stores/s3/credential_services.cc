#include "stores/s3/credential_services.h"

#include <nlohmann/json.hpp>

#include "stores/core/files.h"
#include "stores/core/process.h"
#include "stores/http/client.h"
#include "stores/http/url.h"
#include "stores/s3/xml.h"

namespace arkive::s3 {
namespace {

constexpr std::chrono::seconds kServiceWithin{30};
constexpr std::chrono::milliseconds kMetadataWithin{2000};  // where there is none, nobody answers
constexpr std::chrono::seconds kProcessWithin{60};

std::string without_newline(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

/// The body of a response of status 200.
Result<std::string> body_of(Result<http::Response> response) {
  if (!response) return fail(std::move(response.error()));
  if (response->status == 200) return std::move(response->body);
  const bool may_pass = response->status >= 500 || response->status == 408 || response->status == 429;
  const ServerError error = read_error(response->body);
  return fail(may_pass ? Outcome::kRetry : Outcome::kDenied,
              "status " + std::to_string(response->status) +
                  (error.code.empty() ? "" : ", " + printable(error.code)));
}

class WebIdentityCredentials final : public CredentialProvider {
 public:
  explicit WebIdentityCredentials(WebIdentity identity)
      : identity_(std::move(identity)),
        client_({.certificate_authorities = identity_.certificate_authorities}) {
    if (identity_.endpoint.empty()) {
      identity_.endpoint = "https://sts." + identity_.region + ".amazonaws.com" +
                           (identity_.region.starts_with("cn-") ? ".cn" : "");
    }
  }
  std::string name() const override {
    return "'" + printable(identity_.endpoint) + "' for the token in '" + printable(identity_.token_file) +
           "'";
  }
  Result<Credentials> ask(Deadline deadline) override {
    ARKIVE_ASSIGN(const std::string token, read_file(identity_.token_file, 1 << 20));
    const std::string form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=" +
                             http::percent_encoded(identity_.role) +
                             "&RoleSessionName=" + http::percent_encoded(identity_.session) +
                             "&WebIdentityToken=" + http::percent_encoded(without_newline(token));
    ARKIVE_ASSIGN(const std::string body,
                  body_of(client_.send({.method = "POST",
                                        .url = identity_.endpoint + "/",
                                        .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                                        .body = form},
                                       deadline.sooner(kServiceWithin))));
    ARKIVE_ASSIGN(AssumedRole role, read_assumed_role(body));
    return Credentials{std::move(role.access_key), std::move(role.secret_key), std::move(role.session_token),
                       role.expires_ms};
  }

 private:
  WebIdentity identity_;
  const http::Client client_;
};

class ProcessCredentials final : public CredentialProvider {
 public:
  ProcessCredentials(std::string command, std::string name)
      : command_(std::move(command)), name_(std::move(name)) {}
  std::string name() const override { return "the credential_process of " + name_; }
  Result<Credentials> ask(Deadline deadline) override {
    ARKIVE_ASSIGN(
        const Finished ended,
        run_process(
            {.arguments = {"/bin/sh", "-c", command_}, .directory = {}, .environment = {}, .input = {}},
            deadline.sooner(kProcessWithin)));
    if (!ended.succeeded()) {
      return fail(Outcome::kDenied, "it ended with status " + std::to_string(ended.status),
                  "run it by hand to see what it says");
    }
    return read_credentials(ended.output);
  }

 private:
  const std::string command_;
  const std::string name_;
};

class ContainerCredentials final : public CredentialProvider {
 public:
  ContainerCredentials(std::string url, std::string token_file, std::string token)
      : url_(std::move(url)), token_file_(std::move(token_file)), token_(std::move(token)) {}
  std::string name() const override { return "the container's '" + printable(url_) + "'"; }
  Result<Credentials> ask(Deadline deadline) override {
    std::string token = token_;
    if (!token_file_.empty()) {
      ARKIVE_ASSIGN(token, read_file(token_file_, 1 << 20));
      token = without_newline(std::move(token));
    }
    http::Request request{.url = url_, .headers = {}};
    if (!token.empty()) request.headers.emplace_back("Authorization", token);
    ARKIVE_ASSIGN(const std::string body, body_of(client_.send(request, deadline.sooner(kServiceWithin))));
    return read_credentials(body);
  }

 private:
  const std::string url_;
  const std::string token_file_;
  const std::string token_;
  // The service is on this machine's own link.
  const http::Client client_{{.plain_http = http::PlainHttp::kExpected, .use_proxy = false}};
};

class InstanceCredentials final : public CredentialProvider {
 public:
  explicit InstanceCredentials(std::string endpoint) : endpoint_(std::move(endpoint)) {}
  std::string name() const override { return "the instance metadata at '" + printable(endpoint_) + "'"; }
  Result<Credentials> ask(Deadline deadline) override {
    const Deadline within = deadline.sooner(kMetadataWithin);
    auto token = body_of(client_.send({.method = "PUT",
                                       .url = endpoint_ + "/latest/api/token",
                                       .headers = {{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}}},
                                      within));
    if (!token) {
      // Most machines have none: then credentials were meant to be given otherwise.
      return fail(Outcome::kDenied, token.error().what,
                  "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (docs/stores.md)");
    }
    const std::string roles = endpoint_ + "/latest/meta-data/iam/security-credentials/";
    ARKIVE_ASSIGN(const std::string role, get(roles, *token, within));
    const std::string first = role.substr(0, role.find('\n'));
    ARKIVE_ASSIGN(const std::string json, get(roles + http::percent_encoded(first), *token, within));
    return read_credentials(json);
  }

 private:
  Result<std::string> get(const std::string& url, const std::string& token, Deadline deadline) const {
    return body_of(client_.send({.url = url, .headers = {{"x-aws-ec2-metadata-token", token}}}, deadline));
  }

  const std::string endpoint_;
  const http::Client client_{{.plain_http = http::PlainHttp::kExpected,
                              .use_proxy = false,
                              .connect = std::chrono::milliseconds(1000)}};
};

}  // namespace

std::unique_ptr<CredentialProvider> web_identity(WebIdentity identity) {
  return std::make_unique<WebIdentityCredentials>(std::move(identity));
}

std::unique_ptr<CredentialProvider> credential_process(std::string command, std::string name) {
  return std::make_unique<ProcessCredentials>(std::move(command), std::move(name));
}

std::unique_ptr<CredentialProvider> container_credentials(std::string url, std::string token_file,
                                                          std::string token) {
  return std::make_unique<ContainerCredentials>(std::move(url), std::move(token_file), std::move(token));
}

std::unique_ptr<CredentialProvider> instance_credentials(std::string endpoint) {
  return std::make_unique<InstanceCredentials>(std::move(endpoint));
}

Result<Credentials> read_credentials(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  const auto bad = [] { return fail(Outcome::kCorrupt, "what it says are no credentials"); };
  if (!parsed.is_object()) return bad();
  const auto text = [&](const char* name) -> std::string {
    const auto found = parsed.find(name);
    return found != parsed.end() && found->is_string() ? found->get<std::string>() : "";
  };
  Credentials credentials{text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken")};
  if (credentials.session_token.empty()) credentials.session_token = text("Token");
  if (credentials.access_key.empty() || credentials.secret_key.empty()) return bad();
  const std::string expires = text("Expiration");
  if (!expires.empty()) {
    const std::size_t dot = expires.find('.');
    const auto moment = parse_time(dot == std::string::npos ? expires : expires.substr(0, dot) + "Z");
    if (!moment) return bad();
    credentials.expires_ms = *moment;
  }
  return credentials;
}

}  // namespace arkive::s3

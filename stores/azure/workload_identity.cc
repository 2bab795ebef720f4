#include "stores/azure/workload_identity.h"

#include <nlohmann/json.hpp>

#include "stores/core/files.h"
#include "stores/http/client.h"
#include "stores/http/url.h"

namespace arkive::azure {
namespace {

constexpr std::chrono::seconds kWithin{30};
constexpr const char* kScope = "https://storage.azure.com/.default";
constexpr const char* kAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::int64_t kLongestSeconds = 366LL * 24 * 3600;

/// "invalid_client (700016)": what the authority says besides text that quotes what was sent.
std::string reason_in(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object()) return {};
  const auto error = parsed.find("error");
  if (error == parsed.end() || !error->is_string()) return {};
  std::string reason = ", " + printable(error->get<std::string>());
  const auto codes = parsed.find("error_codes");
  if (codes != parsed.end() && codes->is_array() && !codes->empty() && codes->front().is_number_integer())
    reason += " (AADSTS" + std::to_string(codes->front().get<std::int64_t>()) + ")";
  return reason;
}

class WorkloadIdentityTokens final : public CredentialProvider {
 public:
  explicit WorkloadIdentityTokens(WorkloadIdentity identity)
      : identity_(std::move(identity)),
        client_({.certificate_authorities = identity_.certificate_authorities}) {
    while (identity_.authority.ends_with('/')) identity_.authority.pop_back();
  }
  std::string name() const override {
    return "'" + printable(identity_.authority) + "' for the token in '" + printable(identity_.token_file) +
           "'";
  }
  Result<Credentials> ask(Deadline deadline) override {
    ARKIVE_ASSIGN(std::string assertion, read_file(identity_.token_file, 1 << 20));
    while (assertion.ends_with('\n') || assertion.ends_with('\r')) assertion.pop_back();
    const std::string form = http::query_text({{"client_id", identity_.client},
                                               {"scope", kScope},
                                               {"client_assertion_type", kAssertion},
                                               {"client_assertion", assertion},
                                               {"grant_type", "client_credentials"}});
    const UnixMilliseconds asked = wall_clock_now();
    ARKIVE_ASSIGN(const http::Response response,
                  client_.send({.method = "POST",
                                .url = identity_.authority + "/" + http::percent_encoded(identity_.tenant) +
                                       "/oauth2/v2.0/token",
                                .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                                .body = form},
                               deadline.sooner(kWithin)));
    if (response.status == 200) return read_token(response.body, asked);
    const bool may_pass = response.status >= 500 || response.status == 408 || response.status == 429;
    return fail(may_pass ? Outcome::kRetry : Outcome::kDenied,
                "status " + std::to_string(response.status) + reason_in(response.body),
                "check AZURE_CLIENT_ID, AZURE_TENANT_ID and the identity's federated credential");
  }

 private:
  WorkloadIdentity identity_;
  const http::Client client_;
};

}  // namespace

std::unique_ptr<CredentialProvider> workload_identity(WorkloadIdentity identity) {
  return std::make_unique<WorkloadIdentityTokens>(std::move(identity));
}

Result<Credentials> read_token(std::string_view json, UnixMilliseconds asked_ms) {
  const auto bad = [] { return fail(Outcome::kCorrupt, "what it says is no token"); };
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object()) return bad();
  const auto token = parsed.find("access_token");
  const auto lasts = parsed.find("expires_in");
  if (token == parsed.end() || !token->is_string() || lasts == parsed.end() || !lasts->is_number_integer())
    return bad();
  const auto seconds = lasts->get<std::int64_t>();
  const auto text = token->get<std::string>();
  // It stands in a header: no line end, nothing unseen.
  const bool plain = text.find_first_of(std::string_view(" \r\n\t\0", 5)) == std::string::npos;
  if (text.empty() || !plain || seconds <= 0 || seconds > kLongestSeconds) return bad();
  return Credentials{Credentials::Kind::kToken, text, asked_ms + seconds * 1000};
}

}  // namespace arkive::azure

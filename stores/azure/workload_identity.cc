#include "stores/azure/workload_identity.h"

#include "stores/core/files.h"
#include "stores/http/client.h"
#include "stores/http/url.h"
#include "stores/remote/bearer_token.h"

namespace arkive::azure {
namespace {

constexpr std::chrono::seconds kWithin{30};
constexpr const char* kScope = "https://storage.azure.com/.default";
constexpr const char* kAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

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
    ARKIVE_ASSIGN(
        remote::BearerToken token,
        remote::token_in(response, asked,
                         "check AZURE_CLIENT_ID, AZURE_TENANT_ID and the identity's federated credential"));
    return Credentials{Credentials::Kind::kToken, std::move(token.text), token.expires_ms};
  }

 private:
  WorkloadIdentity identity_;
  const http::Client client_;
};

}  // namespace

std::unique_ptr<CredentialProvider> workload_identity(WorkloadIdentity identity) {
  return std::make_unique<WorkloadIdentityTokens>(std::move(identity));
}

}  // namespace arkive::azure

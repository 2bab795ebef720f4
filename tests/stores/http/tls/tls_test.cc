// Which servers a secret is shown to (test 21 of docs/reliability.md): a server of Python's own TLS, with
// certificates that are good and bad.
#include "restore-plans/rehearse/certificates.h"
#include "stores/core/files.h"
#include "stores/core/process.h"
#include "stores/core/retry.h"
#include "stores/http/client.h"
#include "tests/support/results.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

class HttpTls : public ScratchTest {
 protected:
  void SetUp() override { ASSERT_TRUE(succeeded(rehearse::make_certificates(scratch("certificates")))); }

  std::string certificate(const std::string& name) const { return scratch("certificates/" + name + ".pem"); }

  /// Serves until the next one, or the end of the test; the port.
  std::string serve(const std::string& name, const std::string& newest = "TLSv1_3") {
    const std::string port = scratch("port-" + std::to_string(++servers_));
    server_.emplace(value_of(ChildProcess::start(
        {.arguments = {"python3", HTTPS_SERVER, certificate(name), newest, port, scratch("requests")},
         .directory = {},
         .environment = {},
         .input = {}},
        scratch("log"))));
    const Deadline deadline = Deadline::after(std::chrono::seconds(20));
    while (!path_exists(port) && !deadline.passed()) pause_for(std::chrono::milliseconds(10), deadline);
    return value_of(read_file(port));
  }
  Result<http::Response> ask(const std::string& host, const std::string& port,
                             const std::string& authority = "ca") const {
    const http::Client client({.certificate_authorities = authority.empty() ? "" : certificate(authority)});
    return client.send(
        {.url = "https://" + host + ":" + port + "/", .headers = {{"authorization", "canary-secret"}}},
        Deadline::after(std::chrono::seconds(10)));
  }
  std::string requests() const {
    return path_exists(scratch("requests")) ? value_of(read_file(scratch("requests"))) : "";
  }

 private:
  int servers_ = 0;
  std::optional<ChildProcess> server_;
};

TEST_F(HttpTls, AServerWithAGoodCertificateIsAsked) {
  for (const char* newest : {"TLSv1_2", "TLSv1_3"}) {
    const std::string port = serve("broker", newest);
    for (const char* host : {"localhost", "127.0.0.1"})
      EXPECT_EQ(value_of(ask(host, port)).body, "ok") << newest << " " << host;
  }
  EXPECT_NE(requests().find("canary-secret"), std::string::npos);
}

TEST_F(HttpTls, NoSecretGoesToAServerThatCannotProveWhoItIs) {
  struct Case {
    std::string certificate;
    std::string authority;
    std::string newest;
    std::string says;
  };
  const std::vector<Case> cases = {{"broker-expired", "ca", "TLSv1_3", "expired"},
                                   {"broker-early", "ca", "TLSv1_3", "not yet valid"},
                                   {"broker-wrong-host", "ca", "TLSv1_3", "127.0.0.1"},
                                   {"broker", "other-ca", "TLSv1_3", "certificate"},
                                   {"broker", "", "TLSv1_3", "certificate"},
                                   {"client-stranger", "ca", "TLSv1_3", "certificate"},
                                   {"broker", "no-such-file", "TLSv1_3", "certificate"}};
  std::uint64_t refused = 0;
  for (const Case& each : cases) {
    const auto response = ask("127.0.0.1", serve(each.certificate, each.newest), each.authority);
    ASSERT_TRUE(failed_with(Outcome::kDenied, response)) << each.certificate << " " << each.authority;
    EXPECT_NE(response.error().what.find(each.says), std::string::npos) << response.error().what;
    EXPECT_FALSE(response.error().hint.empty());
    EXPECT_EQ((response.error().what + response.error().hint).find("canary"), std::string::npos);
    ++refused;
  }
  EXPECT_EQ(requests(), "");
  scoreboard("http_tls", 0, cases.size(), refused, requests().empty() ? 0 : 1);
}

TEST_F(HttpTls, NoSecretGoesOverTlsThatIsTooOld) {
  for (const char* newest : {"TLSv1", "TLSv1_1"})
    EXPECT_FALSE(ask("127.0.0.1", serve("broker", newest))) << newest;
  EXPECT_EQ(requests(), "");
}

}  // namespace
}  // namespace arkive::test

// Proxies, as the environment names them.
#include <cstdlib>

#include "stores/http/client.h"
#include "tests/support/http_server.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

using http::Client;

Deadline soon() {
  return Deadline::after(std::chrono::seconds(10));
}

class HttpProxy : public testing::Test {
 protected:
  HttpProxy() {
    for (const char* const name : kNames) ::unsetenv(name);
  }
  ~HttpProxy() override {
    for (const char* const name : kNames) ::unsetenv(name);
  }
  static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

 private:
  static constexpr const char* kNames[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                           "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
};

TEST_F(HttpProxy, OfTheEnvironmentIsUsedAndToldNoMoreThanTheHost) {
  const HttpServer proxy([](const HttpRequest&) { return HttpReply{.status = 502}; });
  set("https_proxy", proxy.url());
  const auto response =
      Client({}).send({.url = "https://storage.invalid/a", .headers = {{"authorization", "canary"}}}, soon());
  EXPECT_TRUE(failed_with(Outcome::kRetry, response));
  ASSERT_EQ(proxy.request_count(), 1U);
  EXPECT_EQ(proxy.requests()[0].method, "CONNECT");
  EXPECT_EQ(proxy.requests()[0].path, "storage.invalid:443");
  EXPECT_EQ(proxy.requests()[0].header("authorization"), "");
}

TEST_F(HttpProxy, IsLeftOutForHostsThatNoProxyNames) {
  const HttpServer proxy([](const HttpRequest&) { return HttpReply{.status = 502}; });
  set("https_proxy", proxy.url());
  set("no_proxy", "storage.invalid");
  EXPECT_FALSE(Client({}).send({.url = "https://storage.invalid/"}, soon()));
  EXPECT_EQ(proxy.request_count(), 0U);
}

TEST_F(HttpProxy, DoesNotGetWhatStaysOnThisMachine) {
  const HttpServer proxy([](const HttpRequest&) { return HttpReply{.status = 502}; });
  const HttpServer server([](const HttpRequest&) { return HttpReply{}; });
  for (const char* const name : {"http_proxy", "all_proxy"}) set(name, proxy.url());
  EXPECT_EQ(value_of(Client({}).send({.url = server.url()}, soon())).status, 200);
  EXPECT_EQ(proxy.request_count(), 0U);
}

TEST_F(HttpProxy, ThatRefusesUsIsNotTriedAgain) {
  for (const int status : {403, 407}) {
    const HttpServer proxy([&](const HttpRequest&) { return HttpReply{.status = status}; });
    set("https_proxy", proxy.url());
    const auto response = Client({}).send({.url = "https://storage.invalid/"}, soon());
    ASSERT_TRUE(failed_with(Outcome::kDenied, response)) << status;
    EXPECT_NE(response.error().what.find(std::to_string(status)), std::string::npos);
    EXPECT_NE(response.error().hint.find("https_proxy"), std::string::npos);
  }
}

TEST_F(HttpProxy, WithAnAddressThatIsNoneIsNotShownWithItsPassword) {
  for (const char* const bad : {"htp://user:canary@127.0.0.1:1", "http://user:can/ary@127.0.0.1:1",
                                "http://user:canary@[127.0.0.1:1", "http://user:canary@127.0.0.1:canary"}) {
    set("https_proxy", bad);
    const auto response = Client({}).send({.url = "https://storage.invalid/"}, soon());
    ASSERT_FALSE(response) << bad;
    EXPECT_EQ((response.error().what + response.error().hint).find("can"), std::string::npos)
        << response.error().what;
  }
}

}  // namespace
}  // namespace arkive::test

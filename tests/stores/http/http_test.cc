#include <gmock/gmock.h>

#include "stores/http/client.h"
#include "stores/http/date.h"
#include "stores/http/url.h"
#include "tests/support/http_server.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

using namespace http;  // NOLINT(google-build-using-namespace): what is tested

Deadline soon() {
  return Deadline::after(std::chrono::seconds(10));
}

TEST(PercentEncoding, LeavesWhatRfc3986CallsUnreserved) {
  EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encoded("a b/c=d+e%"), "a%20b%2Fc%3Dd%2Be%25");
  EXPECT_EQ(percent_encoded("a b/c", Slash::kKeep), "a%20b/c");
  EXPECT_EQ(percent_encoded(std::string("\0\xff", 2)), "%00%FF");
}

TEST(PercentEncoding, ComesBackByteForByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  EXPECT_EQ(value_of(percent_decoded(percent_encoded(all))), all);
  for (const char* bad : {"%", "%4", "%zz", "a%2"})
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, percent_decoded(bad)));
}

TEST(HttpUrl, IsReadInItsParts) {
  const Url url = value_of(Url::parse("https://storage.example.com:9000/a/b/"));
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.authority(), "storage.example.com:9000");
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_EQ(value_of(Url::parse("http://[::1]:9000")).host, "[::1]");
  EXPECT_EQ(value_of(Url::parse("https://a:443")).authority(), "a");
  for (const char* bad :
       {"", "storage.example.com", "localhost:9000", "ftp://a", "https://", "https://user@a", "https://a:b",
        "https://a:70000", "https://a b", "https://a?b=c", "https://a#b"})
    EXPECT_TRUE(failed_with(Outcome::kUsage, Url::parse(bad))) << bad;
}

TEST(HttpUrl, APasswordInAnAddressIsRefusedAndNotShown) {
  for (const char* bad : {"https://user:canary@host", "https://user:can@ary@host", "user:canary@host"}) {
    const auto refused = Url::parse(bad);
    ASSERT_TRUE(failed_with(Outcome::kUsage, refused)) << bad;
    EXPECT_EQ(refused.error().what.find("can"), std::string::npos) << refused.error().what;
    EXPECT_NE(refused.error().what.find("host"), std::string::npos) << refused.error().what;
  }
}

TEST(HttpUrl, KnowsWhatIsLoopback) {
  for (const char* near : {"http://localhost", "http://bucket.localhost:9000", "http://127.0.0.1:1",
                           "http://127.8.9.1", "http://[::1]:9000"})
    EXPECT_TRUE(value_of(Url::parse(near)).is_loopback()) << near;
  for (const char* far : {"http://127.0.0.1.example.com", "http://localhost.example.com",
                          "http://notlocalhost", "http://10.0.0.1", "http://128.0.0.1"})
    EXPECT_FALSE(value_of(Url::parse(far)).is_loopback()) << far;
}

TEST(HttpDate, IsReadAsRfc9110WritesIt) {
  EXPECT_EQ(parse_date("Fri, 24 May 2013 00:00:00 GMT"), 1'369'353'600'000);
  EXPECT_EQ(format_date(1'369'353'600'000), "Fri, 24 May 2013 00:00:00 GMT");
  for (const char* bad :
       {"", "yesterday", "2013-05-24", "Fri, 24 Mai 2013 00:00:00 GMT", "Fri, 24 May 2013 25:00:00 GMT"})
    EXPECT_FALSE(parse_date(bad)) << bad;
}

TEST(HttpClient, SendsAndReceivesBytesAsTheyAre) {
  const HttpServer server([](const HttpRequest& request) {
    return HttpReply{.status = 201, .headers = {{"X-Echo", request.header("x-sent")}}, .body = request.body};
  });
  const Client client({});
  std::string bytes(3U << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
  for (const char* method : {"PUT", "POST"}) {
    const Response response = value_of(client.send({.method = method,
                                                    .url = server.url() + "/a%20b?c=d",
                                                    .headers = {{"x-sent", "v"}},
                                                    .body = bytes,
                                                    .most_bytes = 4U << 20},
                                                   soon()));
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.header("x-echo"), "v");
    EXPECT_TRUE(response.body == bytes);
  }
  EXPECT_EQ(server.requests()[0].path, "/a b");
  EXPECT_EQ(server.requests()[0].query.at("c"), "d");
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, AnAnswerOfTooManyBytesIsCorrupt) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = std::string(101, 'x')}; });
  EXPECT_TRUE(
      failed_with(Outcome::kCorrupt, Client({}).send({.url = server.url(), .most_bytes = 100}, soon())));
}

TEST(HttpClient, ARefusalMayBeLongerThanTheBytesThatWereAskedFor) {
  std::atomic<std::size_t> size = 1 << 20;
  const HttpServer server(
      [&](const HttpRequest&) { return HttpReply{.status = 503, .body = std::string(size, 'x')}; });
  const Client client({});
  const Request request{.url = server.url(), .most_bytes = 1};
  EXPECT_EQ(value_of(client.send(request, soon())).status, 503);
  ++size;
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, client.send(request, soon())));
}

TEST(HttpClient, AnAnswerThatIsCutAtAnyByteIsToBeTriedAgain) {
  std::atomic<std::size_t> after = 0;
  const HttpServer server([&](const HttpRequest&) {
    return HttpReply{.headers = {{"ETag", "\"x\""}}, .body = std::string(10, 'x'), .cut_after = after};
  });
  const Client client({});
  constexpr std::string_view kHead = "HTTP/1.1 200 scripted\r\nETag: \"x\"\r\nContent-Length: 10\r\n\r\n";
  for (; after < kHead.size() + 10; ++after)
    EXPECT_TRUE(failed_with(Outcome::kRetry, client.send({.url = server.url()}, soon()))) << after;
  EXPECT_EQ(value_of(client.send({.url = server.url()}, soon())).body, "xxxxxxxxxx");
}

TEST(HttpClient, ATakerGetsTheBodyOfASuccessAndOfNothingElse) {
  std::atomic<int> status = 206;
  const std::string bytes(100'000, 'x');
  const HttpServer server([&](const HttpRequest&) {
    return HttpReply{.status = status, .headers = {{"ETag", "\"x\""}}, .body = bytes};
  });
  const Client client({});
  std::string came;
  const TakeBody take = [&](const Response& head, std::uint64_t at, Bytes piece) {
    EXPECT_EQ(head.status, 206);
    EXPECT_EQ(head.header("etag"), "\"x\"");
    EXPECT_EQ(at, came.size());
    came.append(piece);
    return true;
  };
  Request request{.url = server.url(), .most_bytes = bytes.size(), .take = &take};
  const Response taken = value_of(client.send(request, soon()));
  EXPECT_TRUE(came == bytes);
  EXPECT_EQ(taken.body, "");
  request.most_bytes = bytes.size() - 1;
  came.clear();
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, client.send(request, soon())));
  EXPECT_LT(came.size(), bytes.size());
  status = 503;
  came.clear();
  EXPECT_TRUE(value_of(client.send(request, soon())).body == bytes);
  EXPECT_EQ(came, "");
}

TEST(HttpClient, ATakerThatHasEnoughEndsTheRequest) {
  const HttpServer server([&](const HttpRequest&) { return HttpReply{.body = std::string(1 << 20, 'x')}; });
  std::size_t came = 0;
  const TakeBody take = [&](const Response&, std::uint64_t, Bytes piece) {
    came += piece.size();
    return false;
  };
  const Request request{.url = server.url(), .take = &take};
  EXPECT_TRUE(failed_with(Outcome::kFail, Client({}).send(request, soon())));
  EXPECT_GT(came, 0U);
  EXPECT_LT(came, 1U << 20);
}

TEST(HttpClient, WhatIsNoHttpIsCorrupt) {
  const LoopbackServer server(LoopbackServer::Connections::kTogether,
                              [](const LoopbackServer& self, int connection) {
                                self.bytes_from(connection);
                                LoopbackServer::send(connection, "220 ready for mail\r\n");
                              });
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, Client({}).send({.url = "http://" + server.address()}, soon())));
}

TEST(HttpClient, FollowsNoRedirect) {
  const HttpServer server([](const HttpRequest&) {
    return HttpReply{.status = 302, .headers = {{"Location", "/other"}}};
  });
  EXPECT_EQ(value_of(Client({}).send({.url = server.url()}, soon())).status, 302);
  EXPECT_EQ(server.request_count(), 1U);
}

TEST(HttpClient, RefusesPlainHttpBeyondLoopbackAndOtherSchemes) {
  const Client client({});
  for (const char* bad : {"http://storage.example.com/", "HTTP://storage.example.com/",
                          "storage.example.com/", "http:storage.example.com/", "file:///etc/passwd", ""})
    EXPECT_TRUE(failed_with(Outcome::kUsage, client.send({.url = bad}, soon()))) << bad;
}

TEST(HttpClient, AHeaderWithALineBreakIsNotSentAndNotShown) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{}; });
  for (const char* value : {"canary\r\nx: y", "canary\n", "\rcanary"}) {
    const auto response = Client({}).send({.url = server.url(), .headers = {{"x-token", value}}}, soon());
    ASSERT_TRUE(failed_with(Outcome::kUsage, response));
    EXPECT_EQ(response.error().what.find("canary"), std::string::npos);
  }
  EXPECT_EQ(server.request_count(), 0U);
}

TEST(HttpClient, CutsARequestThatStandsStill) {
  std::atomic<bool> ending{false};
  const HttpServer server([&](const HttpRequest&) {
    while (!ending) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return HttpReply{};
  });
  const Client client({.stalled = std::chrono::seconds(1)});
  const auto begun = SteadyClock::now();
  const auto response = client.send({.url = server.url()}, Deadline::after(std::chrono::seconds(30)));
  ending = true;
  EXPECT_TRUE(failed_with(Outcome::kRetry, response));
  EXPECT_LT(SteadyClock::now() - begun, std::chrono::seconds(10));
}

TEST(HttpClient, ManyThreadsUseItAtOnce) {
  const HttpServer server([](const HttpRequest& request) { return HttpReply{.body = request.body}; });
  const Client client({});
  std::atomic<int> wrong{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string body = std::to_string(t) + "/" + std::to_string(i);
        const auto response = client.send({.method = "PUT", .url = server.url(), .body = body}, soon());
        if (!response || response->body != body) ++wrong;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace arkive::test

// Files of credentials, and what is asked of an authority with each kind of them (RFC 6749 section 6, RFC
// 7523, RFC 8693; AIP-4112, AIP-4113, AIP-4117).
#include "stores/gcs/credentials_file.h"
#include "tests/stores/gcs/credentials_fixture.h"
#include "tests/stores/gcs/signed_parts.h"

namespace arkive::test {
namespace {

using namespace gcs;  // NOLINT(google-build-using-namespace): what is tested
using nlohmann::json;

constexpr const char* kStorage = "https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fdevstorage.read_write";
constexpr const char* kPlatform = "https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform";

HttpReply refusal(int status = 400) {
  return {.status = status,
          .body = R"({"error":"invalid_grant","error_description":"canary: what was sent"})"};
}

class GcsCredentialsFile : public GcsCredentials {
 protected:
  /// Gives "canary-token" to whoever sends this form.
  static HttpServer::Answer to_form(std::string form) {
    return [form = std::move(form)](const HttpRequest& request) -> HttpReply {
      const bool good = request.method == "POST" && request.path == "/token" && request.body == form &&
                        request.header("content-type") == "application/x-www-form-urlencoded";
      return good ? HttpReply{.body = token("canary-token")} : refusal();
    };
  }
  static json account(const HttpServer& authority, const std::string& key) {
    return {{"type", "service_account"},        {"project_id", "zoo"},
            {"private_key_id", "the-key"},      {"private_key", key},
            {"client_email", "arkive@zoo.iam"}, {"token_uri", authority.url() + "/token"}};
  }
  static json user_of(const HttpServer& authority) {
    json file = json::parse(user("client"));
    file["token_uri"] = authority.url() + "/token";
    return file;
  }
  json workload(const HttpServer& authority) const {
    return {{"type", "external_account"},
            {"audience", "//iam.googleapis.com/pools/zoo/providers/k8s"},
            {"subject_token_type", "urn:ietf:params:oauth:token-type:jwt"},
            {"token_url", authority.url() + "/token"},
            {"credential_source", {{"file", scratch("token")}}}};
  }
  static std::string exchange_form(const std::string& scope, const std::string& subject) {
    return "audience=%2F%2Fiam.googleapis.com%2Fpools%2Fzoo%2Fproviders%2Fk8s&grant_type="
           "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&requested_token_type="
           "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&scope=" +
           scope + "&subject_token=" + subject +
           "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt";
  }
};

TEST_F(GcsCredentialsFile, AServiceAccountAsksWithWhatItSigns) {
  const RsaKey key;
  const HttpServer authority([](const HttpRequest& request) -> HttpReply {
    const bool good = request.method == "POST" && request.path == "/token" &&
                      request.header("content-type") == "application/x-www-form-urlencoded";
    return good ? HttpReply{.body = token("canary-token")} : refusal();
  });
  const Credentials found = value_of(credentials_in(account(authority, key.pem())));
  EXPECT_EQ(found.token, "canary-token");
  expect_an_hour(found);
  const std::string form = authority.requests().back().body;
  const std::string begin = "assertion=";
  const std::string end = "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
  ASSERT_TRUE(form.starts_with(begin) && form.ends_with(end)) << form;
  const SignedParts parts =
      SignedParts::of(form.substr(begin.size(), form.size() - begin.size() - end.size()));
  EXPECT_TRUE(key.signed_this(parts.text, parts.signature));
  EXPECT_EQ(parts.header.at("kid"), "the-key");
  EXPECT_EQ(parts.claims.at("iss"), "arkive@zoo.iam");
  EXPECT_EQ(parts.claims.at("aud"), authority.url() + "/token");
}

TEST_F(GcsCredentialsFile, AServiceAccountWhoseKeyIsNoneAsksNobody) {
  const HttpServer authority([](const HttpRequest&) { return refusal(); });
  const auto refused = credentials_in(account(authority, "canary"));
  ASSERT_TRUE(failed_with(Outcome::kUsage, refused));
  expect_no_secret(refused.error());
  EXPECT_EQ(authority.request_count(), 0U);
}

TEST_F(GcsCredentialsFile, ASignedInUserAsksWithWhatWasKeptOfTheSignIn) {
  const HttpServer authority(
      to_form("client_id=client&client_secret=canary-secret&grant_type=refresh_token&"
              "refresh_token=canary-refresh"));
  const Credentials found = value_of(credentials_in(user_of(authority)));
  EXPECT_EQ(found.token, "canary-token");
  expect_an_hour(found);
}

TEST_F(GcsCredentialsFile, AWorkloadExchangesTheTokenInAFile) {
  const HttpServer authority(to_form(exchange_form(kStorage, "canary-subject")));
  write("token", "canary-subject\n");
  EXPECT_EQ(value_of(credentials_in(workload(authority))).token, "canary-token");
  // Text is what there is without a word.
  json file = workload(authority);
  file["credential_source"]["format"] = {{"type", "text"}};
  EXPECT_EQ(value_of(credentials_in(file)).token, "canary-token");
}

TEST_F(GcsCredentialsFile, AWorkloadsTokenMayBeAFieldOfJson) {
  const HttpServer authority(to_form(exchange_form(kStorage, "canary-subject")));
  json file = workload(authority);
  file["credential_source"]["format"] = {{"type", "json"}, {"subject_token_field_name", "id_token"}};
  write("token", R"({"other":"canary","id_token":"canary-subject"})");
  EXPECT_EQ(value_of(credentials_in(file)).token, "canary-token");
  for (const char* bad : {R"({"other":"canary"})", R"({"id_token":7})", "canary", "[\"canary\"]", ""}) {
    write("token", bad);
    const auto refused = credentials_in(file);
    ASSERT_TRUE(failed_with(Outcome::kUsage, refused)) << bad;
    EXPECT_NE(refused.error().what.find("'id_token'"), std::string::npos) << refused.error().what;
    expect_no_secret(refused.error());
  }
  EXPECT_EQ(authority.request_count(), 1U);
}

TEST_F(GcsCredentialsFile, AWorkloadsTokenIsReadAnewEachTime) {
  const HttpServer authority([](const HttpRequest& request) -> HttpReply {
    return {.body = token("for-" + request.body.substr(request.body.find("&subject_token=") + 15, 5))};
  });
  write("token", "older");
  write("credentials.json", workload(authority).dump());
  const auto asked = value_of(provider({{"GOOGLE_APPLICATION_CREDENTIALS", scratch("credentials.json")}}));
  const auto soon = Deadline::after(std::chrono::seconds(10));
  EXPECT_EQ(value_of(asked->ask(soon)).token, "for-older");
  write("token", "newer");
  EXPECT_EQ(value_of(asked->ask(soon)).token, "for-newer");
}

TEST_F(GcsCredentialsFile, AWorkloadMayActAsAServiceAccount) {
  const HttpServer authority([](const HttpRequest& request) -> HttpReply {
    if (request.path == "/token")
      return request.body == exchange_form(kPlatform, "canary-subject")
                 ? HttpReply{.body = token("canary-federated")}
                 : refusal();
    const bool good = request.method == "POST" && request.path == "/as/arkive@zoo.iam:generateAccessToken" &&
                      request.header("authorization") == "Bearer canary-federated" &&
                      request.header("content-type") == "application/json" &&
                      request.body == R"({"lifetime":"3600s","scope":["https://www.googleapis.com/auth/)"
                                      R"(devstorage.read_write"]})";
    return good ? HttpReply{.body = R"({"accessToken":"canary-token","expireTime":"2036-11-20T23:30:00Z"})"}
                : refusal(403);
  });
  write("token", "canary-subject");
  json file = workload(authority);
  file["service_account_impersonation_url"] = authority.url() + "/as/arkive@zoo.iam:generateAccessToken";
  const Credentials found = value_of(credentials_in(file));
  EXPECT_EQ(found.token, "canary-token");
  EXPECT_EQ(format_time(found.expires_ms), "2036-11-20T23:30:00Z");
  file["service_account_impersonation_url"] = authority.url() + "/as/other@zoo.iam:generateAccessToken";
  const auto refused = credentials_in(file);
  ASSERT_TRUE(failed_with(Outcome::kDenied, refused));
  EXPECT_NE(refused.error().hint.find("workloadIdentityUser"), std::string::npos) << refused.error().hint;
  expect_no_secret(refused.error());
}

TEST_F(GcsCredentialsFile, WhatIsNoTokenOfAServiceAccountIsRefusedAndNotShown) {
  std::string answer;
  int status = 200;
  const HttpServer authority([&](const HttpRequest& request) -> HttpReply {
    if (request.path == "/token") return {.body = token("canary-federated")};
    return {.status = status, .body = answer};
  });
  write("token", "canary-subject");
  json file = workload(authority);
  file["service_account_impersonation_url"] = authority.url() + "/as";
  for (const char* bad :
       {"", "canary", "[]", R"({"accessToken":"canary"})", R"({"expireTime":"2036-11-20T23:30:00Z"})",
        R"({"accessToken":"canary","expireTime":7})", R"({"accessToken":"canary","expireTime":"soon"})",
        R"({"accessToken":"","expireTime":"2036-11-20T23:30:00Z"})",
        R"({"accessToken":"canary\r\nx: y","expireTime":"2036-11-20T23:30:00Z"})"}) {
    answer = bad;
    const auto refused = credentials_in(file);
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, refused)) << bad;
    expect_no_secret(refused.error());
  }
  // Parts of a second are cut off.
  answer = R"({"accessToken":"t","expireTime":"2036-11-20T23:30:00.123456789Z"})";
  EXPECT_EQ(format_time(value_of(credentials_in(file)).expires_ms), "2036-11-20T23:30:00Z");
  for (const int passing : {408, 429, 500, 503}) {
    status = passing;
    EXPECT_TRUE(failed_with(Outcome::kRetry, credentials_in(file))) << passing;
  }
}

TEST_F(GcsCredentialsFile, WhatAnAuthorityRefusesIsSaidByItsNameAlone) {
  const RsaKey key;
  HttpReply reply;
  const HttpServer authority([&](const HttpRequest&) { return reply; });
  write("token", "canary-subject");
  for (const json& file : {account(authority, key.pem()), user_of(authority), workload(authority)}) {
    for (const int status : {400, 401, 403, 404}) {
      reply = refusal(status);
      const auto refused = credentials_in(file);
      ASSERT_TRUE(failed_with(Outcome::kDenied, refused)) << status;
      EXPECT_NE(refused.error().what.find("invalid_grant"), std::string::npos) << refused.error().what;
      EXPECT_NE(refused.error().hint, "");
      expect_no_secret(refused.error());
    }
    for (const int status : {408, 429, 500, 503}) {
      reply = {.status = status, .body = "canary"};
      const auto passing = credentials_in(file);
      ASSERT_TRUE(failed_with(Outcome::kRetry, passing)) << status;
      expect_no_secret(passing.error());
    }
    for (const std::string& bad :
         {std::string(), std::string("canary"), std::string(R"({"access_token":"canary"})"),
          token("canary\r\nx: y"), token("")}) {
      reply = {.body = bad};
      const auto corrupt = credentials_in(file);
      ASSERT_TRUE(failed_with(Outcome::kCorrupt, corrupt)) << bad;
      expect_no_secret(corrupt.error());
    }
  }
}

TEST_F(GcsCredentialsFile, AFieldThatIsMissingIsNamed) {
  const RsaKey key;
  const HttpServer authority([](const HttpRequest&) -> HttpReply { return {.body = token("t")}; });
  write("token", "canary-subject");
  json of_json = workload(authority);
  of_json["credential_source"]["format"] = {{"type", "json"}, {"subject_token_field_name", "id_token"}};
  const std::vector<std::pair<json, std::vector<std::string>>> needed = {
      {account(authority, key.pem()), {"/client_email", "/private_key"}},
      {user_of(authority), {"/client_id", "/client_secret", "/refresh_token"}},
      {workload(authority),
       {"/audience", "/subject_token_type", "/token_url", "/credential_source", "/credential_source/file"}},
      {of_json, {"/credential_source/format/subject_token_field_name"}}};
  for (const auto& [whole, fields] : needed) {
    for (const std::string& field : fields) {
      const json::json_pointer place(field);
      // It is not there, is empty, or is no text.
      for (const json& instead : {json(), json(""), json(7), json::array({"canary"})}) {
        json file = whole;
        file[place] = instead;
        if (instead.is_null()) file[place.parent_pointer()].erase(place.back());
        const auto refused = credentials_in(file);
        ASSERT_TRUE(failed_with(Outcome::kUsage, refused)) << field << " = " << instead;
        const std::string name =
            field == "/credential_source/file" ? std::string("credential_source") : place.back();
        EXPECT_NE(refused.error().what.find(name), std::string::npos) << refused.error().what;
        EXPECT_NE(refused.error().what.find("credentials.json"), std::string::npos) << refused.error().what;
        expect_no_secret(refused.error());
      }
    }
  }
  EXPECT_EQ(authority.request_count(), 0U);
}

TEST_F(GcsCredentialsFile, AFileOfAnotherKindIsRefusedAndNotShown) {
  for (const char* bad :
       {"", "canary", "{\"type\":\"service_account\",\"private_key\":\"canary", "[\"canary\"]", "null", "{}",
        R"({"type":7,"private_key":"canary"})", R"({"type":"gdch_service_account","private_key":"canary"})",
        R"({"installed":{"client_id":"a","client_secret":"canary"}})"}) {
    const auto refused = credentials_in(std::string(bad));
    ASSERT_TRUE(failed_with(Outcome::kUsage, refused)) << bad;
    EXPECT_NE(refused.error().what.find("credentials.json"), std::string::npos) << refused.error().what;
    expect_no_secret(refused.error());
  }
  // Another source of a workload's token than a file.
  const HttpServer nobody([](const HttpRequest&) { return refusal(); });
  json file = workload(nobody);
  file["credential_source"] = {{"url", "http://169.254.169.254/canary"}};
  const auto refused = credentials_in(file);
  ASSERT_TRUE(failed_with(Outcome::kUsage, refused));
  EXPECT_NE(refused.error().hint.find("file"), std::string::npos);
  expect_no_secret(refused.error());
}

TEST_F(GcsCredentialsFile, NothingSecretGoesToAnAuthorityInPlainHttp) {
  json file = json::parse(user("client"));
  for (const char* authority : {"http://192.0.2.1/token", "HTTP://192.0.2.1/token", "192.0.2.1/token",
                                "ftp://192.0.2.1/token", "file:///etc/hostname", "no address"}) {
    file["token_uri"] = authority;
    const auto refused = credentials_in(file);
    ASSERT_TRUE(failed_with(Outcome::kUsage, refused)) << authority;
    expect_no_secret(refused.error());
  }
}

TEST_F(GcsCredentialsFile, ThatIsNotThereIsNotTakenForAStoreThatIsNot) {
  const auto found = credentials_in_file(scratch("none.json"), "");
  ASSERT_TRUE(failed_with(Outcome::kUsage, found));
  EXPECT_NE(found.error().what.find("none.json"), std::string::npos) << found.error().what;
  EXPECT_NE(found.error().hint.find("GOOGLE_APPLICATION_CREDENTIALS"), std::string::npos);
}

}  // namespace
}  // namespace arkive::test

#include "kafka/wire/bearer_token.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/handle.h"
#include "stores/core/hash.h"
#include "stores/core/time.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::size_t kMostAnswer = 1 << 20;
constexpr std::chrono::seconds kMostWait{30};

using Curl = Handle<CURL, curl_easy_cleanup>;
using Headers = Handle<curl_slist, curl_slist_free_all>;
using CurlText = Handle<char, curl_free>;

std::string base64_of_web(Bytes bytes) {
  std::string text = base64(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::size_t take_bytes(char* from, std::size_t size, std::size_t count, void* to) {
  auto& answer = *static_cast<std::string*>(to);
  if (answer.size() + size * count > kMostAnswer) return 0;
  answer.append(from, size * count);
  return size * count;
}

// The deadline and the settings' secrets stay here; nothing of them is in an error.
Result<TokenAnswer> ask_endpoint(const SaslSettings& settings, Deadline deadline) {
  const std::string operation = "ask for a token at '" + settings.token_endpoint + "'";
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const Curl curl(ready == CURLE_OK ? curl_easy_init() : nullptr);
  if (!curl) return fail(Outcome::kFail, operation + ": libcurl cannot start");
  std::string form = "grant_type=client_credentials";
  if (!settings.scope.empty()) {
    const CurlText scope(
        curl_easy_escape(curl.get(), settings.scope.data(), static_cast<int>(settings.scope.size())));
    form.append("&scope=").append(scope.get());
  }
  const std::string who = "Authorization: Basic " + base64(settings.client_id + ":" + settings.client_secret);
  Headers headers(curl_slist_append(nullptr, who.c_str()));
  headers.reset(curl_slist_append(headers.release(), "Accept: application/json"));
  std::string answer;
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, settings.token_endpoint.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_TIMEOUT_MS,
      std::max<long>(1, static_cast<long>(deadline.sooner(kMostWait).remaining().count())));
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_POSTFIELDS, form.c_str());
  set(CURLOPT_POSTFIELDSIZE, static_cast<long>(form.size()));
  set(CURLOPT_WRITEFUNCTION, take_bytes);
  set(CURLOPT_WRITEDATA, &answer);
  const CURLcode done = curl_easy_perform(curl.get());
  if (done != CURLE_OK) {
    const bool untrusted = done == CURLE_PEER_FAILED_VERIFICATION || done == CURLE_SSL_CACERT_BADFILE;
    return fail(untrusted ? Outcome::kDenied : Outcome::kRetry, operation + ": " + curl_easy_strerror(done));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) {
    const bool may_pass = status >= 500 || status == 408 || status == 429;
    return fail(may_pass ? Outcome::kRetry : Outcome::kDenied,
                operation + ": status " + std::to_string(status),
                may_pass ? "" : "check clientId, clientSecret and scope in sasl.jaas.config");
  }
  auto read = read_token_answer(answer);
  if (!read) return fail(std::move(read.error()).within(operation));
  return read;
}

}  // namespace

std::string unsecured_token(const SaslSettings& settings, std::chrono::seconds since_1970) {
  std::string claims = "{\"iat\":" + std::to_string(since_1970.count()) +
                       ",\"exp\":" + std::to_string((since_1970 + settings.unsecured_lifetime).count());
  for (const auto& [name, value] : settings.unsecured_claims) {
    claims += "," + nlohmann::json(name).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
              ":" + value;
  }
  return base64_of_web("{\"alg\":\"none\"}") + "." + base64_of_web(claims + "}") + ".";
}

Result<TokenAnswer> read_token_answer(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  const auto bad = [] { return fail(Outcome::kCorrupt, "the answer holds no access_token"); };
  if (!parsed.is_object()) return bad();
  const auto token = parsed.find("access_token");
  if (token == parsed.end() || !token->is_string()) return bad();
  TokenAnswer answer;
  answer.token = token->get<std::string>();
  // It stands between control characters in what is sent to the broker.
  const bool printable_only =
      std::all_of(answer.token.begin(), answer.token.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (answer.token.empty() || !printable_only) return bad();
  const auto lifetime = parsed.find("expires_in");
  if (lifetime != parsed.end() && lifetime->is_number_unsigned()) {
    constexpr std::uint64_t kDay = 86'400;
    answer.lifetime = std::chrono::seconds(std::min(lifetime->get<std::uint64_t>(), kDay));
  }
  return answer;
}

Result<std::string> BearerTokens::token(Deadline deadline) {
  const std::lock_guard lock(mutex_);
  if (settings_.token_endpoint.empty()) {
    return unsecured_token(settings_, std::chrono::seconds(wall_clock_now() / 1000));
  }
  if (!token_.empty() && SteadyClock::now() < good_until_) return token_;
  ARKIVE_ASSIGN(TokenAnswer answer, ask_endpoint(settings_, deadline));
  token_ = std::move(answer.token);
  good_until_ = SteadyClock::now() + answer.lifetime * 4 / 5;
  return token_;
}

}  // namespace arkive::kafka::wire

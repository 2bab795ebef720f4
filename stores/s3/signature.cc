#include "stores/s3/signature.h"

#include <algorithm>

#include "stores/core/hash.h"
#include "stores/http/url.h"

namespace arkive::s3 {
namespace {

std::string as_bytes(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// "20130524T000000Z"
std::string basic_time(UnixMilliseconds now) {
  std::string text = format_time(now);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string credential_scope(const std::string& date, const Scope& scope) {
  return date + "/" + scope.region + "/" + scope.service + "/" + std::string(scope.words.scope_end);
}

/// Runs of spaces count as one.
std::string trimmed(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == ' ' && (text.empty() || text.back() == ' ')) continue;
    text += c;
  }
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string names_of(const http::Headers& sorted) {
  std::string names;
  for (const auto& [name, value] : sorted) names += (names.empty() ? "" : ";") + name;
  return names;
}

std::string signature_of(const Signable& request, const http::Headers& sorted, const Query& query,
                         const std::string& payload, const Credentials& credentials, const Scope& scope,
                         const std::string& time) {
  std::string canonical = request.method + "\n" + request.path + "\n" + http::query_text(query) + "\n";
  for (const auto& [name, value] : sorted) canonical += name + ":" + trimmed(value) + "\n";
  canonical += "\n" + names_of(sorted) + "\n" + payload;
  const std::string date = time.substr(0, 8);
  const std::string to_sign = std::string(scope.words.algorithm) + "\n" + time + "\n" +
                              credential_scope(date, scope) + "\n" + hex(sha256(canonical));
  std::string key = std::string(scope.words.before_key) + credentials.secret_key;
  for (const std::string& part : {date, scope.region, scope.service, std::string(scope.words.scope_end)})
    key = as_bytes(hmac_sha256(key, part));
  return hex(hmac_sha256(key, to_sign));
}

}  // namespace

http::Headers signed_headers(const Signable& request, const Credentials& credentials, const Scope& scope,
                             UnixMilliseconds now) {
  const std::string time = basic_time(now);
  http::Headers headers = request.headers;
  const std::string own(scope.words.header);
  headers.emplace_back(own + "content-sha256", request.payload_sha256);
  headers.emplace_back(own + "date", time);
  if (!credentials.session_token.empty())
    headers.emplace_back(own + "security-token", credentials.session_token);
  std::sort(headers.begin(), headers.end());
  const std::string signature =
      signature_of(request, headers, request.query, request.payload_sha256, credentials, scope, time);
  const std::string names = names_of(headers);
  headers.emplace_back("Authorization", std::string(scope.words.algorithm) +
                                            " Credential=" + credentials.access_key + "/" +
                                            credential_scope(time.substr(0, 8), scope) +
                                            ",SignedHeaders=" + names + ",Signature=" + signature);
  return headers;
}

Query signed_query(const Signable& request, const Credentials& credentials, const Scope& scope,
                   UnixMilliseconds now, std::chrono::seconds lifetime) {
  const std::string time = basic_time(now);
  http::Headers headers = request.headers;
  std::sort(headers.begin(), headers.end());
  Query query = request.query;
  const std::string own(scope.words.query);
  query.emplace_back(own + "Algorithm", scope.words.algorithm);
  query.emplace_back(own + "Credential",
                     credentials.access_key + "/" + credential_scope(time.substr(0, 8), scope));
  query.emplace_back(own + "Date", time);
  query.emplace_back(own + "Expires", std::to_string(lifetime.count()));
  query.emplace_back(own + "SignedHeaders", names_of(headers));
  if (!credentials.session_token.empty())
    query.emplace_back(own + "Security-Token", credentials.session_token);
  const std::string signature =
      signature_of(request, headers, query, std::string(kUnsignedPayload), credentials, scope, time);
  query.emplace_back(own + "Signature", signature);
  return query;
}

}  // namespace arkive::s3

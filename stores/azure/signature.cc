#include "stores/azure/signature.h"

#include <algorithm>
#include <array>

#include "stores/core/hash.h"

namespace arkive::azure {
namespace {

std::string header(const Signable& request, std::string_view name) {
  for (const auto& [each, value] : request.headers) {
    if (each == name) return value;
  }
  return {};
}

/// Those that begin with x-ms-, ascending, a line each.
std::string canonicalized_headers(http::Headers headers) {
  std::erase_if(headers, [](const auto& each) { return !each.first.starts_with("x-ms-"); });
  std::sort(headers.begin(), headers.end());
  std::string text;
  for (const auto& [name, value] : headers) text += name + ":" + value + "\n";
  return text;
}

std::string canonicalized_resource(const Signable& request, const std::string& account) {
  std::string text = "/" + account + request.path;
  http::Query query = request.query;
  std::sort(query.begin(), query.end());
  for (const auto& [name, value] : query) text += "\n" + name + ":" + value;
  return text;
}

std::string signature(const std::string& text, Bytes key) {
  const Sha256Digest digest = hmac_sha256(key, text);
  return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

std::string string_to_sign(const Signable& request, const std::string& account) {
  std::string text = request.method + "\n";
  constexpr std::array<std::string_view, 2> kBeforeLength = {"content-encoding", "content-language"};
  constexpr std::array<std::string_view, 8> kAfterLength = {
      "content-md5",   "content-type",        "date", "if-modified-since", "if-match",
      "if-none-match", "if-unmodified-since", "range"};
  for (const std::string_view name : kBeforeLength) text += header(request, name) + "\n";
  text += (request.body_size == 0 ? "" : std::to_string(request.body_size)) + "\n";
  for (const std::string_view name : kAfterLength) text += header(request, name) + "\n";
  return text + canonicalized_headers(request.headers) + canonicalized_resource(request, account);
}

std::string shared_key(const Signable& request, const std::string& account, Bytes key) {
  return "SharedKey " + account + ":" + signature(string_to_sign(request, account), key);
}

http::Query service_sas(const BlobGrant& grant, Bytes key) {
  const std::string expires = format_time(grant.expires);
  const std::string version(kVersion);
  // Permissions, start, expiry, resource, identifier, IP, protocol, version, kind of resource, snapshot,
  // encryption scope, and five headers of the response.
  const std::string text = grant.permissions + "\n\n" + expires + "\n/blob/" + grant.account + "/" +
                           grant.container + "/" + grant.blob + "\n\n\n\n" + version + "\nb\n\n\n\n\n\n\n";
  return {{"sv", version},
          {"se", expires},
          {"sr", "b"},
          {"sp", grant.permissions},
          {"sig", signature(text, key)}};
}

std::optional<http::Query> query_in(std::string_view text) {
  http::Query query;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto name = http::percent_decoded(one.substr(0, equals));
    const auto value = http::percent_decoded(one.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    query.emplace_back(*name, *value);
  }
  return query;
}

}  // namespace arkive::azure

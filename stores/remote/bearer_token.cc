#include "stores/remote/bearer_token.h"

#include <nlohmann/json.hpp>

namespace arkive::remote {
namespace {

constexpr std::int64_t kLongestSeconds = 366LL * 24 * 3600;

/// ", invalid_client (AADSTS700016)"
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

}  // namespace

bool is_plain_token(std::string_view text) {
  return !text.empty() && text.find_first_of(std::string_view(" \r\n\t\0", 5)) == std::string_view::npos;
}

Result<BearerToken> read_bearer_token(std::string_view json, UnixMilliseconds asked_ms) {
  const auto bad = [] { return fail(Outcome::kCorrupt, "what it says is no token"); };
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object()) return bad();
  const auto token = parsed.find("access_token");
  const auto lasts = parsed.find("expires_in");
  if (token == parsed.end() || !token->is_string() || lasts == parsed.end() || !lasts->is_number_integer())
    return bad();
  const auto seconds = lasts->get<std::int64_t>();
  auto text = token->get<std::string>();
  if (!is_plain_token(text) || seconds <= 0 || seconds > kLongestSeconds) return bad();
  return BearerToken{std::move(text), asked_ms + seconds * 1000};
}

Result<BearerToken> token_in(const http::Response& response, UnixMilliseconds asked_ms,
                             const std::string& hint) {
  if (response.status == 200) return read_bearer_token(response.body, asked_ms);
  const bool may_pass = response.status >= 500 || response.status == 408 || response.status == 429;
  return fail(may_pass ? Outcome::kRetry : Outcome::kDenied,
              "status " + std::to_string(response.status) + reason_in(response.body), hint);
}

}  // namespace arkive::remote

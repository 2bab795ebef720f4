/// Bearer tokens: what an authority hands out for a while, to be shown with each request (RFC 6749, RFC
/// 6750). Nothing of them is in an error.
#pragma once

#include <string>
#include <string_view>

#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/http/client.h"

namespace arkive::remote {

struct BearerToken {
  std::string text;
  UnixMilliseconds expires_ms = 0;
};

/// The token in the JSON that an authority answers with, asked at `asked_ms`: access_token and expires_in.
/// kCorrupt when it is none.
Result<BearerToken> read_bearer_token(std::string_view json, UnixMilliseconds asked_ms);

/// The token in an authority's answer of status 200. Otherwise kRetry for what may pass by itself, kDenied
/// for all else, with the error's name and number and none of the text, which may quote what was sent.
Result<BearerToken> token_in(const http::Response& response, UnixMilliseconds asked_ms,
                             const std::string& hint);

/// May stand in a header: no line end, nothing unseen.
bool is_plain_token(std::string_view text);

}  // namespace arkive::remote

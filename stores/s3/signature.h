/// AWS Signature Version 4, and the one of Google that differs in its words: what proves to an object store
/// who sends a request. ("Authenticating Requests:
/// Using the Authorization Header" and "... Using Query Parameters" in the Amazon S3 API reference; "V4
/// signing process with Cloud Storage tools", "HMAC authentication".) libcurl 7.88 signs keys with a space or
/// `=` wrong, so this is our own.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/core/time.h"
#include "stores/http/client.h"
#include "stores/http/url.h"
#include "stores/s3/credentials.h"
#include "stores/s3/dialect.h"

namespace arkive::s3 {

using http::Query;

/// What of a request is signed.
struct Signable {
  std::string method;
  std::string path;            ///< as sent: percent-encoded once, beginning with /
  Query query;                 ///< not encoded
  http::Headers headers;       ///< "host" among them; names in lower case
  std::string payload_sha256;  ///< 64 hex digits, or kUnsignedPayload
};

inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

/// Where a signature is good.
struct Scope {
  std::string region;
  std::string service = "s3";
  SignatureWords words = {};
};

/// The headers to send: those of `request`, with x-amz-date, x-amz-content-sha256, x-amz-security-token where
/// there is one, and Authorization. `now`: by the server's clock.
http::Headers signed_headers(const Signable& request, const Credentials& credentials, const Scope& scope,
                             UnixMilliseconds now);

/// The query to send in place of signed headers: the server takes the request until `lifetime` after `now`
/// and refuses it then, by its own clock. The headers are to be sent as they are. The payload is not signed.
Query signed_query(const Signable& request, const Credentials& credentials, const Scope& scope,
                   UnixMilliseconds now, std::chrono::seconds lifetime);

}  // namespace arkive::s3

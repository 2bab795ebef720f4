/// What proves to Azure Blob Storage who sends a request, made of an account's key. ("Authorize with Shared
/// Key" and "Create a service SAS" in Microsoft's Azure Storage REST reference.)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stores/core/bytes.h"
#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/http/client.h"
#include "stores/http/url.h"

namespace arkive::azure {

/// Of the protocol, in x-ms-version.
inline constexpr std::string_view kVersion = "2021-12-02";

/// What of a request is signed.
struct Signable {
  std::string method;
  std::string path;       ///< as sent: percent-encoded once, beginning with /
  http::Query query;      ///< not encoded
  http::Headers headers;  ///< x-ms-date and x-ms-version among them; names in lower case
  std::size_t body_size = 0;
};

/// The text that is signed.
std::string string_to_sign(const Signable& request, const std::string& account);
/// The value of Authorization. `key`: its bytes.
std::string shared_key(const Signable& request, const std::string& account, Bytes key);

/// A service SAS for one blob: the query by which the server takes a request until `expires`, in whole
/// seconds, and refuses it then, by its own clock. `permissions` in Azure's order: "cw", "d".
struct BlobGrant {
  std::string account;
  std::string container;
  std::string blob;  ///< not encoded
  std::string permissions;
  UnixMilliseconds expires = 0;
};
http::Query service_sas(const BlobGrant& grant, Bytes key);

/// "a=1&b=%20" as pairs, decoded. Nothing when it is no query.
std::optional<http::Query> query_in(std::string_view text);

}  // namespace arkive::azure

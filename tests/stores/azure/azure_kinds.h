/// What the suites over all stores behind a network (tests/stores/remote) want to know of a container.
#pragma once

#include "tests/stores/azure/scripted_container.h"
#include "tests/stores/remote/scripted_kind.h"

namespace arkive::test {

inline HttpReply azure_page(const std::vector<std::string>& keys, const std::optional<std::string>& next) {
  std::string xml = "<EnumerationResults><Blobs>";
  for (const std::string& key : keys) {
    xml += "<Blob><Name>" + key + "</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>";
  }
  return {.body = xml + "</Blobs><NextMarker>" + next.value_or("") + "</NextMarker></EnumerationResults>"};
}

inline ScriptedKind azure_kind_with(const std::string& name, const azure::Credentials& credentials) {
  ScriptedKind kind{.name = name, .address = "az://account/container/zoo/"};
  kind.part_bytes = ScriptedContainer::kPartBytes;
  kind.serve = [] { return std::make_unique<ScriptedContainer>(); };
  kind.open = [credentials](const std::string& url,
                            const ScriptedOpening& opening) -> Result<std::unique_ptr<Store>> {
    azure::Settings settings = ScriptedContainer::settings_at(url);
    settings.lease = opening.lease;
    settings.parts_in_all = opening.parts_in_all;
    settings.retries = opening.retries;
    return AzureStore::open(std::move(settings), azure::fixed_credentials(credentials, "the test"));
  };
  kind.is_part = [](const HttpRequest& request) {
    return request.asks("comp") && request.query.at("comp") == "block";
  };
  kind.unavailable = azure_error(503, "InternalError");
  kind.too_many = {azure_error(503, "ServerBusy"), {.status = 429, .headers = {{"Retry-After", "0"}}}};
  kind.denied = azure_error(403, "AuthorizationPermissionMismatch");
  kind.passing = {azure_error(503, "InternalError"),
                  {.status = 503},
                  azure_error(500, "InternalError"),
                  azure_error(500, "OperationTimedOut"),
                  {.status = 502, .body = "<html>Bad gateway</html>"},
                  {.status = 504},
                  {.status = 408},
                  {.cut_after = 0},
                  {.body = "half", .cut_after = 20},
                  {.headers = {{"Content-Length", "100"}}, .body = "short", .cut_after = 60}};
  kind.refusals = {
      {azure_error(403, "AuthorizationPermissionMismatch", "no right"), Outcome::kDenied, "no right"},
      {azure_error(403, "AuthenticationFailed"), Outcome::kDenied, "AuthenticationFailed"},
      {azure_error(403, "KeyBasedAuthenticationNotPermitted"), Outcome::kDenied, "KeyBased"},
      {{.status = 401}, Outcome::kDenied, "401"},
      {azure_error(400, "InvalidAuthenticationInfo"), Outcome::kDenied, "InvalidAuthenticationInfo"},
      {azure_error(400, "InvalidHeaderValue"), Outcome::kFail, "InvalidHeaderValue"},
      {azure_error(404, "ContainerNotFound"), Outcome::kUsage, "no container 'container'"},
      {azure_error(409, "ContainerBeingDeleted"), Outcome::kUsage, "no container 'container'"},
      {azure_error(412, "LeaseIdMissing"), Outcome::kConflict, "LeaseIdMissing"},
      {azure_error(409, "SnapshotsPresent"), Outcome::kDenied, "SnapshotsPresent"},
      {azure_error(409, "BlobImmutableDueToPolicy"), Outcome::kDenied, "BlobImmutableDueToPolicy"},
      {{.status = 301, .headers = {{"Location", "http://elsewhere.example.com/"}}}, Outcome::kFail, "301"},
      {azure_error(507, "AccountLimitExceeded"), Outcome::kFull, "507"}};
  kind.page = azure_page;
  kind.bad_pages = {{.body = "<EnumerationResults><Blobs></Blobs></EnumerationResults>"},
                    {.body = "<EnumerationResults><NextMarker/></EnumerationResults>"}};
  kind.says_other_bytes = [](HttpReply& reply) {
    reply.set_header("Content-MD5", remote::content_md5("others"));
  };
  kind.moment_of = [](const HttpRequest& request) {
    return http::parse_date(request.header("x-ms-date")).value_or(0);
  };
  kind.too_skewed = azure_error(403, "AuthenticationFailed");
  return kind;
}

inline ScriptedKind azure_kind() {
  ScriptedKind kind = azure_kind_with("azure", ScriptedContainer::key());
  kind.secret = ScriptedContainer::key().secret;
  return kind;
}
inline ScriptedKind azure_signature_kind() {
  return azure_kind_with(
      "azure_with_signature",
      value_of(azure::shared_access_signature("sv=2021-12-02&sp=racwdl&sig=canary-signature")));
}
inline ScriptedKind azure_token_kind() {
  return azure_kind_with("azure_with_token", {azure::Credentials::Kind::kToken, "canary-token"});
}

}  // namespace arkive::test

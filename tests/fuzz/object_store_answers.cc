// What object stores and the services around them say: nothing of it may do more than be refused.
#include "stores/azure/credentials.h"
#include "stores/azure/xml.h"
#include "stores/gcs/json.h"
#include "stores/http/date.h"
#include "stores/http/url.h"
#include "stores/remote/bearer_token.h"
#include "stores/remote/content_md5.h"
#include "stores/remote/lease_record.h"
#include "stores/s3/credential_services.h"
#include "stores/s3/profiles.h"
#include "stores/s3/xml.h"
#include "tests/fuzz/require.h"

using namespace arkive;
using arkive::test::require;

namespace {

void read_xml(std::string_view text) {
  s3::read_error(text);
  (void)s3::read_list(text);
  if (const auto uploads = s3::read_uploads(text)) {
    for (const auto& upload : uploads->uploads) require(!upload.id.empty(), "an upload has a name");
  }
  if (const auto id = s3::read_upload_id(text)) require(!id->empty(), "a new upload has a name");
  if (const auto role = s3::read_assumed_role(text))
    require(!role->access_key.empty() && !role->secret_key.empty(), "a role has both keys");
}

void read_azure(std::string_view text) {
  const auto error = azure::read_error({.status = 400, .body = std::string(text)});
  require(error.message.find('\n') == std::string::npos, "a message is one line");
  const auto named = azure::read_error({.headers = {{"x-ms-error-code", std::string(text)}}});
  require(named.code == text, "the header says what the body does not");
  if (const auto list = azure::read_list(text)) {
    for (const auto& blob : list->keys) require(!blob.whole.empty(), "a blob has a name");
  }
  if (const auto key = azure::account_key(text)) require(!key->secret.empty(), "a key has bytes");
  (void)azure::shared_access_signature(text);
}

void read_gcs(std::string_view text) {
  const auto json = gcs::read_error({.status = 400, .body = std::string(text)});
  const auto plain = gcs::read_error(
      {.status = 404, .headers = {{"content-type", "text/plain"}}, .body = std::string(text)});
  require(plain.reason == json.reason, "plain text has no reason");
  if (const auto list = gcs::read_list(text)) {
    for (const auto& object : list->keys) require(!object.whole.empty(), "an object has a name");
  }
  if (const auto resource = gcs::read_resource(text))
    require(!resource->generation.empty(), "an object has a generation");
  const std::string md5 = remote::md5_in({.headers = {{"x-goog-hash", std::string(text)}}});
  require(md5.empty() || text.find("md5=" + md5) != text.npos, "a checksum was there");
}

void read_words(std::string_view text) {
  if (const auto token = remote::read_bearer_token(text, 1)) {
    require(remote::is_plain_token(token->text), "a token stands in a header");
    require(token->expires_ms > 1, "a token expires");
  }
  if (const auto credentials = s3::read_credentials(text))
    require(!credentials->access_key.empty() && !credentials->secret_key.empty(),
            "credentials have both keys");
  (void)s3::read_profiles(text, "a file");
  if (const auto record = remote::LeaseRecord::parse(text)) {
    const auto again = remote::LeaseRecord::parse(record->to_json());
    require(again && again->number == record->number && again->released == record->released,
            "a lock comes back");
  }
  (void)http::parse_date(text);
  if (const auto url = http::Url::parse(text)) require(!url->host.empty(), "an address has a host");
  const auto bytes = http::percent_decoded(text);
  require(!bytes || http::percent_decoded(http::percent_encoded(*bytes)) == *bytes, "bytes come back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_xml(text);
  read_azure(text);
  read_gcs(text);
  read_words(text);
  return 0;
}

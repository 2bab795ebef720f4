// What object stores and the services around them say: nothing of it may do more than be refused.
#include "stores/azure/credentials.h"
#include "stores/azure/workload_identity.h"
#include "stores/azure/xml.h"
#include "stores/http/date.h"
#include "stores/http/url.h"
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
    for (const auto& blob : list->blobs) require(!blob.name.empty(), "a blob has a name");
  }
  if (const auto token = azure::read_token(text, 1)) {
    require(token->secret.find_first_of("\r\n") == std::string::npos, "a token stands in a header");
    require(token->expires_ms > 1, "a token expires");
  }
  if (const auto key = azure::account_key(text)) require(!key->secret.empty(), "a key has bytes");
  (void)azure::shared_access_signature(text);
}

void read_words(std::string_view text) {
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
  read_words(text);
  return 0;
}

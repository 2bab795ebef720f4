/// The XML of an object store: what it answers, and what it is told. Nothing in it is trusted: whatever has
/// not the expected form is kCorrupt. (Amazon S3 API reference, the operations named below.)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/remote/object_server.h"
#include "stores/remote/part_upload.h"

namespace arkive::s3 {

/// <Error>. Empty where the text is none.
struct ServerError {
  std::string code;
  std::string message;
  std::string region;  ///< where the bucket lies, if it says so
};
ServerError read_error(std::string_view xml);
/// The object has no retention, of Amazon with status 404, of MinIO with 400.
bool is_without_lock(const ServerError& error);
/// "status 403, AccessDenied: no right".
std::string described(int status, const ServerError& error);

/// ListObjectsV2, with encoding-type=url; the next page is told by its continuation token.
Result<remote::KeyPage> read_list(std::string_view xml);

/// CreateMultipartUpload.
Result<std::string> read_upload_id(std::string_view xml);

/// The body of CompleteMultipartUpload: part 1 comes first. Their ids are entity tags; their checksums,
/// SHA-256 in Base64, are named for servers that know them.
std::string complete_upload(const std::vector<remote::SentPart>& parts, bool with_checksums = true);

/// The body of PutObjectRetention. `mode`: "GOVERNANCE", "COMPLIANCE".
std::string object_retention(const std::string& mode, UnixMilliseconds until);

/// ListMultipartUploads, with encoding-type=url.
struct UploadPage {
  struct Upload {
    std::string key;
    std::string id;
    UnixMilliseconds began_ms = 0;
  };
  std::vector<Upload> uploads;
  std::string next_key;
  std::string next_id;  ///< both empty: the last page
};
Result<UploadPage> read_uploads(std::string_view xml);

/// AssumeRoleWithWebIdentity of AWS' Security Token Service.
struct AssumedRole {
  std::string access_key;
  std::string secret_key;
  std::string session_token;
  UnixMilliseconds expires_ms = 0;
};
Result<AssumedRole> read_assumed_role(std::string_view xml);

}  // namespace arkive::s3

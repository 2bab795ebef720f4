/// One request to a throwaway MinIO, signed by libcurl: a client that shares nothing with what is tested.
#pragma once

#include <string>

#include "restore-plans/rehearse/minio.h"

namespace arkive::rehearse {

struct S3Answer {
  long status = 0;      ///< 0: there was none
  std::string trouble;  ///< why
  std::string body;
};

struct S3Request {
  std::string method = "GET";
  std::string path{};        ///< "arkive/some/key"
  std::string body{};        ///< of PUT
  std::string access_key{};  ///< empty: not signed
  std::string secret_key{};
  std::string authority{};  ///< a PEM file, with TLS
  long within_milliseconds = 5000;
};

S3Answer ask_s3(const std::string& endpoint, const S3Request& request);

/// Signed with the keys of `minio`.
S3Answer put_object(MinioServer& minio, const std::string& path, const std::string& body);
S3Answer get_object(MinioServer& minio, const std::string& path);

}  // namespace arkive::rehearse

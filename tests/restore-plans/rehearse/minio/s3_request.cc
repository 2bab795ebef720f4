#include "tests/restore-plans/rehearse/minio/s3_request.h"

#include <curl/curl.h>

#include "stores/core/handle.h"

namespace arkive::rehearse {

namespace {

using Curl = Handle<CURL, curl_easy_cleanup>;
using Headers = Handle<curl_slist, curl_slist_free_all>;

std::size_t take_bytes(char* from, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(from, size * count);
  return size * count;
}

S3Request request_to(MinioServer& minio, const std::string& method, const std::string& path) {
  return {.method = method,
          .path = path,
          .access_key = minio.settings().access_key,
          .secret_key = minio.settings().secret_key,
          .authority = minio.certificates()};
}

}  // namespace

S3Answer ask_s3(const std::string& endpoint, const S3Request& request) {
  const Curl curl(curl_easy_init());
  const Headers headers(curl_slist_append(nullptr, "x-amz-content-sha256: UNSIGNED-PAYLOAD"));
  const std::string url = endpoint + "/" + request.path;
  const std::string keys = request.access_key + ":" + request.secret_key;
  S3Answer answer;
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, request.within_milliseconds);
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "PUT") {
    set(CURLOPT_POSTFIELDS, request.body.c_str());
    set(CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
  }
  if (!request.access_key.empty()) {
    set(CURLOPT_AWS_SIGV4, "aws:amz:us-east-1:s3");
    set(CURLOPT_USERPWD, keys.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
  }
  if (!request.authority.empty()) set(CURLOPT_CAINFO, request.authority.c_str());
  set(CURLOPT_WRITEFUNCTION, take_bytes);
  set(CURLOPT_WRITEDATA, &answer.body);
  const CURLcode done = curl_easy_perform(curl.get());
  if (done != CURLE_OK) answer.trouble = curl_easy_strerror(done);
  if (done == CURLE_OK) curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

S3Answer put_object(MinioServer& minio, const std::string& path, const std::string& body) {
  auto request = request_to(minio, "PUT", path);
  request.body = body;
  return ask_s3(minio.endpoint(), request);
}

S3Answer get_object(MinioServer& minio, const std::string& path) {
  return ask_s3(minio.endpoint(), request_to(minio, "GET", path));
}

}  // namespace arkive::rehearse

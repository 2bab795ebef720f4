#include "restore-plans/rehearse/minio_questions.h"

#include <curl/curl.h>

#include <algorithm>

#include "stores/core/handle.h"

namespace arkive::rehearse {

namespace {

using Curl = Handle<CURL, curl_easy_cleanup>;

std::size_t drop_bytes(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

}  // namespace

bool answers_well(const std::string& url, const std::string& authority, Deadline deadline) {
  constexpr long kGood = 200;
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const Curl curl(started == CURLE_OK ? curl_easy_init() : nullptr);
  if (!curl) return false;
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");  // none, whatever the environment says: the server is on this machine
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, std::max<long>(1, static_cast<long>(deadline.remaining().count())));
  if (!authority.empty()) set(CURLOPT_CAINFO, authority.c_str());
  set(CURLOPT_WRITEFUNCTION, drop_bytes);
  long status = 0;
  return curl_easy_perform(curl.get()) == CURLE_OK &&
         curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == kGood;
}

}  // namespace arkive::rehearse

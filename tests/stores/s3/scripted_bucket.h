/// ScriptedBucket: an object store in memory, on loopback, that misbehaves as a test says. What real servers
/// do is shown on a real one (tests/contract/buckets); this is for what they do not do on demand.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "stores/core/hash.h"
#include "stores/core/time.h"
#include "stores/s3/s3_store.h"
#include "tests/support/http_server.h"
#include "tests/support/results.h"

namespace arkive::test {

/// "<Error>" with that code.
inline HttpReply s3_error(int status, const std::string& code, const std::string& message = "") {
  return {.status = status,
          .headers = {{"Content-Type", "application/xml"}},
          .body = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>" + message +
                  "</Message></Error>"};
}

class ScriptedBucket {
 public:
  /// Asked before the bucket does anything. A reply: it is sent, and nothing is done.
  using Before = std::function<std::optional<HttpReply>(const HttpRequest& request, std::size_t number)>;
  /// May change what the bucket has done and is about to say.
  using After = std::function<void(const HttpRequest& request, HttpReply& reply, std::size_t number)>;

  Before before = {};
  After after = {};
  std::size_t page = 1000;             ///< keys a page of a list has
  std::chrono::milliseconds ahead{0};  ///< of the bucket's clock before ours
  /// The headers that decide whether an object is replaced are not looked at, as by some servers.
  bool ignores_conditions = false;
  bool tells_part_checksums = true;  ///< in the answer to a part

  std::string url() const { return server_.url(); }
  const HttpServer& server() const { return server_; }

  s3::Settings settings(const std::string& prefix = "zoo") const {
    s3::Settings settings{.location = value_of(s3::Location::parse("bucket/" + prefix))};
    settings.endpoint = value_of(http::Url::parse(url()));
    settings.path_style = true;
    settings.part_bytes = 5U << 20;
    settings.retries.first = std::chrono::milliseconds(1);
    settings.retries.longest = std::chrono::milliseconds(5);
    return settings;
  }
  static std::unique_ptr<s3::CredentialProvider> credentials() {
    return s3::fixed_credentials({"AKIDEXAMPLE", "canary-secret-key", "canary-session-token"}, "the test");
  }
  std::unique_ptr<S3Store> open(std::optional<s3::Settings> changed = {}) const {
    return value_of(S3Store::open(changed ? *changed : settings(), credentials()));
  }

  std::map<std::string, std::string> objects() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::string> bytes;
    for (const auto& [key, object] : objects_) bytes[key] = object.bytes;
    return bytes;
  }
  void set(const std::string& key, const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    put_object(key, bytes, {});
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    objects_.clear();
    uploads_.clear();
  }
  std::size_t uploads() const {
    const std::lock_guard lock(mutex_);
    return uploads_.size();
  }
  void add_upload(const std::string& key, const std::string& id, UnixMilliseconds began) {
    const std::lock_guard lock(mutex_);
    uploads_[id] = {.key = key, .began = began, .parts = {}};
  }

 private:
  struct Object {
    std::string bytes;
    std::string tag;
    UnixMilliseconds changed = 0;
    std::map<std::string, std::string> headers;  ///< those of the request that made it
  };
  struct Upload {
    std::string key;
    UnixMilliseconds began = 0;
    std::map<int, std::string> parts;
    std::map<std::string, std::string> headers = {};
  };

  static std::string http_date(UnixMilliseconds moment) {
    const auto seconds = static_cast<std::time_t>(moment / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[64];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text;
  }
  static std::string checksum(Bytes bytes) {
    const Sha256Digest digest = sha256(bytes);
    return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  }
  UnixMilliseconds now() const { return wall_clock_now() + ahead.count(); }

  HttpReply answer(const HttpRequest& request) {
    std::size_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      number = ++asked_;
    }
    std::optional<HttpReply> scripted = before ? before(request, number) : std::nullopt;
    HttpReply reply = scripted ? *scripted : serve(request);
    if (!scripted && after) after(request, reply, number);
    reply.headers.emplace_back("Date", http_date(now()));
    reply.without_body = request.method == "HEAD";
    return reply;
  }

  HttpReply serve(const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    if (const auto expired = check_expiry(request)) return *expired;
    const std::string bucket = "/bucket";
    if (!request.path.starts_with(bucket)) return s3_error(404, "NoSuchBucket");
    const std::string key =
        request.path.size() > bucket.size() ? request.path.substr(bucket.size() + 1) : std::string();
    if (key.empty()) return request.asks("uploads") ? list_uploads(request) : list(request);
    if (request.method == "POST" && request.asks("uploads")) return begin_upload(key, request);
    if (request.method == "PUT" && request.asks("uploadId")) return put_part(request);
    if (request.method == "POST") return complete(key, request);
    if (request.method == "DELETE" && request.asks("uploadId")) {
      uploads_.erase(request.query.at("uploadId"));
      return {.status = 204};
    }
    if (request.method == "PUT") return put(key, request);
    if (request.method == "DELETE") {
      objects_.erase(key);
      return {.status = 204};
    }
    return get(key, request);
  }

  /// A request that is signed in its query is refused when its time is over.
  std::optional<HttpReply> check_expiry(const HttpRequest& request) const {
    if (!request.asks("X-Amz-Expires")) return std::nullopt;
    std::string date = request.query.at("X-Amz-Date");  // 20130524T000000Z
    date = date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 5) + ":" + date.substr(11, 2) +
           ":" + date.substr(13);
    const UnixMilliseconds from = value_of(parse_time(date));
    if (now() <= from + 1000 * std::stol(request.query.at("X-Amz-Expires"))) return std::nullopt;
    return s3_error(403, "AccessDenied", "Request has expired");
  }
  bool condition_fails(const std::string& key, const HttpRequest& request) const {
    if (ignores_conditions) return false;
    const auto found = objects_.find(key);
    if (request.header("if-none-match") == "*") return found != objects_.end();
    const std::string tag = request.header("if-match");
    return !tag.empty() && (found == objects_.end() || found->second.tag != tag);
  }
  Object& put_object(const std::string& key, const std::string& bytes,
                     std::map<std::string, std::string> headers) {
    return objects_[key] = {bytes, "\"" + hex(sha256(bytes)).substr(0, 32) + std::to_string(++tags_) + "\"",
                            now(), std::move(headers)};
  }
  HttpReply put(const std::string& key, const HttpRequest& request) {
    if (condition_fails(key, request)) return s3_error(412, "PreconditionFailed");
    const std::string told = request.header("x-amz-checksum-sha256");
    if (!told.empty() && told != checksum(request.body)) return s3_error(400, "BadDigest");
    const Object& object = put_object(key, request.body, request.headers);
    HttpReply reply{.headers = {{"ETag", object.tag}, {"x-amz-checksum-sha256", checksum(request.body)}}};
    add_encryption(request.headers, reply);
    return reply;
  }
  static void add_encryption(const std::map<std::string, std::string>& asked, HttpReply& reply) {
    const auto found = asked.find("x-amz-server-side-encryption");
    if (found != asked.end()) reply.headers.emplace_back("x-amz-server-side-encryption", found->second);
  }
  HttpReply get(const std::string& key, const HttpRequest& request) {
    const auto found = objects_.find(key);
    if (found == objects_.end()) return s3_error(404, "NoSuchKey");
    const Object& object = found->second;
    HttpReply reply{.headers = {{"ETag", object.tag}, {"Last-Modified", http_date(object.changed)}},
                    .body = object.bytes};
    const auto retained = object.headers.find("x-amz-object-lock-retain-until-date");
    if (retained != object.headers.end())
      reply.headers.emplace_back("x-amz-object-lock-retain-until-date", retained->second);
    for (const auto& [name, value] : object.headers) {
      if (name.starts_with("x-amz-meta-")) reply.headers.emplace_back(name, value);
    }
    const std::string range = request.header("range");  // bytes=0-9 or bytes=3-
    if (range.empty()) {
      reply.headers.emplace_back("x-amz-checksum-sha256", checksum(object.bytes));
      return reply;
    }
    const std::size_t dash = range.find('-');
    const std::size_t first = std::stoul(range.substr(6, dash - 6));
    if (first >= object.bytes.size()) return s3_error(416, "InvalidRange");
    const std::size_t last =
        dash + 1 == range.size()
            ? object.bytes.size() - 1
            : std::min<std::size_t>(std::stoul(range.substr(dash + 1)), object.bytes.size() - 1);
    reply.status = 206;
    reply.body = object.bytes.substr(first, last - first + 1);
    reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(first) + "-" +
                                                    std::to_string(last) + "/" +
                                                    std::to_string(object.bytes.size()));
    return reply;
  }
  HttpReply list(const HttpRequest& request) const {
    const std::string prefix = request.query.count("prefix") != 0 ? request.query.at("prefix") : "";
    const auto token = request.query.find("continuation-token");
    std::string xml = "<?xml version=\"1.0\"?><ListBucketResult>";
    std::size_t given = 0;
    std::string next;
    auto at =
        token == request.query.end() ? objects_.lower_bound(prefix) : objects_.upper_bound(token->second);
    std::string last;
    for (; at != objects_.end() && at->first.starts_with(prefix); ++at) {
      if (given++ == page) {
        next = last;
        break;
      }
      last = at->first;
      xml += "<Contents><Key>" + http::percent_encoded(at->first) + "</Key><Size>" +
             std::to_string(at->second.bytes.size()) + "</Size></Contents>";
    }
    xml += next.empty()
               ? "<IsTruncated>false</IsTruncated>"
               : "<IsTruncated>true</IsTruncated><NextContinuationToken>" + next + "</NextContinuationToken>";
    return {.body = xml + "</ListBucketResult>"};
  }
  HttpReply list_uploads(const HttpRequest& request) const {
    const std::string prefix = request.query.count("prefix") != 0 ? request.query.at("prefix") : "";
    std::string xml = "<ListMultipartUploadsResult>";
    for (const auto& [id, upload] : uploads_) {
      if (!upload.key.starts_with(prefix)) continue;
      xml += "<Upload><Key>" + http::percent_encoded(upload.key) + "</Key><UploadId>" + id +
             "</UploadId><Initiated>" + format_time(upload.began) + "</Initiated></Upload>";
    }
    return {.body = xml + "<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"};
  }
  HttpReply begin_upload(const std::string& key, const HttpRequest& request) {
    const std::string id = "upload-" + std::to_string(++tags_);
    uploads_[id] = {.key = key, .began = now(), .parts = {}, .headers = request.headers};
    HttpReply reply{.body = "<InitiateMultipartUploadResult><UploadId>" + id +
                            "</UploadId></InitiateMultipartUploadResult>"};
    add_encryption(request.headers, reply);
    return reply;
  }
  HttpReply put_part(const HttpRequest& request) {
    const auto found = uploads_.find(request.query.at("uploadId"));
    if (found == uploads_.end()) return s3_error(404, "NoSuchUpload");
    if (request.header("x-amz-checksum-sha256") != checksum(request.body)) return s3_error(400, "BadDigest");
    found->second.parts[std::stoi(request.query.at("partNumber"))] = request.body;
    HttpReply reply{.headers = {{"ETag", "\"" + hex(sha256(request.body)).substr(0, 32) + "\""}}};
    if (tells_part_checksums) reply.headers.emplace_back("x-amz-checksum-sha256", checksum(request.body));
    return reply;
  }
  HttpReply complete(const std::string& key, const HttpRequest& request) {
    const auto found = uploads_.find(request.query.at("uploadId"));
    if (found == uploads_.end()) return s3_error(404, "NoSuchUpload");
    std::string whole;
    for (const auto& [number, bytes] : found->second.parts) {
      if (request.body.find(hex(sha256(bytes)).substr(0, 32)) == std::string::npos)
        return s3_error(400, "InvalidPart");
      whole += bytes;
    }
    const Object& object = put_object(key, whole, found->second.headers);
    uploads_.erase(found);
    return {.body = "<CompleteMultipartUploadResult><ETag>" + object.tag +
                    "</ETag></CompleteMultipartUploadResult>"};
  }

  mutable std::mutex mutex_;
  std::size_t asked_ = 0;
  std::size_t tags_ = 0;
  std::map<std::string, Object> objects_;
  std::map<std::string, Upload> uploads_;
  HttpServer server_{[this](const HttpRequest& request) { return answer(request); }};
};

}  // namespace arkive::test

/// ScriptedBucket: an object store in memory, on loopback, that misbehaves as a test says. What real servers
/// do is shown on a real one (tests/contract/buckets); this is for what they do not do on demand.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "stores/remote/content_md5.h"
#include "stores/s3/s3_store.h"
#include "tests/support/scripted_object_server.h"

namespace arkive::test {

/// "<Error>" with that code.
inline HttpReply s3_error(int status, const std::string& code, const std::string& message = "") {
  return {.status = status,
          .headers = {{"Content-Type", "application/xml"}},
          .body = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>" + message +
                  "</Message></Error>"};
}

class ScriptedBucket final : public ScriptedObjectServer {
 public:
  explicit ScriptedBucket(s3::Family family = s3::Family::kAmazon) : family_(family) {}

  bool tells_part_checksums = true;  ///< in the answer to a part
  bool keeps_versions = false;       ///< a removal hides what was there
  bool shows_retention = true;       ///< false: these credentials have no right to see it
  bool knows_locks = true;           ///< false: headers of Object Lock and of classes are nothing to it
  bool lists_by_prefix = true;       ///< false: uploads only by their very key, as MinIO does

  const HttpServer& server() const override { return server_; }

  static constexpr std::uint64_t kPartBytes = 5U << 20;  ///< the least that there may be

  /// Of a bucket that is served at `url`, by whatever process.
  static s3::Settings settings_at(const std::string& url) {
    s3::Settings settings{.location = value_of(s3::Location::parse("bucket/zoo"))};
    settings.endpoint = value_of(http::Url::parse(url));
    settings.path_style = true;
    settings.part_bytes = kPartBytes;
    settings.retries.first = std::chrono::milliseconds(1);
    settings.retries.longest = std::chrono::milliseconds(5);
    return settings;
  }
  s3::Settings settings() const { return settings_at(url()); }
  static std::unique_ptr<s3::CredentialProvider> credentials() {
    return s3::fixed_credentials({"AKIDEXAMPLE", "canary-secret-key", "canary-session-token"}, "the test");
  }
  std::unique_ptr<S3Store> open(std::optional<s3::Settings> changed = {}) const {
    return value_of(S3Store::open(changed ? *changed : settings(), credentials()));
  }

  std::size_t uploads() const override {
    const std::lock_guard lock(mutex_);
    return uploads_.size();
  }
  std::size_t delete_markers() const {
    const std::lock_guard lock(mutex_);
    return delete_markers_;
  }
  void add_upload(const std::string& key, const std::string& id, UnixMilliseconds began) {
    const std::lock_guard lock(mutex_);
    uploads_[id] = {.key = key, .began = began, .parts = {}};
  }

 private:
  struct Upload {
    std::string key;
    UnixMilliseconds began = 0;
    std::map<int, std::string> parts;
    std::map<std::string, std::string> headers = {};
  };

  bool is_googles() const { return family_ == s3::Family::kGoogle; }
  /// "x-amz-" or "x-goog-", and what follows.
  std::string own(const std::string& name) const { return (is_googles() ? "x-goog-" : "x-amz-") + name; }
  std::string own_parameter(const std::string& name) const {
    return (is_googles() ? "X-Goog-" : "X-Amz-") + name;
  }
  std::string checksum(Bytes bytes) const {
    if (is_googles()) return remote::content_md5(bytes);
    const Sha256Digest digest = sha256(bytes);
    return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  }
  std::string told_checksum(const HttpRequest& request) const {
    return request.header(is_googles() ? "content-md5" : "x-amz-checksum-sha256");
  }
  void tell_checksum(Bytes bytes, HttpReply& reply) const {
    if (is_googles()) {
      reply.headers.emplace_back("x-goog-hash", "crc32c=AAAAAA==,md5=" + checksum(bytes));
    } else {
      reply.headers.emplace_back("x-amz-checksum-sha256", checksum(bytes));
    }
  }
  void tell_tag(const Object& object, HttpReply& reply) const {
    reply.headers.emplace_back("ETag", object.tag);
    if (is_googles()) reply.headers.emplace_back("x-goog-generation", std::to_string(object.number));
  }
  bool condition_holds(const std::string& key, const HttpRequest& request) const {
    if (!is_googles()) return condition_of(key, request) == Condition::kHolds;
    const std::string wanted = request.header("x-goog-if-generation-match");
    if (wanted.empty() || ignores_conditions) return true;
    const auto found = all().find(key);
    return wanted == (found == all().end() ? "0" : std::to_string(found->second.number));
  }
  void forget_uploads() override { uploads_.clear(); }

  HttpReply serve(const HttpRequest& request) override {
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
    if (request.method == "PUT" && request.asks("retention") && knows_locks)
      return put_retention(key, request);
    if (request.method == "PUT") return put(key, request);
    if (request.method == "DELETE") {
      remove_object(key);
      HttpReply reply{.status = 204};
      if (keeps_versions) {
        ++delete_markers_;
        reply.headers.emplace_back("x-amz-delete-marker", "true");
      }
      return reply;
    }
    if (request.asks("retention") && knows_locks)
      return shows_retention ? s3_error(404, "NoSuchObjectLockConfiguration") : s3_error(403, "AccessDenied");
    return get(key, request);
  }

  /// A request that is signed in its query is refused when its time is over.
  std::optional<HttpReply> check_expiry(const HttpRequest& request) const {
    if (!request.asks(own_parameter("Expires"))) return std::nullopt;
    std::string date = request.query.at(own_parameter("Date"));  // 20130524T000000Z
    date = date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 5) + ":" + date.substr(11, 2) +
           ":" + date.substr(13);
    const UnixMilliseconds from = value_of(parse_time(date));
    if (now() <= from + 1000 * std::stol(request.query.at(own_parameter("Expires")))) return std::nullopt;
    if (is_googles()) return s3_error(400, "ExpiredToken", "Invalid argument.");
    return s3_error(403, "AccessDenied", "Request has expired");
  }
  HttpReply put(const std::string& key, const HttpRequest& request) {
    if (!condition_holds(key, request)) return s3_error(412, "PreconditionFailed");
    const std::string told = told_checksum(request);
    if (!told.empty() && told != checksum(request.body)) return s3_error(400, "BadDigest");
    const Object& object = put_object(key, request.body, request.headers);
    HttpReply reply;
    tell_tag(object, reply);
    tell_checksum(request.body, reply);
    add_encryption(request.headers, reply);
    return reply;
  }
  HttpReply put_retention(const std::string& key, const HttpRequest& request) {
    const auto found = all().find(key);
    if (found == all().end()) return s3_error(404, "NoSuchKey");
    if (request.header("content-md5") != remote::content_md5(request.body)) return s3_error(400, "BadDigest");
    const auto told = [&](const std::string& name) {
      const std::size_t begin = request.body.find("<" + name + ">") + name.size() + 2;
      return request.body.substr(begin, request.body.find("</" + name + ">") - begin);
    };
    set_header(key, "x-amz-object-lock-mode", told("Mode"));
    set_header(key, "x-amz-object-lock-retain-until-date", told("RetainUntilDate"));
    return {};
  }
  static void add_encryption(const std::map<std::string, std::string>& asked, HttpReply& reply) {
    const auto found = asked.find("x-amz-server-side-encryption");
    if (found != asked.end()) reply.headers.emplace_back("x-amz-server-side-encryption", found->second);
  }
  HttpReply get(const std::string& key, const HttpRequest& request) {
    const auto found = all().find(key);
    if (found == all().end()) return s3_error(404, "NoSuchKey");
    const Object& object = found->second;
    HttpReply reply{.headers = {{"Last-Modified", http::format_date(object.changed)}}, .body = object.bytes};
    tell_tag(object, reply);
    if (keeps_versions) reply.headers.emplace_back("x-amz-version-id", "version-1");
    for (const auto& [name, value] : object.headers) {
      const bool is_lock = name.starts_with("x-amz-object-lock-") && knows_locks && shows_retention;
      const bool is_class = name == own("storage-class") && knows_locks && value != "STANDARD";
      if (is_lock || is_class || name.starts_with(own("meta-"))) reply.headers.emplace_back(name, value);
    }
    const std::string range = request.header("range");  // bytes=0-9 or bytes=3-
    if (range.empty()) {
      tell_checksum(object.bytes, reply);
      return reply;
    }
    return cut_to_range(range, reply) ? reply : s3_error(416, "InvalidRange");
  }
  HttpReply list(const HttpRequest& request) const {
    const Page listed =
        page_of(prefix_asked_for(request),
                request.asks("continuation-token") ? request.query.at("continuation-token") : "");
    std::string xml = "<?xml version=\"1.0\"?><ListBucketResult>";
    for (auto at = listed.begin; at != listed.end; ++at) {
      xml += "<Contents><Key>" + http::percent_encoded(at->first) + "</Key><Size>" +
             std::to_string(at->second.bytes.size()) + "</Size></Contents>";
    }
    xml += listed.next ? "<IsTruncated>true</IsTruncated><NextContinuationToken>" + *listed.next +
                             "</NextContinuationToken>"
                       : "<IsTruncated>false</IsTruncated>";
    return {.body = xml + "</ListBucketResult>"};
  }
  HttpReply list_uploads(const HttpRequest& request) const {
    const std::string prefix = prefix_asked_for(request);
    std::string xml = "<ListMultipartUploadsResult>";
    const std::string from = request.asks("upload-id-marker") ? request.query.at("upload-id-marker") : "";
    std::size_t given = 0;
    std::optional<std::string> last;  // of the page: the id of its upload
    for (auto at = uploads_.upper_bound(from); at != uploads_.end(); ++at) {
      const auto& [id, upload] = *at;
      const bool is_asked_for = lists_by_prefix ? upload.key.starts_with(prefix) : upload.key == prefix;
      if (!is_asked_for && !prefix.empty()) continue;
      if (++given > page) return {.body = xml + next_page_after(*last)};
      last = id;
      xml += "<Upload><Key>" + http::percent_encoded(upload.key) + "</Key><UploadId>" + id +
             "</UploadId><Initiated>" + format_time(upload.began) + "</Initiated></Upload>";
    }
    return {.body = xml + "<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"};
  }
  std::string next_page_after(const std::string& id) const {
    return "<IsTruncated>true</IsTruncated><NextKeyMarker>" + http::percent_encoded(uploads_.at(id).key) +
           "</NextKeyMarker><NextUploadIdMarker>" + id + "</NextUploadIdMarker></ListMultipartUploadsResult>";
  }
  HttpReply begin_upload(const std::string& key, const HttpRequest& request) {
    const std::string id = "upload-" + std::to_string(next_number());
    uploads_[id] = {.key = key, .began = now(), .parts = {}, .headers = request.headers};
    HttpReply reply{.body = "<InitiateMultipartUploadResult><UploadId>" + id +
                            "</UploadId></InitiateMultipartUploadResult>"};
    add_encryption(request.headers, reply);
    return reply;
  }
  HttpReply put_part(const HttpRequest& request) {
    const auto found = uploads_.find(request.query.at("uploadId"));
    if (found == uploads_.end()) return s3_error(404, "NoSuchUpload");
    if (told_checksum(request) != checksum(request.body)) return s3_error(400, "BadDigest");
    found->second.parts[std::stoi(request.query.at("partNumber"))] = request.body;
    HttpReply reply{.headers = {{"ETag", "\"" + hex(sha256(request.body)).substr(0, 32) + "\""}}};
    if (tells_part_checksums) tell_checksum(request.body, reply);
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

  const s3::Family family_;
  std::map<std::string, Upload> uploads_;
  std::size_t delete_markers_ = 0;
  HttpServer server_{[this](const HttpRequest& request) { return answer(request); }};
};

}  // namespace arkive::test

/// ScriptedGoogleBucket: a bucket of Google Cloud Storage in memory, on loopback, that does what Google does
/// and misbehaves as a test says ("Cloud Storage JSON API", "Resumable uploads"). What a real server does is
/// shown on one (tests/contract/google_buckets); this is for what it does not do on demand.
#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "stores/gcs/gcs_store.h"
#include "stores/remote/content_md5.h"
#include "tests/support/scripted_object_server.h"

namespace arkive::test {

/// An error as JSON.
inline HttpReply gcs_error(int status, const std::string& reason, const std::string& message = "") {
  const nlohmann::json error = {
      {"code", status},
      {"message", message},
      {"errors", {{{"domain", "global"}, {"reason", reason}, {"message", message}}}}};
  return {.status = status,
          .headers = {{"Content-Type", "application/json; charset=UTF-8"}},
          .body = nlohmann::json{{"error", error}}.dump()};
}

class ScriptedGoogleBucket final : public ScriptedObjectServer {
 public:
  static constexpr std::uint64_t kUnit = 256U << 10;  ///< of pieces
  static constexpr std::uint64_t kPartBytes = kUnit;  ///< the least that there may be
  static constexpr std::chrono::hours kSessionLasts{7 * 24};

  /// Of the bytes of one request to an upload it keeps no more, a multiple of kUnit.
  std::size_t keeps_at_most = SIZE_MAX;
  /// Whole keys that a retention policy keeps.
  std::set<std::string> kept = {};

  const HttpServer& server() const override { return server_; }
  std::size_t uploads() const override {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& each) {
      return !each.second.is_gone(now()) && !each.second.finished;
    }));
  }
  /// As when a week has passed.
  void forget_sessions() {
    const std::lock_guard lock(mutex_);
    sessions_.clear();
  }

  /// Of a bucket that is served at `url`, by whatever process.
  static gcs::Settings settings_at(const std::string& url) {
    gcs::Settings settings{.location = value_of(gcs::Location::parse("bucket/zoo"))};
    settings.endpoint = value_of(http::Url::parse(url));
    settings.part_bytes = kPartBytes;
    settings.retries.first = std::chrono::milliseconds(1);
    settings.retries.longest = std::chrono::milliseconds(5);
    return settings;
  }
  static std::unique_ptr<gcs::CredentialProvider> credentials() {
    return gcs::fixed_credentials({.token = "canary-token"}, "the test");
  }
  std::unique_ptr<GcsStore> open() const {
    return value_of(GcsStore::open(settings_at(url()), credentials()));
  }

 private:
  struct Session {
    std::string key;
    std::string storage_class;
    UnixMilliseconds begun = 0;
    std::string kept = {};
    std::optional<std::string> finished = {};  ///< the resource that it became
    bool is_gone(UnixMilliseconds at) const {
      return at - begun > std::chrono::milliseconds(kSessionLasts).count();
    }
  };

  void forget_uploads() override { sessions_.clear(); }

  HttpReply serve(const HttpRequest& request) override {
    if (!request.header("authorization").starts_with("Bearer ")) return gcs_error(401, "required");
    const std::string objects = "/storage/v1/b/bucket/o";
    for (const std::string& begin : {std::string("/upload"), std::string("/download"), std::string()}) {
      if (!request.path.starts_with(begin + objects)) continue;
      std::string name = request.path.substr(begin.size() + objects.size());
      if (begin == "/upload") return name.empty() ? upload(request) : gcs_error(404, "notFound");
      if (name.empty()) return list(request);
      name.erase(0, 1);
      return begin == "/download" ? download(name, request) : of_object(name, request);
    }
    return gcs_error(404, "notFound", "The specified bucket does not exist.");
  }

  static std::string generation_of(const Object& object) { return std::to_string(object.number); }
  static std::string resource_of(const std::string& name, const Object& object) {
    return nlohmann::json{{"kind", "storage#object"},
                          {"bucket", "bucket"},
                          {"name", name},
                          {"generation", generation_of(object)},
                          {"size", std::to_string(object.bytes.size())},
                          {"md5Hash", remote::content_md5(object.bytes)}}
        .dump();
  }

  /// ifGenerationMatch: 0, there must be none.
  bool condition_holds(const std::string& name, const HttpRequest& request) const {
    if (ignores_conditions || !request.asks("ifGenerationMatch")) return true;
    const auto found = all().find(name);
    return request.query.at("ifGenerationMatch") ==
           (found == all().end() ? "0" : generation_of(found->second));
  }
  std::optional<HttpReply> refused(const std::string& name, const HttpRequest& request) const {
    if (!condition_holds(name, request))
      return gcs_error(412, "conditionNotMet", "At least one of the pre-conditions did not hold.");
    if (kept.count(name) != 0 && all().count(name) != 0)
      return gcs_error(403, "retentionPolicyNotMet", "Object is subject to bucket's retention policy.");
    return std::nullopt;
  }

  HttpReply upload(const HttpRequest& request) {
    const std::string type = request.asks("uploadType") ? request.query.at("uploadType") : "";
    if (request.asks("upload_id")) return to_session(request.query.at("upload_id"), request);
    if (request.method != "POST" || !request.asks("name")) return gcs_error(400, "required");
    const std::string& name = request.query.at("name");
    if (type == "multipart") return put(name, request);
    if (type != "resumable" || request.header("content-type") != "application/json")
      return gcs_error(400, "invalid");
    const auto resource = nlohmann::json::parse(request.body, nullptr, false);
    if (!resource.is_object()) return gcs_error(400, "parseError");
    if (auto refusal = refused(name, request)) return *refusal;
    const std::string id = "session-" + std::to_string(next_number());
    sessions_[id] = {name, resource.value("storageClass", ""), now()};
    return {.headers = {{"Location", url() + "/upload/storage/v1/b/bucket/o?uploadType=resumable&name=" +
                                         http::percent_encoded(name) + "&upload_id=" + id},
                        {"X-GUploader-UploadID", id}}};
  }

  /// What is known of it, and its bytes: the two parts of a body (RFC 2046 section 5.1).
  static std::optional<std::pair<std::string, std::string>> parts_in(const HttpRequest& request) {
    const std::string begin = "multipart/related; boundary=";
    const std::string type = request.header("content-type");
    if (!type.starts_with(begin)) return std::nullopt;
    const std::string line = "--" + type.substr(begin.size());
    const std::string end = "\r\n" + line + "--\r\n";
    const std::string json = line + "\r\nContent-Type: application/json\r\n\r\n";
    const std::string bytes = "\r\n" + line + "\r\nContent-Type: application/octet-stream\r\n\r\n";
    const std::size_t between = request.body.find(bytes);
    if (!request.body.starts_with(json) || !request.body.ends_with(end) || between == std::string::npos)
      return std::nullopt;
    const std::size_t first = between + bytes.size();
    return std::pair(request.body.substr(json.size(), between - json.size()),
                     request.body.substr(first, request.body.size() - end.size() - first));
  }

  HttpReply put(const std::string& name, const HttpRequest& request) {
    const auto parts = parts_in(request);
    if (!parts) return gcs_error(400, "badRequest", "Malformed multipart body.");
    const auto resource = nlohmann::json::parse(parts->first, nullptr, false);
    if (!resource.is_object()) return gcs_error(400, "parseError");
    const std::string md5 = resource.value("md5Hash", "");
    if (!md5.empty() && md5 != remote::content_md5(parts->second))
      return gcs_error(400, "invalid", "Provided MD5 hash doesn't match calculated MD5 hash.");
    if (auto refusal = refused(name, request)) return *refusal;
    return {.body = resource_of(name, put_object(name, parts->second))};
  }

  HttpReply to_session(const std::string& id, const HttpRequest& request) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end() || found->second.is_gone(now())) return {.status = 404};
    Session& session = found->second;
    if (request.method == "DELETE") {
      sessions_.erase(found);
      return {.status = 499};
    }
    if (request.method != "PUT") return gcs_error(400, "invalid");
    if (session.finished) return {.body = *session.finished};
    // "bytes 0-9/*", "bytes 0-9/10", "bytes */*", "bytes */10"
    const std::string range = request.header("content-range");
    const std::size_t slash = range.find('/');
    if (!range.starts_with("bytes ") || slash == std::string::npos) return gcs_error(400, "invalid");
    const std::string which = range.substr(6, slash - 6);
    std::optional<std::size_t> total;
    if (range.substr(slash) != "/*") total = std::stoul(range.substr(slash + 1));
    if (which == "*" ? !request.body.empty() : !keep(session, which, total, request.body))
      return gcs_error(400, "invalid", "Failed to parse Content-Range header.");
    if (total && session.kept.size() == *total) return finish(session, request);
    HttpReply reply{.status = 308};
    if (!session.kept.empty())
      reply.headers.emplace_back("Range", "bytes=0-" + std::to_string(session.kept.size() - 1));
    return reply;
  }

  /// What is there already is passed over; of what is not the end whole units are kept.
  bool keep(Session& session, const std::string& which, std::optional<std::size_t> total,
            const std::string& body) const {
    const std::size_t first = std::stoul(which);
    const std::size_t end = std::stoul(which.substr(which.find('-') + 1)) + 1;
    if (end - first != body.size() || first > session.kept.size() || (total && end > *total)) return false;
    if (end <= session.kept.size()) return true;
    session.kept += body.substr(session.kept.size() - first).substr(0, keeps_at_most);
    if (!total || session.kept.size() < *total)
      session.kept.resize(session.kept.size() - session.kept.size() % kUnit);
    return true;
  }

  HttpReply finish(Session& session, const HttpRequest& request) {
    if (auto refusal = refused(session.key, request)) return *refusal;
    session.finished = resource_of(
        session.key, put_object(session.key, session.kept, {{"storage-class", session.storage_class}}));
    return {.body = *session.finished};
  }

  HttpReply download(const std::string& name, const HttpRequest& request) const {
    const auto found = all().find(name);
    if (found == all().end() || request.method != "GET") {
      return {.status = 404,
              .headers = {{"Content-Type", "text/plain; charset=UTF-8"}},
              .body = "No such object: bucket/" + name};
    }
    const Object& object = found->second;
    HttpReply reply{.headers = {{"ETag", "\"an etag that is no generation\""},
                                {"Last-Modified", http::format_date(object.changed)},
                                {"x-goog-generation", generation_of(object)},
                                {"x-goog-hash", "crc32c=AAAAAA=="},
                                {"x-goog-hash", "md5=" + remote::content_md5(object.bytes)}},
                    .body = object.bytes};
    const std::string range = request.header("range");
    if (!range.empty() && !cut_to_range(range, reply))
      return {.status = 416, .body = "The requested range cannot be satisfied."};
    return reply;
  }

  HttpReply of_object(const std::string& name, const HttpRequest& request) {
    const auto found = all().find(name);
    if (found == all().end()) return gcs_error(404, "notFound", "No such object: bucket/" + name);
    if (request.method == "GET") return {.body = resource_of(name, found->second)};
    if (request.method != "DELETE") return gcs_error(400, "invalid");
    if (auto refusal = refused(name, request)) return *refusal;
    remove_object(name);
    return {.status = 204};
  }

  HttpReply list(const HttpRequest& request) const {
    const Page listed =
        page_of(prefix_asked_for(request), request.asks("pageToken") ? request.query.at("pageToken") : "");
    nlohmann::json answer = {{"kind", "storage#objects"}};
    for (auto at = listed.begin; at != listed.end; ++at)
      answer["items"].push_back({{"name", at->first}, {"size", std::to_string(at->second.bytes.size())}});
    if (listed.next) answer["nextPageToken"] = *listed.next;
    return {.body = answer.dump()};
  }

  std::map<std::string, Session> sessions_;  ///< by their ids
  HttpServer server_{[this](const HttpRequest& request) { return answer(request); }};
};

}  // namespace arkive::test

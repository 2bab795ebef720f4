/// ScriptedGoogleBucket: a bucket of Google Cloud Storage in memory, on loopback, that misbehaves as a test
/// says. What a server does of itself is shown on one (tests/contract/google_buckets); this is for what it
/// does not do on demand.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "stores/gcs/gcs_store.h"
#include "stores/remote/content_md5.h"
#include "tests/support/scripted_object_server.h"

namespace arkive::test {

/// {"error": ...} with that reason.
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
  static constexpr std::uint64_t kPartBytes = 256U << 10;  ///< the least that there may be

  const HttpServer& server() const override { return server_; }

  /// Of a bucket that is served at `url`, by whatever process.
  static gcs::Settings settings_at(const std::string& url) {
    gcs::Settings settings{.location = value_of(gcs::Location::parse("bucket/zoo"))};
    settings.endpoint = value_of(http::Url::parse(url));
    settings.part_bytes = kPartBytes;
    return settings;
  }
  static std::unique_ptr<gcs::CredentialProvider> credentials() {
    return gcs::fixed_credentials({.token = "canary-token"}, "the test");
  }
  std::size_t uploads() const override {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(uploads_.begin(), uploads_.end(), [](const auto& each) { return !each.second.done; }));
  }

 private:
  struct Upload {
    std::string key;
    std::string bytes = {};
    std::optional<HttpReply> done = {};  ///< what was answered
  };

  void forget_uploads() override { uploads_.clear(); }

  HttpReply serve(const HttpRequest& request) override {
    const auto behind = [&](const std::string& begin) -> std::optional<std::string> {
      if (!request.path.starts_with(begin)) return std::nullopt;
      return request.path.substr(begin.size());
    };
    if (const auto id = behind("/upload/session/")) return upload(*id, request);
    if (behind("/upload/storage/v1/b/bucket/o")) return insert(request);
    if (const auto key = behind("/download/storage/v1/b/bucket/o/")) return download(*key, request);
    if (const auto key = behind("/storage/v1/b/bucket/o/")) return look_or_remove(*key, request);
    if (behind("/storage/v1/b/bucket/o")) return list(request);
    return gcs_error(404, "notFound", "The specified bucket does not exist.");
  }

  static nlohmann::json resource(const std::string& key, const Object& object) {
    return {{"name", key},
            {"generation", std::to_string(object.number)},
            {"size", std::to_string(object.bytes.size())},
            {"md5Hash", remote::content_md5(object.bytes)}};
  }
  bool condition_holds(const std::string& key, const HttpRequest& request) const {
    if (ignores_conditions || !request.asks("ifGenerationMatch")) return true;
    const auto found = all().find(key);
    return request.query.at("ifGenerationMatch") ==
           (found == all().end() ? "0" : std::to_string(found->second.number));
  }

  HttpReply insert(const HttpRequest& request) {
    const std::string& key = request.query.at("name");
    if (!condition_holds(key, request)) return gcs_error(412, "conditionNotMet");
    if (request.query.at("uploadType") == "resumable") {
      const std::string id = std::to_string(next_number());
      uploads_[id] = {.key = key};
      return {.headers = {{"Location", url() + "/upload/session/" + id}}};
    }
    const std::string type = request.header("content-type");
    if (type.find("boundary=") == std::string::npos) return gcs_error(400, "required");
    const std::string boundary = "--" + type.substr(type.find("boundary=") + 9);
    const std::size_t second = request.body.find(boundary, boundary.size());
    const std::size_t begin = request.body.find("\r\n\r\n", second) + 4;
    const std::string bytes = request.body.substr(begin, request.body.rfind("\r\n" + boundary) - begin);
    if (request.body.find(remote::content_md5(bytes)) > second) return gcs_error(400, "invalid");
    return {.body = resource(key, put_object(key, bytes)).dump()};
  }

  /// RFC 9110 section 14.4: "bytes 0-9/10", "bytes 0-9/*", "bytes */10", "bytes */*".
  HttpReply upload(const std::string& id, const HttpRequest& request) {
    const auto found = uploads_.find(id);
    if (found == uploads_.end()) return gcs_error(404, "notFound", "No such upload.");
    if (request.method == "DELETE") {
      uploads_.erase(found);
      return {.status = 499};
    }
    Upload& upload = found->second;
    if (upload.done) return *upload.done;
    const std::string range = request.header("content-range").substr(std::string("bytes ").size());
    const std::size_t slash = range.find('/');
    if (range[0] != '*') {
      const std::size_t first = std::stoul(range);
      const std::size_t has = upload.bytes.size();
      if (first > has) return gcs_error(400, "invalid");
      // What it has already it does not look at, as Google says of its own.
      if (first + request.body.size() > has) upload.bytes += request.body.substr(has - first);
    }
    const std::string whole = range.substr(slash + 1);
    if (whole != "*" && std::stoul(whole) == upload.bytes.size()) {
      upload.done = HttpReply{.body = resource(upload.key, put_object(upload.key, upload.bytes)).dump()};
      return *upload.done;
    }
    HttpReply incomplete{.status = 308};
    if (!upload.bytes.empty())
      incomplete.headers.emplace_back("Range", "bytes=0-" + std::to_string(upload.bytes.size() - 1));
    return incomplete;
  }

  HttpReply download(const std::string& key, const HttpRequest& request) const {
    const auto found = all().find(key);
    if (found == all().end()) return {.status = 404, .body = "No such object: bucket/" + key};
    const Object& object = found->second;
    HttpReply reply{.headers = {{"x-goog-generation", std::to_string(object.number)},
                                {"x-goog-hash", "md5=" + remote::content_md5(object.bytes)},
                                {"Last-Modified", http::format_date(object.changed)}},
                    .body = object.bytes};
    const std::string range = request.header("range");
    return range.empty() || cut_to_range(range, reply) ? reply : HttpReply{.status = 416};
  }

  HttpReply look_or_remove(const std::string& key, const HttpRequest& request) {
    const auto found = all().find(key);
    if (found == all().end()) return gcs_error(404, "notFound", "No such object: bucket/" + key);
    if (request.method != "DELETE") return {.body = resource(key, found->second).dump()};
    if (!condition_holds(key, request)) return gcs_error(412, "conditionNotMet");
    remove_object(key);
    return {.status = 204};
  }

  HttpReply list(const HttpRequest& request) const {
    const Page listed =
        page_of(prefix_asked_for(request), request.asks("pageToken") ? request.query.at("pageToken") : "");
    nlohmann::json json = {{"kind", "storage#objects"}};
    for (auto at = listed.begin; at != listed.end; ++at)
      json["items"].push_back({{"name", at->first}, {"size", std::to_string(at->second.bytes.size())}});
    if (listed.next) json["nextPageToken"] = *listed.next;
    return {.body = json.dump()};
  }

  std::map<std::string, Upload> uploads_;
  HttpServer server_{[this](const HttpRequest& request) { return answer(request); }};
};

}  // namespace arkive::test

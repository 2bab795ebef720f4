/// ScriptedContainer: a container of Azure Blob Storage in memory, on loopback, that misbehaves as a test
/// says. What a real server does is shown on one (tests/contract/containers); this is for what it does not do
/// on demand.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "stores/azure/azure_store.h"
#include "stores/remote/content_md5.h"
#include "stores/core/base64.h"
#include "stores/core/time.h"
#include "stores/http/date.h"
#include "tests/support/http_server.h"
#include "tests/support/results.h"

namespace arkive::test {

/// "<Error>" with that code, as a body and in the header.
inline HttpReply azure_error(int status, const std::string& code, const std::string& message = "") {
  return {.status = status,
          .headers = {{"Content-Type", "application/xml"}, {"x-ms-error-code", code}},
          .body = "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code +
                  "</Code><Message>" + message +
                  "\nRequestId:1\nTime:2026-11-20T23:30:00Z</Message></Error>"};
}

class ScriptedContainer {
 public:
  /// Asked before the container does anything. A reply: it is sent, and nothing is done.
  using Before = std::function<std::optional<HttpReply>(const HttpRequest& request, std::size_t number)>;
  /// May change what the container has done and is about to say.
  using After = std::function<void(const HttpRequest& request, HttpReply& reply, std::size_t number)>;

  Before before = {};
  After after = {};
  std::size_t page = 5000;             ///< blobs a page of a list has
  std::chrono::milliseconds ahead{0};  ///< of the server's clock before ours
  bool ignores_conditions = false;

  const HttpServer& server() const { return server_; }

  azure::Settings settings(const std::string& prefix = "zoo") const {
    azure::Settings settings{.location = value_of(azure::Location::parse("account/container/" + prefix))};
    settings.endpoint = value_of(http::Url::parse(server_.url() + "/account"));
    settings.part_bytes = 1U << 20;
    settings.retries.first = std::chrono::milliseconds(1);
    settings.retries.longest = std::chrono::milliseconds(5);
    return settings;
  }
  static azure::Credentials key() { return {azure::Credentials::Kind::kAccountKey, "canary-account-key"}; }
  std::unique_ptr<AzureStore> open(std::optional<azure::Settings> changed = {},
                                   azure::Credentials credentials = key()) const {
    return value_of(AzureStore::open(changed ? *changed : settings(),
                                     azure::fixed_credentials(std::move(credentials), "the test")));
  }

  std::map<std::string, std::string> blobs() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::string> bytes;
    for (const auto& [name, blob] : blobs_) bytes[name] = blob.bytes;
    return bytes;
  }
  void set(const std::string& name, const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    put_blob(name, bytes);
  }

 private:
  struct Blob {
    std::string bytes;
    std::string tag;
    UnixMilliseconds changed = 0;
    bool in_blocks = false;
    std::map<std::string, std::string> blocks = {};  ///< by id, in place
  };

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
    reply.headers.emplace_back("Date", http::format_date(now()));
    reply.without_body = request.method == "HEAD";
    return reply;
  }

  HttpReply serve(const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    if (request.header("x-ms-version").empty()) return azure_error(400, "MissingRequiredHeader");
    if (request.asks("se") && now() > value_of(parse_time(request.query.at("se"))))
      return azure_error(403, "AuthenticationFailed", "Server failed to authenticate the request.");
    const std::string container = "/account/container";
    if (!request.path.starts_with(container)) return azure_error(404, "ContainerNotFound");
    if (request.path.size() == container.size()) return list(request);
    const std::string name = request.path.substr(container.size() + 1);
    if (request.method == "PUT") return put(name, request);
    const auto found = blobs_.find(name);
    if (found == blobs_.end()) return azure_error(404, "BlobNotFound");
    if (request.method == "DELETE") {
      blobs_.erase(found);
      return {.status = 202};
    }
    return get(found->second, request);
  }

  Blob& put_blob(const std::string& name, const std::string& bytes) {
    return blobs_[name] = {bytes, "\"0x" + std::to_string(++tags_) + "\"", now()};
  }

  HttpReply put(const std::string& name, const HttpRequest& request) {
    const std::string md5 = request.header("content-md5");
    if (!md5.empty() && md5 != remote::content_md5(request.body)) return azure_error(400, "Md5Mismatch");
    const std::string what = request.asks("comp") ? request.query.at("comp") : "";
    if (what == "block") {
      waiting_[name][request.query.at("blockid")] = request.body;
      return {.status = 201};
    }
    const auto found = blobs_.find(name);
    if (!ignores_conditions) {
      if (request.header("if-none-match") == "*" && found != blobs_.end())
        return azure_error(409, "BlobAlreadyExists");
      const std::string tag = request.header("if-match");
      if (!tag.empty() && (found == blobs_.end() || found->second.tag != tag))
        return azure_error(412, "ConditionNotMet");
    }
    if (what == "blocklist") return put_blocks(name, request);
    if (request.header("x-ms-blob-type") != "BlockBlob") return azure_error(400, "MissingRequiredHeader");
    const Blob& blob = put_blob(name, request.body);
    return {.status = 201, .headers = {{"ETag", blob.tag}, {"Content-MD5", md5}}};
  }

  HttpReply put_blocks(const std::string& name, const HttpRequest& request) {
    std::map<std::string, std::string> known = waiting_[name];
    if (blobs_.count(name) != 0) known.merge(std::map<std::string, std::string>(blobs_[name].blocks));
    std::map<std::string, std::string> blocks;
    std::string whole;
    const std::string open = "<Latest>";
    for (std::size_t at = request.body.find(open); at != std::string::npos;
         at = request.body.find(open, at + 1)) {
      const std::size_t begin = at + open.size();
      const std::string id = request.body.substr(begin, request.body.find('<', begin) - begin);
      if (known.count(id) == 0) return azure_error(400, "InvalidBlockList");
      blocks[id] = known[id];
      whole += known[id];
    }
    waiting_.erase(name);
    Blob& blob = put_blob(name, whole);
    blob.in_blocks = true;
    blob.blocks = std::move(blocks);
    return {.status = 201, .headers = {{"ETag", blob.tag}}};
  }

  static HttpReply get(const Blob& blob, const HttpRequest& request) {
    HttpReply reply{.headers = {{"ETag", blob.tag}, {"Last-Modified", http::format_date(blob.changed)}},
                    .body = blob.bytes};
    const std::string range = request.header("range");  // bytes=0-9 or bytes=3-
    if (range.empty()) {
      if (!blob.in_blocks) reply.headers.emplace_back("Content-MD5", remote::content_md5(blob.bytes));
      return reply;
    }
    const std::size_t dash = range.find('-');
    const std::size_t first = std::stoul(range.substr(6, dash - 6));
    if (first >= blob.bytes.size()) return azure_error(416, "InvalidRange");
    const std::size_t last =
        dash + 1 == range.size() ? blob.bytes.size() - 1 : std::stoul(range.substr(dash + 1));
    reply.status = 206;
    reply.body = blob.bytes.substr(first, last - first + 1);
    reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(first) + "-" +
                                                    std::to_string(last) + "/" +
                                                    std::to_string(blob.bytes.size()));
    return reply;
  }

  HttpReply list(const HttpRequest& request) const {
    const std::string prefix = request.query.count("prefix") != 0 ? request.query.at("prefix") : "";
    std::string xml = "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>";
    auto at =
        request.asks("marker") ? blobs_.lower_bound(request.query.at("marker")) : blobs_.lower_bound(prefix);
    std::size_t given = 0;
    for (; at != blobs_.end() && at->first.starts_with(prefix) && given < page; ++at, ++given) {
      xml += "<Blob><Name>" + at->first + "</Name><Properties><Content-Length>" +
             std::to_string(at->second.bytes.size()) + "</Content-Length></Properties></Blob>";
    }
    const bool more = at != blobs_.end() && at->first.starts_with(prefix);
    return {.body = xml + "</Blobs>" +
                    (more ? "<NextMarker>" + at->first + "</NextMarker>" : "<NextMarker />") +
                    "</EnumerationResults>"};
  }

  mutable std::mutex mutex_;
  std::size_t asked_ = 0;
  std::size_t tags_ = 0;
  std::map<std::string, Blob> blobs_;
  std::map<std::string, std::map<std::string, std::string>> waiting_;  ///< blocks, by blob and id
  HttpServer server_{[this](const HttpRequest& request) { return answer(request); }};
};

}  // namespace arkive::test

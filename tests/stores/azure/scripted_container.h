/// ScriptedContainer: a container of Azure Blob Storage in memory, on loopback, that misbehaves as a test
/// says. What a real server does is shown on one (tests/contract/containers); this is for what it does not do
/// on demand.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "stores/azure/azure_store.h"
#include "stores/remote/content_md5.h"
#include "stores/core/base64.h"
#include "tests/support/scripted_object_server.h"

namespace arkive::test {

/// "<Error>" with that code, as a body and in the header.
inline HttpReply azure_error(int status, const std::string& code, const std::string& message = "") {
  return {.status = status,
          .headers = {{"Content-Type", "application/xml"}, {"x-ms-error-code", code}},
          .body = "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code +
                  "</Code><Message>" + message +
                  "\nRequestId:1\nTime:2026-11-20T23:30:00Z</Message></Error>"};
}

class ScriptedContainer final : public ScriptedObjectServer {
 public:
  const HttpServer& server() const override { return server_; }

  static constexpr std::uint64_t kPartBytes = 1U << 20;

  /// Of a container that is served at `url`, by whatever process.
  static azure::Settings settings_at(const std::string& url) {
    azure::Settings settings{.location = value_of(azure::Location::parse("account/container/zoo"))};
    settings.endpoint = value_of(http::Url::parse(url + "/account"));
    settings.part_bytes = kPartBytes;
    settings.retries.first = std::chrono::milliseconds(1);
    settings.retries.longest = std::chrono::milliseconds(5);
    return settings;
  }
  azure::Settings settings() const { return settings_at(url()); }
  static azure::Credentials key() { return {azure::Credentials::Kind::kAccountKey, "canary-account-key"}; }
  std::unique_ptr<AzureStore> open(std::optional<azure::Settings> changed = {},
                                   azure::Credentials credentials = key()) const {
    return value_of(AzureStore::open(changed ? *changed : settings(),
                                     azure::fixed_credentials(std::move(credentials), "the test")));
  }

 private:
  using Blocks = std::map<std::string, std::string>;  ///< by id

  void forget_uploads() override {
    waiting_.clear();
    in_place_.clear();
  }

  HttpReply serve(const HttpRequest& request) override {
    if (request.header("x-ms-version").empty()) return azure_error(400, "MissingRequiredHeader");
    if (request.asks("se") && now() > value_of(parse_time(request.query.at("se"))))
      return azure_error(403, "AuthenticationFailed", "Server failed to authenticate the request.");
    const std::string container = "/account/container";
    if (!request.path.starts_with(container)) return azure_error(404, "ContainerNotFound");
    if (request.path.size() == container.size()) return list(request);
    const std::string name = request.path.substr(container.size() + 1);
    if (request.method == "PUT") return put(name, request);
    const auto found = all().find(name);
    if (found == all().end()) return azure_error(404, "BlobNotFound");
    if (request.method == "DELETE") {
      in_place_.erase(name);
      remove_object(name);
      return {.status = 202};
    }
    return get(name, found->second, request);
  }

  HttpReply put(const std::string& name, const HttpRequest& request) {
    const std::string md5 = request.header("content-md5");
    if (!md5.empty() && md5 != remote::content_md5(request.body)) return azure_error(400, "Md5Mismatch");
    const std::string what = request.asks("comp") ? request.query.at("comp") : "";
    if (what == "block") {
      waiting_[name][request.query.at("blockid")] = request.body;
      return {.status = 201};
    }
    switch (condition_of(name, request)) {
      case Condition::kIsThere:
        return azure_error(409, "BlobAlreadyExists");
      case Condition::kIsAnother:
        return azure_error(412, "ConditionNotMet");
      case Condition::kHolds:
        break;
    }
    if (what == "blocklist") return put_blocks(name, request);
    if (request.header("x-ms-blob-type") != "BlockBlob") return azure_error(400, "MissingRequiredHeader");
    in_place_.erase(name);
    const Object& blob = put_object(name, request.body);
    return {.status = 201, .headers = {{"ETag", blob.tag}, {"Content-MD5", md5}}};
  }

  HttpReply put_blocks(const std::string& name, const HttpRequest& request) {
    Blocks known = waiting_[name];
    if (all().count(name) != 0) known.merge(Blocks(in_place_[name]));
    Blocks blocks;
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
    in_place_[name] = std::move(blocks);
    return {.status = 201, .headers = {{"ETag", put_object(name, whole).tag}}};
  }

  HttpReply get(const std::string& name, const Object& blob, const HttpRequest& request) const {
    HttpReply reply{.headers = {{"ETag", blob.tag}, {"Last-Modified", http::format_date(blob.changed)}},
                    .body = blob.bytes};
    const std::string range = request.header("range");
    if (!range.empty()) return cut_to_range(range, reply) ? reply : azure_error(416, "InvalidRange");
    if (in_place_.count(name) == 0) reply.headers.emplace_back("Content-MD5", remote::content_md5(blob.bytes));
    return reply;
  }

  HttpReply list(const HttpRequest& request) const {
    const Page listed =
        page_of(prefix_asked_for(request), request.asks("marker") ? request.query.at("marker") : "");
    std::string xml = "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>";
    for (auto at = listed.begin; at != listed.end; ++at) {
      xml += "<Blob><Name>" + at->first + "</Name><Properties><Content-Length>" +
             std::to_string(at->second.bytes.size()) + "</Content-Length></Properties></Blob>";
    }
    return {.body = xml + "</Blobs>" +
                    (listed.next ? "<NextMarker>" + *listed.next + "</NextMarker>" : "<NextMarker />") +
                    "</EnumerationResults>"};
  }

  std::map<std::string, Blocks> waiting_;   ///< by blob
  std::map<std::string, Blocks> in_place_;  ///< of blobs that were put together from blocks
  HttpServer server_{[this](const HttpRequest& request) { return answer(request); }};
};

}  // namespace arkive::test

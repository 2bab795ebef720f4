#include "stores/gcs/upload.h"

#include <charconv>

#include "stores/core/fault.h"
#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/gcs/json.h"
#include "stores/remote/content_md5.h"
#include "stores/remote/part_upload.h"

namespace arkive::gcs {
namespace {

constexpr std::uint64_t kUnit = 256ULL << 10;  // all pieces but the last are multiples of it
constexpr std::chrono::seconds kGiveUpWithin{10};
constexpr int kIncomplete = 308;

std::string hint_of_other_bytes() {
  return "run the command again; when that comes again, look at the server";
}

/// "bytes=0-524287": so many the server has. Nothing for anything else; no header: none.
std::optional<std::uint64_t> kept_in(const http::Response& response) {
  std::string_view range = response.header("range");
  if (range.empty()) return 0;
  constexpr std::string_view kBegin = "bytes=0-";
  if (!range.starts_with(kBegin)) return std::nullopt;
  range.remove_prefix(kBegin.size());
  std::uint64_t last = 0;
  const auto [end, error] = std::from_chars(range.data(), range.data() + range.size(), last);
  if (error != std::errc() || end != range.data() + range.size() || last == UINT64_MAX) return std::nullopt;
  return last + 1;
}

class Upload final : public remote::PartUpload {
 public:
  Upload(std::shared_ptr<const Connection> connection, std::string key, remote::AskValidity ask_validity,
         Deadline deadline)
      : connection_(std::move(connection)),
        key_(std::move(key)),
        ask_validity_(std::move(ask_validity)),
        deadline_(deadline) {}

  Status put_whole(Bytes data) override {
    remote::NewObject object{.key = key_, .data = data};
    ARKIVE_ASSIGN(object.valid, ask_validity_());
    ARKIVE_TRY(put_object(*connection_, object, connection_->settings().storage_class, deadline_));
    return ok();
  }

  Status begin() override {
    const std::string resource = resource_of(connection_->settings().storage_class, "");
    ARKIVE_ASSIGN(
        const http::Response response,
        connection_->call({.operation = "begin upload",
                           .method = "POST",
                           .key = key_,
                           .path = connection_->upload_path(),
                           .query = {{"uploadType", "resumable"}, {"name", connection_->whole_key(key_)}},
                           .headers = {{"content-type", "application/json"},
                                       {"x-upload-content-type", "application/octet-stream"}},
                           .body = resource,
                           .of_bucket = true},
                          deadline_));
    const std::string origin = connection_->settings().endpoint.origin() + "/";
    const std::string_view location = response.header("location");
    // Whoever has that address may write the object: it is shown to nobody, and asked of no other server.
    if (response.status != 200 || !location.starts_with(origin)) {
      return fail(
          Outcome::kFail,
          "begin upload '" + connection_->object(key_) + "': the answer names no upload of this server",
          "check the endpoint (ARKIVE_GCS_ENDPOINT)");
    }
    session_ = location.substr(origin.size() - 1);
    return ok();
  }

  /// One at a time, in their order.
  Result<remote::SentPart> send(std::size_t number, Bytes data) const override {
    const std::string operation = "put piece " + std::to_string(number) + " of";
    const std::uint64_t begin = sent_;
    const std::uint64_t end = begin + data.size();
    const bool is_last = data.size() % kUnit != 0;
    std::optional<remote::Validity> valid;
    if (is_last) {
      ARKIVE_ASSIGN(valid, ask_validity_());
    }
    md5_.update(data);
    ARKIVE_FAULT_POINT();
    bool is_first_try = true;
    const auto attempt = [&]() -> remote::Answer {
      std::uint64_t from = begin;
      if (!is_first_try) {
        // What became of the try before?
        remote::Answer asked = put(operation, {}, is_last ? end_of(end) : "bytes */*", valid);
        if (!asked.result || asked.result->status != kIncomplete) return asked;
        const auto kept = kept_in(*asked.result);
        if (!kept || *kept < begin || *kept > end) return lost(operation);
        from = *kept;
        if (from == end) return is_last ? not_done(operation) : asked;
      }
      is_first_try = false;
      remote::Answer answer = put(operation, data.substr(from - begin),
                                  "bytes " + std::to_string(from) + "-" + std::to_string(end - 1) + "/" +
                                      (is_last ? std::to_string(end) : "*"),
                                  valid);
      if (!answer.result || answer.result->status != kIncomplete) return answer;
      const auto kept = kept_in(*answer.result);
      if (kept == end && !is_last) return answer;
      if (!kept || *kept < begin || *kept > end) return lost(operation);
      return not_done(operation);
    };
    ARKIVE_ASSIGN(const http::Response response, connection_->repeat(operation, key_, attempt, deadline_));
    sent_ = end;
    if (is_last) {
      ARKIVE_ASSIGN(finished_, resource_in(response));
    } else if (response.status != kIncomplete) {
      return gone(operation, response.status);
    }
    return remote::SentPart{};
  }

  Status complete(const std::vector<remote::SentPart>&) override {
    if (finished_.generation.empty()) {
      ARKIVE_ASSIGN(const auto valid, ask_validity_());
      ARKIVE_FAULT_POINT();
      ARKIVE_ASSIGN(const http::Response response,
                    connection_->repeat(
                        "finish upload", key_, [&] { return put("finish upload", {}, end_of(sent_), valid); },
                        deadline_));
      ARKIVE_ASSIGN(finished_, resource_in(response));
    }
    if (finished_.size == sent_ && (finished_.md5.empty() || finished_.md5 == md5_.finish())) return ok();
    // Nobody must take it for what was to be written.
    const auto removed = connection_->call({.operation = "remove",
                                            .method = "DELETE",
                                            .key = key_,
                                            .path = connection_->object_path(key_),
                                            .query = {{"ifGenerationMatch", finished_.generation}}},
                                           Deadline::after(kGiveUpWithin));
    if (!removed) log_warning("damaged bytes stay: " + removed.error().what);
    return fail(Outcome::kFail,
                "put '" + connection_->object(key_) + "': the server keeps other bytes than were sent",
                hint_of_other_bytes());
  }

  void give_up() override {
    if (!finished_.generation.empty()) return;
    const auto removed =
        connection_->call({.operation = "give up upload", .method = "DELETE", .key = key_, .path = session_},
                          Deadline::after(kGiveUpWithin));
    if (!removed) log_warning("an unfinished upload stays for a week: " + removed.error().what);
  }

 private:
  static std::string end_of(std::uint64_t size) { return "bytes */" + std::to_string(size); }

  remote::Answer put(const std::string& operation, Bytes data, std::string range,
                     std::optional<remote::Validity> valid) const {
    return connection_->once({.operation = operation,
                              .method = "PUT",
                              .key = key_,
                              .path = session_,
                              .headers = {{"content-range", std::move(range)}},
                              .body = data,
                              .valid = valid},
                             deadline_);
  }

  remote::Answer not_done(const std::string& operation) const {
    return {.result = fail(Outcome::kRetry, operation + " '" + connection_->object(key_) +
                                                "': the server did not take all of it, or did not end it"),
            .try_again = true};
  }

  remote::Answer lost(const std::string& operation) const {
    return {.result = fail(Outcome::kFail,
                           operation + " '" + connection_->object(key_) +
                               "': the server says that it has other bytes than it took",
                           hint_of_other_bytes())};
  }

  tl::unexpected<Error> gone(const std::string& operation, int status) const {
    return fail(Outcome::kFail,
                operation + " '" + connection_->object(key_) + "': status " + std::to_string(status),
                "the upload was removed meanwhile: run the command again");
  }

  Result<StoredResource> resource_in(const http::Response& response) const {
    if (response.status != 200 && response.status != 201) return gone("finish upload", response.status);
    auto resource = read_resource(response.body);
    if (!resource)
      return fail(std::move(resource.error()).within("finish upload '" + connection_->object(key_) + "'"));
    return resource;
  }

  const std::shared_ptr<const Connection> connection_;
  const std::string key_;
  const remote::AskValidity ask_validity_;
  const Deadline deadline_;
  std::string session_;  ///< the upload's address, without the server
  mutable std::uint64_t sent_ = 0;
  mutable remote::Md5Stream md5_;
  mutable StoredResource finished_;
};

}  // namespace

std::unique_ptr<ObjectWriter> begin_upload(std::shared_ptr<const Connection> connection,
                                           std::shared_ptr<remote::PartsUnderWay> parts, std::string key,
                                           remote::AskValidity ask_validity, Deadline deadline) {
  const remote::PartSizes sizes{.first_bytes = connection->settings().part_bytes, .at_once = 1};
  std::string name = connection->object(key);
  return remote::write_in_parts(
      std::make_unique<Upload>(std::move(connection), std::move(key), std::move(ask_validity), deadline),
      sizes, std::move(parts), std::move(name));
}

Result<http::Response> put_object(const Connection& connection, const remote::NewObject& object,
                                  const std::string& storage_class, Deadline deadline) {
  const std::string md5 = remote::content_md5(object.data);
  // RFC 2046 section 5.1: what is known of it, and its bytes.
  const std::string boundary = to_hex(random_bytes(16));
  std::string body = "--" + boundary + "\r\nContent-Type: application/json\r\n\r\n" +
                     resource_of(storage_class, md5) + "\r\n--" + boundary +
                     "\r\nContent-Type: application/octet-stream\r\n\r\n";
  const std::string end = "\r\n--" + boundary + "--\r\n";
  body.reserve(body.size() + object.data.size() + end.size());
  body.append(object.data).append(end);
  const std::string key(object.key);
  Call call{.operation = object.operation,
            .method = "POST",
            .key = key,
            .path = connection.upload_path(),
            .query = {{"uploadType", "multipart"}, {"name", connection.whole_key(key)}},
            .headers = {{"content-type", "multipart/related; boundary=" + boundary}},
            .body = body,
            .of_bucket = true,
            .valid = object.valid};
  if (object.over)
    call.query.emplace_back("ifGenerationMatch", object.over->empty() ? std::string("0") : *object.over);
  ARKIVE_ASSIGN(http::Response response, connection.call(call, deadline));
  if (response.status == 412) return response;
  const std::string where = object.operation + " '" + connection.object(key) + "'";
  if (response.status != 200)
    return fail(Outcome::kFail, where + ": status " + std::to_string(response.status));
  auto resource = read_resource(response.body);
  if (!resource) return fail(std::move(resource.error()).within(where));
  if (resource->size == object.data.size() && (resource->md5.empty() || resource->md5 == md5))
    return response;
  return fail(Outcome::kFail, where + ": the server says that it keeps other bytes than were sent",
              hint_of_other_bytes());
}

}  // namespace arkive::gcs

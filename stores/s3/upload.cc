#include "stores/s3/upload.h"

#include <atomic>

#include "stores/core/fault.h"
#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/http/date.h"
#include "stores/remote/part_upload.h"
#include "stores/s3/object_headers.h"
#include "stores/s3/xml.h"

namespace arkive::s3 {
namespace {

constexpr std::chrono::seconds kGiveUpWithin{10};
constexpr std::uint64_t kMostListed = 16ULL << 20;  // bytes of a page: 1,000 uploads

class Upload final : public remote::PartUpload {
 public:
  Upload(std::shared_ptr<const Connection> connection, std::shared_ptr<const KeptAsAsked> kept_as_asked,
         std::string key, remote::AskValidity ask_validity, Deadline deadline)
      : connection_(std::move(connection)),
        kept_as_asked_(std::move(kept_as_asked)),
        key_(std::move(key)),
        ask_validity_(std::move(ask_validity)),
        deadline_(deadline),
        nonce_(to_hex(random_bytes(16))) {}

  Status put_whole(Bytes data) override {
    asked_ = object_headers(connection_->settings(), ObjectKind::kData);
    Call call{.operation = "put", .method = "PUT", .key = key_, .headers = asked_, .body = data};
    const SentChecksum checksum = connection_->dialect().checksum_of(data);
    call.payload_sha256 = checksum.payload_sha256;
    call.headers.emplace_back(checksum.header, checksum.value);
    ARKIVE_ASSIGN(call.valid, ask_validity_());
    ARKIVE_ASSIGN(const http::Response response, connection_->call(call, deadline_));
    ARKIVE_TRY(check_answer(*connection_, key_, response, checksum.value));
    return kept_as_asked_->check(key_, asked_, deadline_);
  }

  Status begin() override {
    asked_ = object_headers(connection_->settings(), ObjectKind::kData);
    Call call{.operation = "begin upload",
              .method = "POST",
              .key = key_,
              .query = {{"uploads", ""}},
              .headers = asked_};
    for (auto& header : connection_->dialect().to_begin_upload()) call.headers.push_back(std::move(header));
    call.headers.emplace_back(upload_header(), nonce_);
    ARKIVE_ASSIGN(const http::Response response, connection_->call(call, deadline_));
    ARKIVE_ASSIGN(says_encryption_, check_begun(*connection_, key_, response));
    auto id = read_upload_id(response.body);
    if (!id) return fail(std::move(id.error()).within("begin upload '" + connection_->object(key_) + "'"));
    id_ = std::move(*id);
    return ok();
  }

  Result<remote::SentPart> send(std::size_t number, Bytes data) const override {
    SentChecksum checksum = connection_->dialect().checksum_of(data);
    ARKIVE_FAULT_POINT();
    ARKIVE_ASSIGN(const http::Response response,
                  connection_->call({.operation = "put part " + std::to_string(number) + " of",
                                     .method = "PUT",
                                     .key = key_,
                                     .query = {{"partNumber", std::to_string(number)}, {"uploadId", id_}},
                                     .headers = {{checksum.header, checksum.value}},
                                     .body = data,
                                     .payload_sha256 = checks_parts_ ? std::string(kUnsignedPayload)
                                                                     : checksum.payload_sha256},
                                    deadline_));
    remote::SentPart sent{.id = std::string(response.header("etag")), .checksum = std::move(checksum.value)};
    if (response.status != 200 || sent.id.empty()) {
      return fail(Outcome::kFail,
                  "put part " + std::to_string(number) + " of '" + connection_->object(key_) + "': status " +
                      std::to_string(response.status),
                  "the upload was removed meanwhile: run the command again");
    }
    const std::string kept = connection_->dialect().kept_checksum(response);
    if (!kept.empty() && kept != sent.checksum) {
      return fail(Outcome::kFail,
                  "put part " + std::to_string(number) + " of '" + connection_->object(key_) +
                      "': the server says that it keeps other bytes than were sent",
                  "run the command again; when that comes again, look at the server");
    }
    checks_parts_ = !kept.empty();
    return sent;
  }

  Status complete(const std::vector<remote::SentPart>& parts) override {
    const std::string body = complete_upload(parts, connection_->settings().family == Family::kAmazon);
    Call call{.operation = "finish upload",
              .method = "POST",
              .key = key_,
              .query = {{"uploadId", id_}},
              .headers = {{"content-type", "application/xml"}},
              .body = body};
    ARKIVE_ASSIGN(call.valid, ask_validity_());
    ARKIVE_FAULT_POINT();
    ARKIVE_ASSIGN(const http::Response response, connection_->call(call, deadline_));
    if (response.status != 200) ARKIVE_TRY(check_completed(response.status));
    if (!says_encryption_) ARKIVE_TRY(check_encrypted());
    return kept_as_asked_->check(key_, asked_, deadline_);
  }

  void give_up() override {
    const auto removed = connection_->call(
        {.operation = "give up upload", .method = "DELETE", .key = key_, .query = {{"uploadId", id_}}},
        Deadline::after(kGiveUpWithin));
    if (!removed) log_warning("parts of an unfinished upload stay: " + removed.error().what);
  }

 private:
  /// The upload is not there: was it finished by a request whose answer was lost?
  Status check_completed(int status) const {
    ARKIVE_ASSIGN(const http::Response there,
                  connection_->call({.operation = "look at", .method = "HEAD", .key = key_}, deadline_));
    if (there.status == 200 && there.header(upload_header()) == nonce_) return ok();
    return fail(Outcome::kFail,
                "finish upload '" + connection_->object(key_) + "': status " + std::to_string(status),
                "the upload was removed meanwhile: run the command again");
  }

  Status check_encrypted() const {
    ARKIVE_ASSIGN(const http::Response there,
                  connection_->call({.operation = "look at", .method = "HEAD", .key = key_}, deadline_));
    return check_answer(*connection_, key_, there);
  }

  /// Kept with the object: it tells whose upload made it.
  std::string upload_header() const {
    return std::string(connection_->dialect().words().header) + "meta-arkive-upload";
  }

  const std::shared_ptr<const Connection> connection_;
  const std::shared_ptr<const KeptAsAsked> kept_as_asked_;
  const std::string key_;
  const remote::AskValidity ask_validity_;
  const Deadline deadline_;
  const std::string nonce_;
  http::Headers asked_;          ///< what the object is to get
  std::string id_;               ///< of the upload
  bool says_encryption_ = true;  ///< the server, when the upload is begun
  /// The server tells the checksums of parts. Then it has compared them, and need not hash each part once
  /// more for the signature: the header with the checksum is signed.
  mutable std::atomic<bool> checks_parts_ = false;
};

/// Uploads that were begun and neither finished nor given up.
struct Unfinished {
  std::size_t listed = 0;                ///< of whatever key
  std::vector<UploadPage::Upload> ours;  ///< by the keys of the store
  UnixMilliseconds now_ms = 0;           ///< by the server's clock
};

/// Those that the server lists by that `prefix`.
Result<Unfinished> list_unfinished(const Connection& connection, const std::string& prefix,
                                   Deadline deadline) {
  const std::string& own = connection.settings().location.prefix;
  const std::string operation = "list uploads of";
  Unfinished found;
  UploadPage page;
  do {
    Query query = {{"uploads", ""}, {"encoding-type", "url"}};
    if (!prefix.empty()) query.emplace_back("prefix", prefix);
    if (!page.next_key.empty()) {
      query.emplace_back("key-marker", page.next_key);
      query.emplace_back("upload-id-marker", page.next_id);
    }
    ARKIVE_ASSIGN(
        const http::Response response,
        connection.call({.operation = operation, .query = query, .most_bytes = kMostListed}, deadline));
    ARKIVE_ASSIGN(found.now_ms, http::time_in(response, "date"));
    const std::string last = page.next_key + "\n" + page.next_id;
    auto read = read_uploads(response.body);
    if (!read) return fail(std::move(read.error()).within(operation + " '" + connection.object("") + "'"));
    page = std::move(*read);
    if (!page.next_key.empty() && page.next_key + "\n" + page.next_id == last)
      return fail(Outcome::kCorrupt, operation + " '" + connection.object("") + "': a page came twice");
    found.listed += page.uploads.size();
    for (UploadPage::Upload& upload : page.uploads) {
      if (!upload.key.starts_with(own)) continue;
      upload.key = upload.key.substr(own.size());
      found.ours.push_back(std::move(upload));
    }
  } while (!page.next_key.empty());
  return found;
}

}  // namespace

std::unique_ptr<ObjectWriter> begin_upload(std::shared_ptr<const Connection> connection,
                                           std::shared_ptr<remote::PartsUnderWay> parts,
                                           std::shared_ptr<const KeptAsAsked> kept_as_asked, std::string key,
                                           remote::AskValidity ask_validity, Deadline deadline) {
  const remote::PartSizes sizes{.first_bytes = connection->settings().part_bytes,
                                .at_once = connection->settings().parts_at_once};
  std::string name = connection->object(key);
  return remote::write_in_parts(std::make_unique<Upload>(std::move(connection), std::move(kept_as_asked),
                                                         std::move(key), std::move(ask_validity), deadline),
                                sizes, std::move(parts), std::move(name));
}

Result<std::size_t> remove_unfinished_uploads(const Connection& connection, std::chrono::milliseconds age,
                                              Deadline deadline) {
  const std::string& prefix = connection.settings().location.prefix;
  ARKIVE_ASSIGN(Unfinished found, list_unfinished(connection, prefix, deadline));
  // MinIO lists by a prefix only what has that very key, and everything without one.
  if (found.listed == 0 && !prefix.empty()) {
    ARKIVE_ASSIGN(found, list_unfinished(connection, "", deadline));
  }
  std::size_t removed = 0;
  for (const UploadPage::Upload& upload : found.ours) {
    if (found.now_ms - upload.began_ms < age.count()) continue;
    ARKIVE_TRY(connection.call({.operation = "give up upload",
                                .method = "DELETE",
                                .key = upload.key,
                                .query = {{"uploadId", upload.id}}},
                               deadline));
    ++removed;
  }
  return removed;
}

}  // namespace arkive::s3

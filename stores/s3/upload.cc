#include "stores/s3/upload.h"

#include <atomic>
#include <deque>
#include <future>

#include "stores/core/fault.h"
#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/s3/object_headers.h"
#include "stores/s3/xml.h"

namespace arkive::s3 {
namespace {

constexpr std::size_t kMostParts = 10'000;
constexpr std::size_t kMostFree = 2;            // buffers
constexpr std::size_t kPartsOfOneSize = 1'000;  // the next thousand are twice as big
constexpr std::string_view kUploadHeader = "x-amz-meta-arkive-upload";
constexpr std::chrono::seconds kGiveUpWithin{10};

class Upload final : public ObjectWriter {
 public:
  Upload(std::shared_ptr<const Connection> connection, std::shared_ptr<PartsUnderWay> parts, std::string key,
         AskValidity ask_validity, Deadline deadline)
      : connection_(std::move(connection)),
        all_parts_(std::move(parts)),
        key_(std::move(key)),
        ask_validity_(std::move(ask_validity)),
        deadline_(deadline),
        nonce_(to_hex(random_bytes(16))) {}
  ~Upload() override { give_up(); }

  Status write(Bytes data) override {
    while (!data.empty()) {
      const std::size_t taken = std::min<std::size_t>(data.size(), part_size() - part_.size());
      if (part_.capacity() < part_size() && part_.size() + taken > part_.capacity())
        part_.reserve(
            std::min<std::size_t>(part_size(), std::max(part_.size() + taken, 2 * part_.capacity())));
      part_.append(data.substr(0, taken));
      data.remove_prefix(taken);
      if (part_.size() == part_size()) ARKIVE_TRY(send_part());
    }
    return ok();
  }

  Status finish() override {
    if (id_.empty()) return put_whole();
    if (!part_.empty()) ARKIVE_TRY(send_part());
    while (!under_way_.empty()) ARKIVE_TRY(take_oldest());
    return complete();
  }

 private:
  std::size_t part_size() const {
    return connection_->settings().part_bytes << (parts_begun_ / kPartsOfOneSize);
  }

  Status put_whole() {
    Call call{.operation = "put",
              .method = "PUT",
              .key = key_,
              .headers = object_headers(connection_->settings(), /*data=*/true),
              .body = part_};
    const Sha256Digest digest = sha256(part_);
    const std::string checksum = checksum_of(digest);
    call.payload_sha256 = hex(digest);
    call.headers.emplace_back("x-amz-checksum-sha256", checksum);
    ARKIVE_ASSIGN(call.valid, ask_validity_());
    ARKIVE_ASSIGN(const http::Response response, connection_->call(call, deadline_));
    return check_answer(*connection_, key_, response, checksum);
  }

  Status begin() {
    Call call{.operation = "begin upload",
              .method = "POST",
              .key = key_,
              .query = {{"uploads", ""}},
              .headers = object_headers(connection_->settings(), /*data=*/true)};
    call.headers.emplace_back("x-amz-checksum-algorithm", "SHA256");
    call.headers.emplace_back(kUploadHeader, nonce_);
    ARKIVE_ASSIGN(const http::Response response, connection_->call(call, deadline_));
    ARKIVE_TRY(check_answer(*connection_, key_, response));
    auto id = read_upload_id(response.body);
    if (!id) return fail(std::move(id.error()).within("begin upload '" + connection_->object(key_) + "'"));
    id_ = std::move(*id);
    return ok();
  }

  Status send_part() {
    if (id_.empty()) ARKIVE_TRY(begin());
    if (parts_begun_ == kMostParts) {
      return fail(Outcome::kFull, "put '" + connection_->object(key_) + "': an object has at most " +
                                      std::to_string(kMostParts) + " parts");
    }
    while (under_way_.size() >= connection_->settings().parts_at_once) ARKIVE_TRY(take_oldest());
    ++parts_begun_;
    all_parts_->begin();
    under_way_.push_back(
        std::async(std::launch::async, [this, number = parts_begun_, body = std::move(part_)]() mutable {
          const OnItsWay part{*all_parts_, std::move(body)};
          return send(number, part.body);
        }));
    part_ = all_parts_->take_buffer();
    return ok();
  }

  struct OnItsWay {
    PartsUnderWay& all;
    std::string body;
    ~OnItsWay() { all.end(std::move(body)); }
  };

  Result<Part> send(std::size_t number, Bytes body) {
    const Sha256Digest digest = sha256(body);
    Part sent{.entity_tag = {}, .sha256 = checksum_of(digest)};
    ARKIVE_FAULT_POINT();
    ARKIVE_ASSIGN(
        const http::Response response,
        connection_->call({.operation = "put part " + std::to_string(number) + " of",
                           .method = "PUT",
                           .key = key_,
                           .query = {{"partNumber", std::to_string(number)}, {"uploadId", id_}},
                           .headers = {{"x-amz-checksum-sha256", sent.sha256}},
                           .body = body,
                           .payload_sha256 = checks_parts_ ? std::string(kUnsignedPayload) : hex(digest)},
                          deadline_));
    sent.entity_tag = response.header("etag");
    if (response.status != 200 || sent.entity_tag.empty()) {
      return fail(Outcome::kFail,
                  "put part " + std::to_string(number) + " of '" + connection_->object(key_) + "': status " +
                      std::to_string(response.status),
                  "the upload was removed meanwhile: run the command again");
    }
    const std::string_view kept = response.header("x-amz-checksum-sha256");
    if (!kept.empty() && kept != sent.sha256) {
      return fail(Outcome::kFail,
                  "put part " + std::to_string(number) + " of '" + connection_->object(key_) +
                      "': the server says that it keeps other bytes than were sent",
                  "run the command again; when that comes again, look at the server");
    }
    checks_parts_ = !kept.empty();
    return sent;
  }

  Status take_oldest() {
    auto sent = under_way_.front().get();
    under_way_.pop_front();
    if (!sent) return fail(std::move(sent.error()));
    parts_.push_back(std::move(*sent));
    return ok();
  }

  Status complete() {
    const std::string body = complete_upload(parts_);
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
    id_.clear();
    return ok();
  }

  /// The upload is not there: was it finished by a request whose answer was lost?
  Status check_completed(int status) const {
    ARKIVE_ASSIGN(const http::Response there,
                  connection_->call({.operation = "look at", .method = "HEAD", .key = key_}, deadline_));
    if (there.status == 200 && there.header(kUploadHeader) == nonce_) return ok();
    return fail(Outcome::kFail,
                "finish upload '" + connection_->object(key_) + "': status " + std::to_string(status),
                "the upload was removed meanwhile: run the command again");
  }

  void give_up() {
    for (auto& part : under_way_) part.wait();
    if (id_.empty()) return;
    const auto removed = connection_->call(
        {.operation = "give up upload", .method = "DELETE", .key = key_, .query = {{"uploadId", id_}}},
        Deadline::after(kGiveUpWithin));
    if (!removed) log_warning("parts of an unfinished upload stay: " + removed.error().what);
  }

  const std::shared_ptr<const Connection> connection_;
  const std::shared_ptr<PartsUnderWay> all_parts_;
  const std::string key_;
  const AskValidity ask_validity_;
  const Deadline deadline_;
  const std::string nonce_;
  std::string id_;  ///< of the upload; empty: not begun, or finished
  std::string part_;
  std::size_t parts_begun_ = 0;
  std::vector<Part> parts_;
  /// The server tells the checksums of parts. Then it has compared them, and need not hash each part once
  /// more for the signature: the header with the checksum is signed.
  std::atomic<bool> checks_parts_ = false;
  std::deque<std::future<Result<Part>>> under_way_;
};

}  // namespace

void PartsUnderWay::begin() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return count_ < most_; });
  ++count_;
}

void PartsUnderWay::end(std::string buffer) {
  buffer.clear();
  {
    const std::lock_guard lock(mutex_);
    --count_;
    if (free_.size() < kMostFree) free_.push_back(std::move(buffer));
  }
  changed_.notify_one();
}

std::string PartsUnderWay::take_buffer() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return {};
  std::string buffer = std::move(free_.back());
  free_.pop_back();
  return buffer;
}

std::unique_ptr<ObjectWriter> begin_upload(std::shared_ptr<const Connection> connection,
                                           std::shared_ptr<PartsUnderWay> parts, std::string key,
                                           AskValidity ask_validity, Deadline deadline) {
  return std::make_unique<Upload>(std::move(connection), std::move(parts), std::move(key),
                                  std::move(ask_validity), deadline);
}

Result<std::size_t> remove_unfinished_uploads(const Connection& connection, std::chrono::milliseconds age,
                                              Deadline deadline) {
  const std::string& prefix = connection.settings().location.prefix;
  std::size_t removed = 0;
  UploadPage page;
  do {
    Query query = {{"uploads", ""}, {"encoding-type", "url"}, {"prefix", prefix}};
    if (!page.next_key.empty()) {
      query.emplace_back("key-marker", page.next_key);
      query.emplace_back("upload-id-marker", page.next_id);
    }
    ARKIVE_ASSIGN(const http::Response response,
                  connection.call({.operation = "list uploads of", .query = query, .most_bytes = 16ULL << 20},
                                  deadline));
    ARKIVE_ASSIGN(const UnixMilliseconds now, time_in(response, "date"));
    const std::string last = page.next_key + "\n" + page.next_id;
    auto read = read_uploads(response.body);
    if (!read) return fail(std::move(read.error()).within("list uploads of '" + connection.object("") + "'"));
    page = std::move(*read);
    if (!page.next_key.empty() && page.next_key + "\n" + page.next_id == last)
      return fail(Outcome::kCorrupt, "list uploads of '" + connection.object("") + "': a page came twice");
    for (const UploadPage::Upload& upload : page.uploads) {
      if (!upload.key.starts_with(prefix)) continue;
      const std::string key = upload.key.substr(prefix.size());
      if (now - upload.began_ms < age.count()) continue;
      ARKIVE_TRY(connection.call(
          {.operation = "give up upload", .method = "DELETE", .key = key, .query = {{"uploadId", upload.id}}},
          deadline));
      ++removed;
    }
  } while (!page.next_key.empty());
  return removed;
}

}  // namespace arkive::s3

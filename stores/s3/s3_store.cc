#include "stores/s3/s3_store.h"

#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/remote/reading.h"
#include "stores/s3/lock_object.h"
#include "stores/s3/object_headers.h"
#include "stores/s3/upload.h"
#include "stores/s3/xml.h"

namespace arkive {

using namespace s3;  // NOLINT(google-build-using-namespace): its own parts

namespace {

constexpr std::uint64_t kLongestWhole = 1ULL << 32;
constexpr std::uint64_t kLeastPart = 5ULL << 20;
constexpr std::size_t kMostListed = 16ULL << 20;  // bytes of a page: 1,000 keys
constexpr std::chrono::hours kUnfinishedFor{24};
constexpr int kTriesOfDamaged = 3;

Status check_settings(const Settings& settings) {
  const auto bad = [&](const std::string& what, const std::string& hint) {
    return fail(Outcome::kUsage, "open 's3://" + settings.location.bucket + "': " + what, hint);
  };
  if (settings.part_bytes < kLeastPart) return bad("parts have at least 5 MiB", "");
  if (settings.storage_class == "GLACIER" || settings.storage_class == "DEEP_ARCHIVE") {
    return bad("objects of storage class " + settings.storage_class + " cannot be read at once",
               "take STANDARD_IA or GLACIER_IR, which can");
  }
  const std::string& encryption = settings.encryption;
  if (!encryption.empty() && encryption != "AES256" && encryption != "aws:kms" &&
      encryption != "aws:kms:dsse")
    return bad("no encryption by the server is called '" + printable(encryption) + "'",
               "give AES256 or aws:kms");
  if (!settings.kms_key.empty() && !encryption.starts_with("aws:kms"))
    return bad("a KMS key is given without encryption by it", "give aws:kms as the encryption, too");
  return ok();
}

/// Does the body fit the checksum the server keeps? That of an object of several parts is one over theirs.
bool fits_checksum(const http::Response& response) {
  const std::string_view kept = response.header("x-amz-checksum-sha256");
  return kept.empty() || kept.find('-') != std::string_view::npos || kept == checksum_of(response.body);
}

}  // namespace

S3Store::S3Store(std::shared_ptr<const Connection> connection)
    : connection_(std::move(connection)),
      parts_(std::make_shared<remote::PartsUnderWay>(connection_->settings().parts_in_all)) {}

Result<std::unique_ptr<S3Store>> S3Store::open(Settings settings,
                                               std::unique_ptr<CredentialProvider> credentials) {
  ARKIVE_TRY(check_settings(settings));
  auto connection = std::make_shared<const Connection>(std::move(settings), std::move(credentials));
  return std::unique_ptr<S3Store>(new S3Store(std::move(connection)));
}

Status S3Store::put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) {
  ARKIVE_TRY(check_key(key));
  Call call{.operation = "put",
            .method = "PUT",
            .key = std::string(key),
            .headers = object_headers(connection_->settings(), /*data=*/false),
            .body = data};
  const Sha256Digest digest = sha256(data);
  const std::string checksum = checksum_of(digest);
  call.payload_sha256 = hex(digest);
  call.headers.emplace_back("x-amz-checksum-sha256", checksum);
  if (mode == PutMode::kCreateOnly) call.headers.emplace_back("if-none-match", "*");
  ARKIVE_ASSIGN(call.valid, leases_.validity());
  ARKIVE_ASSIGN(const http::Response response, connection_->call(call, deadline));
  // Also when a try before had put it, and its answer was lost.
  if (response.status == 412) return check_created(key, data, deadline);
  return check_answer(*connection_, call.key, response, checksum);
}

Status S3Store::check_created(std::string_view key, Bytes data, Deadline deadline) const {
  ARKIVE_ASSIGN(const std::string existing, get(key, 0, 0, deadline));
  if (existing == data) return ok();
  return fail(Outcome::kConflict, "put '" + connection_->object(key) + "': it exists with other bytes");
}

Result<std::unique_ptr<ObjectWriter>> S3Store::begin(std::string_view key, Deadline deadline) {
  ARKIVE_TRY(check_key(key));
  return begin_upload(
      connection_, parts_, std::string(key), [this] { return leases_.validity(); }, deadline);
}

Result<std::unique_ptr<StoreLock>> S3Store::lock(std::string_view name, Deadline deadline) {
  const std::string key = "locks/" + std::string(name) + ".lock";
  ARKIVE_TRY(check_key(key));
  ARKIVE_ASSIGN(auto lease, remote::Lease::acquire(lock_object(connection_, key),
                                                   connection_->settings().lease, deadline));
  return leases_.hold(std::move(lease));
}

Result<std::string> S3Store::get_whole(std::string_view key, Deadline deadline) const {
  const Call call{.operation = "read",
                  .key = std::string(key),
                  .headers = {{"x-amz-checksum-mode", "ENABLED"}},
                  .most_bytes = kLongestWhole};
  for (int tries = 1;; ++tries) {
    ARKIVE_ASSIGN(http::Response response, connection_->call(call, deadline));
    if (response.status == 404) return remote::not_found("read", connection_->object(key));
    if (response.status != 200) {
      return fail(Outcome::kFail,
                  "read '" + connection_->object(key) + "': status " + std::to_string(response.status));
    }
    if (fits_checksum(response)) return std::move(response.body);
    if (tries == kTriesOfDamaged) {
      return fail(Outcome::kCorrupt,
                  "read '" + connection_->object(key) +
                      "': what comes does not fit the checksum that the server keeps of it");
    }
    log_warning("what came for '" + connection_->object(key) + "' was damaged on the way; reading it again");
  }
}

Result<std::string> S3Store::get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                                 Deadline deadline) const {
  ARKIVE_TRY(check_key(key));
  if (offset == 0 && size == 0) return get_whole(key, deadline);
  const std::string object = connection_->object(key);
  if (size > UINT64_MAX - offset) return remote::short_object(object, 0, offset, size);
  ARKIVE_ASSIGN(http::Response response,
                connection_->call({.operation = "read",
                                   .key = std::string(key),
                                   .headers = {{"range", remote::range_of(offset, size)}},
                                   .most_bytes = size == 0 ? kLongestWhole : size},
                                  deadline));
  if (response.status == 404) return remote::not_found("read", object);
  if (response.status == 416) {
    ARKIVE_ASSIGN(const Object found, head(key, deadline));
    if (size == 0 && found.size == offset) return std::string();
    return remote::short_object(object, found.size, offset, size);
  }
  return remote::part_in(std::move(response), object, offset, size);
}

Result<Store::Object> S3Store::head(std::string_view key, Deadline deadline) const {
  ARKIVE_TRY(check_key(key));
  ARKIVE_ASSIGN(
      const http::Response response,
      connection_->call({.operation = "look at", .method = "HEAD", .key = std::string(key)}, deadline));
  if (response.status == 404) return remote::not_found("look at", connection_->object(key));
  ARKIVE_ASSIGN(const std::uint64_t size, remote::size_in(response, connection_->object(key)));
  return Object{std::string(key), size};
}

Status S3Store::list(std::string_view prefix, const std::function<Status(const Object&)>& each,
                     Deadline deadline) const {
  const std::string& ours = connection_->settings().location.prefix;
  remote::Listing listing(ours, std::string(prefix), connection_->object(prefix), each);
  std::string next;
  do {
    Query query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", ours + std::string(prefix)}};
    if (!next.empty()) query.emplace_back("continuation-token", next);
    ARKIVE_ASSIGN(
        const http::Response response,
        connection_->call({.operation = "list", .query = query, .most_bytes = kMostListed}, deadline));
    auto page = read_list(response.body);
    if (!page) return fail(std::move(page.error()).within("list '" + connection_->object(prefix) + "'"));
    next = std::move(page->next);
    ARKIVE_TRY(listing.turn(next));
    for (const ListPage::Object& object : page->objects) ARKIVE_TRY(listing.take(object.key, object.size));
  } while (!next.empty());
  return ok();
}

Status S3Store::check_retention(std::string_view key, Deadline deadline) const {
  ARKIVE_ASSIGN(
      const http::Response response,
      connection_->call({.operation = "look at", .method = "HEAD", .key = std::string(key)}, deadline));
  const std::string until(response.header("x-amz-object-lock-retain-until-date"));
  if (response.status != 200 || until.empty()) return ok();
  const std::size_t dot = until.find('.');
  const auto moment = parse_time(dot == std::string::npos ? until : until.substr(0, dot) + "Z");
  if (!moment || *moment <= wall_clock_now()) return ok();
  return fail(Outcome::kDenied,
              "remove '" + connection_->object(key) + "': its retention lasts until " + format_time(*moment),
              "prune it after that");
}

Status S3Store::remove(std::string_view key, Deadline deadline) {
  ARKIVE_TRY(check_key(key));
  // Where versions are kept, a removal would only hide the object, and free nothing.
  if (connection_->settings().retention.mode != Retention::Mode::kNone)
    ARKIVE_TRY(check_retention(key, deadline));
  Call call{.operation = "remove", .method = "DELETE", .key = std::string(key)};
  ARKIVE_ASSIGN(call.valid, leases_.validity());
  ARKIVE_TRY(connection_->call(call, deadline));
  return ok();
}

Status S3Store::remove_unfinished(Deadline deadline) {
  ARKIVE_ASSIGN(const std::size_t removed, remove_unfinished_uploads(*connection_, kUnfinishedFor, deadline));
  if (removed > 0) log_info("removed " + std::to_string(removed) + " unfinished uploads");
  return ok();
}

}  // namespace arkive

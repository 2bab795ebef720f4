#include "stores/s3/s3_store.h"

#include <algorithm>
#include <charconv>

#include "stores/core/hash.h"
#include "stores/core/log.h"
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

tl::unexpected<Error> not_found(const Connection& connection, std::string_view operation,
                                std::string_view key) {
  return fail(Outcome::kNotFound,
              std::string(operation) + " '" + connection.object(key) + "': there is no such object");
}

tl::unexpected<Error> short_object(const Connection& connection, std::string_view key, std::uint64_t has,
                                   std::uint64_t offset, std::uint64_t wanted) {
  return fail(Outcome::kCorrupt, "read '" + connection.object(key) + "': it has " + std::to_string(has) +
                                     " bytes, too few to read " + std::to_string(wanted) + " from byte " +
                                     std::to_string(offset));
}

Result<std::uint64_t> number_in(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return fail(Outcome::kCorrupt, "the answer tells no size");
  return number;
}

/// Does the body fit the checksum the server keeps? That of an object of several parts is one over theirs.
bool fits_checksum(const http::Response& response) {
  const std::string_view kept = response.header("x-amz-checksum-sha256");
  return kept.empty() || kept.find('-') != std::string_view::npos || kept == checksum_of(response.body);
}

}  // namespace

/// The leases that this store's users hold.
struct S3Store::Leases {
  std::mutex mutex;
  std::vector<Lease*> held;
};

class S3Store::HeldLease final : public StoreLock {
 public:
  HeldLease(std::shared_ptr<Leases> leases, std::unique_ptr<Lease> lease)
      : leases_(std::move(leases)), lease_(std::move(lease)) {
    const std::lock_guard lock(leases_->mutex);
    leases_->held.push_back(lease_.get());
  }
  ~HeldLease() override {
    const std::lock_guard lock(leases_->mutex);
    std::erase(leases_->held, lease_.get());
  }

 private:
  const std::shared_ptr<Leases> leases_;
  const std::unique_ptr<Lease> lease_;
};

S3Store::S3Store(std::shared_ptr<const Connection> connection)
    : connection_(std::move(connection)),
      leases_(std::make_shared<Leases>()),
      parts_(std::make_shared<PartsUnderWay>(connection_->settings().parts_in_all)) {}

Result<std::unique_ptr<S3Store>> S3Store::open(Settings settings,
                                               std::unique_ptr<CredentialProvider> credentials) {
  ARKIVE_TRY(check_settings(settings));
  auto connection = std::make_shared<const Connection>(std::move(settings), std::move(credentials));
  return std::unique_ptr<S3Store>(new S3Store(std::move(connection)));
}

Result<std::optional<Validity>> S3Store::validity() const {
  const std::lock_guard lock(leases_->mutex);
  std::optional<Validity> least;
  for (const Lease* lease : leases_->held) {
    ARKIVE_ASSIGN(const Validity validity, lease->validity());
    const auto end = [](const Validity& each) {
      return each.from + std::chrono::milliseconds(each.lifetime).count();
    };
    if (!least || end(validity) < end(*least)) least = validity;
  }
  return least;
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
  ARKIVE_ASSIGN(call.valid, validity());
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
      connection_, parts_, std::string(key), [this] { return validity(); }, deadline);
}

Result<std::unique_ptr<StoreLock>> S3Store::lock(std::string_view name, Deadline deadline) {
  const std::string key = "locks/" + std::string(name) + ".lock";
  ARKIVE_TRY(check_key(key));
  ARKIVE_ASSIGN(auto lease, Lease::acquire(connection_, key, deadline));
  return std::make_unique<HeldLease>(leases_, std::move(lease));
}

Result<std::string> S3Store::get_whole(std::string_view key, Deadline deadline) const {
  const Call call{.operation = "read",
                  .key = std::string(key),
                  .headers = {{"x-amz-checksum-mode", "ENABLED"}},
                  .most_bytes = kLongestWhole};
  for (int tries = 1;; ++tries) {
    ARKIVE_ASSIGN(http::Response response, connection_->call(call, deadline));
    if (response.status == 404) return not_found(*connection_, "read", key);
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
  if (size > UINT64_MAX - offset) return short_object(*connection_, key, 0, offset, size);
  const std::string last = size == 0 ? "" : std::to_string(offset + size - 1);
  ARKIVE_ASSIGN(http::Response response,
                connection_->call({.operation = "read",
                                   .key = std::string(key),
                                   .headers = {{"range", "bytes=" + std::to_string(offset) + "-" + last}},
                                   .most_bytes = size == 0 ? kLongestWhole : size},
                                  deadline));
  if (response.status == 404) return not_found(*connection_, "read", key);
  if (response.status == 416) {
    ARKIVE_ASSIGN(const Object object, head(key, deadline));
    if (size == 0 && object.size == offset) return std::string();
    return short_object(*connection_, key, object.size, offset, size);
  }
  if (response.status != 206) {
    return fail(Outcome::kFail,
                "read '" + connection_->object(key) + "': the server gives no part of an object",
                "take a server that knows the Range header");
  }
  // "bytes 0-9/443"
  const std::string expected = "bytes " + std::to_string(offset) + "-";
  if (!response.header("content-range").starts_with(expected)) {
    return fail(Outcome::kCorrupt,
                "read '" + connection_->object(key) + "': another part came than asked for");
  }
  if (size != 0 && response.body.size() != size)
    return short_object(*connection_, key, offset + response.body.size(), offset, size);
  return std::move(response.body);
}

Result<Store::Object> S3Store::head(std::string_view key, Deadline deadline) const {
  ARKIVE_TRY(check_key(key));
  ARKIVE_ASSIGN(
      const http::Response response,
      connection_->call({.operation = "look at", .method = "HEAD", .key = std::string(key)}, deadline));
  if (response.status == 404) return not_found(*connection_, "look at", key);
  auto size = number_in(response.header("content-length"));
  if (!size) return fail(std::move(size.error()).within("look at '" + connection_->object(key) + "'"));
  return Object{std::string(key), *size};
}

Status S3Store::list(std::string_view prefix, const std::function<Status(const Object&)>& each,
                     Deadline deadline) const {
  const std::string& ours = connection_->settings().location.prefix;
  const auto damaged = [&](const std::string& what) {
    return fail(Outcome::kCorrupt, "list '" + connection_->object(prefix) + "': " + what);
  };
  std::string next;
  std::string last;
  do {
    Query query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", ours + std::string(prefix)}};
    if (!next.empty()) query.emplace_back("continuation-token", next);
    ARKIVE_ASSIGN(
        const http::Response response,
        connection_->call({.operation = "list", .query = query, .most_bytes = kMostListed}, deadline));
    auto page = read_list(response.body);
    if (!page) return fail(std::move(page.error()).within("list '" + connection_->object(prefix) + "'"));
    if (!page->next.empty() && page->next == next) return damaged("a page came twice");
    next = std::move(page->next);
    for (const ListPage::Object& object : page->objects) {
      if (!object.key.starts_with(ours)) return damaged("a key came that was not asked for");
      std::string key = object.key.substr(ours.size());
      if (!key.starts_with(prefix)) return damaged("a key came that was not asked for");
      if (!last.empty() && key <= last) return damaged("keys came twice, or not in their order");
      last = key;
      // What is no key is nothing of ours: "a/" is how some programs make a folder.
      if (check_key(key)) ARKIVE_TRY(each({std::move(key), object.size}));
    }
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
  ARKIVE_ASSIGN(call.valid, validity());
  ARKIVE_TRY(connection_->call(call, deadline));
  return ok();
}

Status S3Store::remove_unfinished(Deadline deadline) {
  ARKIVE_ASSIGN(const std::size_t removed, remove_unfinished_uploads(*connection_, kUnfinishedFor, deadline));
  if (removed > 0) log_info("removed " + std::to_string(removed) + " unfinished uploads");
  return ok();
}

}  // namespace arkive

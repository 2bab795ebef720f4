#include "stores/s3/s3_store.h"

#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/remote/parts_under_way.h"
#include "stores/remote/reading.h"
#include "stores/s3/kept_as_asked.h"
#include "stores/s3/lock_extension.h"
#include "stores/s3/object_headers.h"
#include "stores/s3/removal_check.h"
#include "stores/s3/upload.h"
#include "stores/s3/xml.h"

namespace arkive {

using namespace s3;  // NOLINT(google-build-using-namespace): its own parts

namespace {

constexpr std::uint64_t kLeastPart = 5ULL << 20;
constexpr std::size_t kMostListed = 16ULL << 20;  // bytes of a page: 1,000 keys
constexpr std::chrono::hours kUnfinishedFor{24};

/// Digits, of a machine: 127.0.0.1, [::1].
bool is_address(const std::string& host) {
  return !host.empty() && (host.front() == '[' || host.find_first_not_of("0123456789.") == std::string::npos);
}

Status check_settings(const Settings& settings) {
  const auto bad = [&](const std::string& what, const std::string& hint) {
    return fail(Outcome::kUsage,
                "open '" + std::string(Dialect::of(settings.family).scheme()) + "://" +
                    settings.location.bucket + "': " + what,
                hint);
  };
  if (!settings.path_style && is_address(settings.endpoint.host)) {
    return bad("the bucket cannot stand before the address " + settings.endpoint.host,
               "let it stand in the path (ARKIVE_S3_ADDRESSING=path), or give the server's name");
  }
  if (settings.part_bytes < kLeastPart) return bad("parts have at least 5 MiB", "");
  const bool amazons = settings.family == Family::kAmazon;
  if (amazons && (settings.storage_class == "GLACIER" || settings.storage_class == "DEEP_ARCHIVE")) {
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

class BucketServer final : public remote::ObjectServer {
 public:
  explicit BucketServer(std::shared_ptr<const Connection> connection)
      : connection_(std::move(connection)),
        parts_(std::make_shared<remote::PartsUnderWay>(connection_->settings().parts_in_all)),
        kept_as_asked_(std::make_shared<const KeptAsAsked>(connection_)),
        removal_check_(connection_),
        lock_extension_(connection_) {}

  std::string object(std::string_view key) const override { return connection_->object(key); }
  const std::string& prefix() const override { return connection_->settings().location.prefix; }

  Result<http::Response> read(const remote::Reading& reading, Deadline deadline) const override {
    Call call{.operation = std::string(reading.operation),
              .key = std::string(reading.key),
              .part = reading.part,
              .most_bytes = reading.most_bytes,
              .take = reading.take};
    if (!reading.part) call.headers = connection_->dialect().to_read_checksums();
    return connection_->call(call, deadline);
  }

  Result<std::optional<std::uint64_t>> size_of(std::string_view key, Deadline deadline) const override {
    ARKIVE_ASSIGN(
        const http::Response response,
        connection_->call({.operation = "look at", .method = "HEAD", .key = std::string(key)}, deadline));
    return remote::size_in(response, object(key));
  }

  Result<remote::KeyPage> list(std::string_view prefix, const std::string& next,
                               Deadline deadline) const override {
    Query query = {
        {"list-type", "2"}, {"encoding-type", "url"}, {"prefix", this->prefix() + std::string(prefix)}};
    if (!next.empty()) query.emplace_back("continuation-token", next);
    ARKIVE_ASSIGN(
        const http::Response response,
        connection_->call({.operation = "list", .query = query, .most_bytes = kMostListed}, deadline));
    auto page = read_list(response.body);
    if (!page) return fail(std::move(page.error()).within("list '" + object(prefix) + "'"));
    return page;
  }

  Result<http::Response> put(const remote::NewObject& object, Deadline deadline) const override {
    Call call{.operation = object.operation,
              .method = "PUT",
              .key = std::string(object.key),
              .body = object.data,
              .valid = object.valid};
    const http::Headers asked =
        object_headers(connection_->settings(), object.is_lock ? ObjectKind::kLock : ObjectKind::kRecord);
    call.headers = asked;
    const SentChecksum checksum = connection_->dialect().checksum_of(object.data);
    call.payload_sha256 = checksum.payload_sha256;
    call.headers.emplace_back(checksum.header, checksum.value);
    if (object.over) call.headers.push_back(connection_->dialect().condition(*object.over));
    ARKIVE_ASSIGN(http::Response response, connection_->call(call, deadline));
    if (is_gone(object, response)) response.status = 412;
    if (response.status == 412) return response;
    ARKIVE_TRY(check_answer(*connection_, call.key, response, checksum.value));
    ARKIVE_TRY(kept_as_asked_->check(call.key, asked, deadline));
    return response;
  }

  std::unique_ptr<ObjectWriter> begin(std::string key, remote::AskValidity ask_validity,
                                      Deadline deadline) const override {
    return begin_upload(connection_, parts_, kept_as_asked_, std::move(key), std::move(ask_validity),
                        deadline);
  }

  Result<http::Response> remove(std::string_view key, std::optional<remote::Validity> valid,
                                Deadline deadline) const override {
    ARKIVE_ASSIGN(const bool is_there, removal_check_.may_remove(key, deadline));
    if (!is_there) return http::Response{.status = 404};
    ARKIVE_ASSIGN(
        http::Response removed,
        connection_->call(
            {.operation = "remove", .method = "DELETE", .key = std::string(key), .valid = valid}, deadline));
    removal_check_.look_at(removed);
    return removed;
  }

  Status remove_unfinished(Deadline deadline) const override {
    ARKIVE_ASSIGN(const std::size_t removed,
                  remove_unfinished_uploads(*connection_, kUnfinishedFor, deadline));
    if (removed > 0) log_info("removed " + std::to_string(removed) + " unfinished uploads");
    return ok();
  }

  bool fits_checksum(const http::Response& response) const override {
    const std::string kept = connection_->dialect().kept_checksum(response);
    return kept.empty() || kept == connection_->dialect().checksum_of(response.body).value;
  }
  std::string tag_in(const http::Response& response) const override {
    return connection_->dialect().tag_in(response);
  }

  Result<Store::Keeping> kept_until(std::string_view key, Deadline deadline) const override {
    if (!is_asked_for_retention()) return fail(asks_for_no_retention());
    ARKIVE_ASSIGN(const auto keeping, removal_check_.keeping("look at", key, deadline));
    return keeping.value_or(Store::Keeping());
  }
  Result<bool> keep_until(std::string_view key, UnixMilliseconds until, std::optional<remote::Validity> valid,
                          Deadline deadline) const override {
    if (!is_asked_for_retention()) return fail(asks_for_no_retention());
    return lock_extension_.keep_until(key, until, valid, deadline);
  }
  Result<bool> may_keep_until(std::string_view key, UnixMilliseconds until,
                              Deadline deadline) const override {
    if (!is_asked_for_retention()) return fail(asks_for_no_retention());
    return lock_extension_.may_keep_until(key, until, deadline);
  }
  Result<std::chrono::milliseconds> keeps_for() const override {
    if (!is_asked_for_retention()) return fail(asks_for_no_retention());
    return lock_extension_.span();
  }

 private:
  bool is_asked_for_retention() const { return connection_->settings().family == Family::kAmazon; }

  /// What was to be replaced is not there. A server says 404 of other things too: of a key that is to
  /// encrypt.
  static bool is_gone(const remote::NewObject& object, const http::Response& response) {
    if (!object.over || object.over->empty() || response.status != 404) return false;
    const std::string code = read_error(response.body).code;
    return code.empty() || code == "NoSuchKey";
  }

  const std::shared_ptr<const Connection> connection_;
  const std::shared_ptr<remote::PartsUnderWay> parts_;
  const std::shared_ptr<const KeptAsAsked> kept_as_asked_;
  const RemovalCheck removal_check_;
  const LockExtension lock_extension_;
};

}  // namespace

Result<std::unique_ptr<S3Store>> S3Store::open(Settings settings,
                                               std::unique_ptr<CredentialProvider> credentials) {
  ARKIVE_TRY(check_settings(settings));
  const std::chrono::seconds lease = settings.lease;
  auto server = std::make_shared<const BucketServer>(
      std::make_shared<const Connection>(std::move(settings), std::move(credentials)));
  return std::unique_ptr<S3Store>(new S3Store(std::move(server), lease));
}

}  // namespace arkive

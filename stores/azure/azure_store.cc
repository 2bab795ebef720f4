#include "stores/azure/azure_store.h"

#include "stores/azure/checksum.h"
#include "stores/azure/lock_object.h"
#include "stores/azure/upload.h"
#include "stores/azure/xml.h"
#include "stores/core/log.h"
#include "stores/remote/reading.h"

namespace arkive {

using namespace azure;  // NOLINT(google-build-using-namespace): its own parts

namespace {

constexpr std::uint64_t kLongestWhole = 1ULL << 32;
constexpr std::size_t kMostListed = 64ULL << 20;  // bytes of a page: 5,000 names
constexpr int kTriesOfDamaged = 3;

Status check_settings(const Settings& settings) {
  const auto bad = [&](const std::string& what, const std::string& hint) {
    return fail(Outcome::kUsage,
                "open 'az://" + settings.location.account + "/" + settings.location.container + "': " + what,
                hint);
  };
  if (settings.part_bytes == 0) return bad("blocks have a size", "");
  const std::string& tier = settings.access_tier;
  if (tier == "Archive") {
    return bad("objects of the access tier Archive cannot be read at once", "take Cool or Cold, which can");
  }
  if (!tier.empty() && tier != "Hot" && tier != "Cool" && tier != "Cold")
    return bad("no access tier is called '" + printable(tier) + "'", "give Hot, Cool or Cold");
  return ok();
}

/// That of a blob that was put in blocks is none of its bytes' own.
bool fits_checksum(const http::Response& response) {
  const std::string_view kept = response.header("content-md5");
  return kept.empty() || kept == content_md5(response.body);
}

}  // namespace

AzureStore::AzureStore(std::shared_ptr<const Connection> connection)
    : connection_(std::move(connection)),
      parts_(std::make_shared<remote::PartsUnderWay>(connection_->settings().parts_in_all)) {}

Result<std::unique_ptr<AzureStore>> AzureStore::open(Settings settings,
                                                     std::unique_ptr<CredentialProvider> credentials) {
  ARKIVE_TRY(check_settings(settings));
  auto connection = std::make_shared<const Connection>(std::move(settings), std::move(credentials));
  return std::unique_ptr<AzureStore>(new AzureStore(std::move(connection)));
}

Status AzureStore::put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) {
  ARKIVE_TRY(check_key(key));
  const std::string md5 = content_md5(data);
  Call call{.operation = "put",
            .method = "PUT",
            .key = std::string(key),
            .headers = {{"x-ms-blob-type", "BlockBlob"}, {"content-md5", md5}},
            .body = data};
  if (mode == PutMode::kCreateOnly) call.headers.emplace_back("if-none-match", "*");
  ARKIVE_ASSIGN(call.valid, leases_.validity());
  ARKIVE_ASSIGN(const http::Response response, connection_->call(call, deadline));
  // Also when a try before had put it, and its answer was lost.
  if (response.status == 412) return check_created(key, data, deadline);
  return check_written(*connection_, call.key, response, md5);
}

Status AzureStore::check_created(std::string_view key, Bytes data, Deadline deadline) const {
  ARKIVE_ASSIGN(const std::string existing, get(key, 0, 0, deadline));
  if (existing == data) return ok();
  return fail(Outcome::kConflict, "put '" + connection_->object(key) + "': it exists with other bytes");
}

Result<std::unique_ptr<ObjectWriter>> AzureStore::begin(std::string_view key, Deadline deadline) {
  ARKIVE_TRY(check_key(key));
  return begin_upload(
      connection_, parts_, std::string(key), [this] { return leases_.validity(); }, deadline);
}

Result<std::unique_ptr<StoreLock>> AzureStore::lock(std::string_view name, Deadline deadline) {
  const std::string key = "locks/" + std::string(name) + ".lock";
  ARKIVE_TRY(check_key(key));
  ARKIVE_ASSIGN(auto lease, remote::Lease::acquire(lock_object(connection_, key),
                                                   connection_->settings().lease, deadline));
  return leases_.hold(std::move(lease));
}

Result<std::string> AzureStore::get_whole(std::string_view key, Deadline deadline) const {
  const Call call{.operation = "read", .key = std::string(key), .most_bytes = kLongestWhole};
  const std::string object = connection_->object(key);
  for (int tries = 1;; ++tries) {
    ARKIVE_ASSIGN(http::Response response, connection_->call(call, deadline));
    if (response.status == 404) return remote::not_found("read", object);
    if (response.status != 200)
      return fail(Outcome::kFail, "read '" + object + "': status " + std::to_string(response.status));
    if (fits_checksum(response)) return std::move(response.body);
    if (tries == kTriesOfDamaged) {
      return fail(Outcome::kCorrupt,
                  "read '" + object + "': what comes does not fit the checksum that the server keeps of it");
    }
    log_warning("what came for '" + object + "' was damaged on the way; reading it again");
  }
}

Result<std::string> AzureStore::get(std::string_view key, std::uint64_t offset, std::uint64_t size,
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

Result<Store::Object> AzureStore::head(std::string_view key, Deadline deadline) const {
  ARKIVE_TRY(check_key(key));
  ARKIVE_ASSIGN(
      const http::Response response,
      connection_->call({.operation = "look at", .method = "HEAD", .key = std::string(key)}, deadline));
  if (response.status == 404) return remote::not_found("look at", connection_->object(key));
  ARKIVE_ASSIGN(const std::uint64_t size, remote::size_in(response, connection_->object(key)));
  return Object{std::string(key), size};
}

Status AzureStore::list(std::string_view prefix, const std::function<Status(const Object&)>& each,
                        Deadline deadline) const {
  const Settings& settings = connection_->settings();
  const std::string& ours = settings.location.prefix;
  remote::Listing listing(ours, std::string(prefix), connection_->object(prefix), each);
  std::string next;
  do {
    http::Query query = {{"restype", "container"}, {"comp", "list"}};
    if (const std::string begins = ours + std::string(prefix); !begins.empty())
      query.emplace_back("prefix", begins);
    if (!next.empty()) query.emplace_back("marker", next);
    if (settings.page != 0) query.emplace_back("maxresults", std::to_string(settings.page));
    ARKIVE_ASSIGN(
        const http::Response response,
        connection_->call({.operation = "list", .query = query, .most_bytes = kMostListed}, deadline));
    auto page = read_list(response.body);
    if (!page) return fail(std::move(page.error()).within("list '" + connection_->object(prefix) + "'"));
    next = std::move(page->next);
    ARKIVE_TRY(listing.turn(next));
    for (const ListPage::Blob& blob : page->blobs) ARKIVE_TRY(listing.take(blob.name, blob.size));
  } while (!next.empty());
  return ok();
}

Status AzureStore::remove(std::string_view key, Deadline deadline) {
  ARKIVE_TRY(check_key(key));
  Call call{.operation = "remove", .method = "DELETE", .key = std::string(key)};
  ARKIVE_ASSIGN(call.valid, leases_.validity());
  ARKIVE_TRY(connection_->call(call, deadline));
  return ok();
}

}  // namespace arkive

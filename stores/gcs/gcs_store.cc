#include "stores/gcs/gcs_store.h"

#include "stores/gcs/connection.h"
#include "stores/gcs/json.h"
#include "stores/gcs/upload.h"
#include "stores/remote/content_md5.h"
#include "stores/remote/parts_under_way.h"

namespace arkive {

using namespace gcs;  // NOLINT(google-build-using-namespace): its own parts

namespace {

constexpr std::size_t kMostListed = 16ULL << 20;  // bytes of a page: 1,000 names

class BucketServer final : public remote::ObjectServer {
 public:
  explicit BucketServer(std::shared_ptr<const Connection> connection)
      : connection_(std::move(connection)),
        parts_(std::make_shared<remote::PartsUnderWay>(connection_->settings().parts_in_all)) {}

  std::string object(std::string_view key) const override { return connection_->object(key); }
  const std::string& prefix() const override { return connection_->settings().location.prefix; }

  Result<http::Response> read(const remote::Reading& reading, Deadline deadline) const override {
    return connection_->call({.operation = std::string(reading.operation),
                              .key = std::string(reading.key),
                              .path = connection_->download_path(reading.key),
                              .query = {{"alt", "media"}},
                              .part = reading.part,
                              .most_bytes = reading.most_bytes,
                              .take = reading.take},
                             deadline);
  }

  Result<std::optional<std::uint64_t>> size_of(std::string_view key, Deadline deadline) const override {
    ARKIVE_ASSIGN(const http::Response response, connection_->call({.operation = "look at",
                                                                    .key = std::string(key),
                                                                    .path = connection_->object_path(key),
                                                                    .query = {{"fields", "generation,size"}}},
                                                                   deadline));
    if (response.status == 404) return std::nullopt;
    ARKIVE_TRY(expect_success("look at", key, response));
    auto resource = read_resource(response.body);
    if (!resource) return fail(std::move(resource.error()).within("look at '" + object(key) + "'"));
    return resource->size;
  }

  Result<remote::KeyPage> list(std::string_view prefix, const std::string& next,
                               Deadline deadline) const override {
    http::Query query = {{"fields", std::string(kListFields)}};
    if (const std::string begins = connection_->whole_key(prefix); !begins.empty())
      query.emplace_back("prefix", begins);
    if (!next.empty()) query.emplace_back("pageToken", next);
    if (const std::size_t page = connection_->settings().page; page != 0)
      query.emplace_back("maxResults", std::to_string(page));
    ARKIVE_ASSIGN(const http::Response response, connection_->call({.operation = "list",
                                                                    .path = connection_->bucket_path(),
                                                                    .query = query,
                                                                    .most_bytes = kMostListed,
                                                                    .of_bucket = true},
                                                                   deadline));
    ARKIVE_TRY(expect_success("list", prefix, response));
    auto page = read_list(response.body);
    if (!page) return fail(std::move(page.error()).within("list '" + object(prefix) + "'"));
    return page;
  }

  Result<http::Response> put(const remote::NewObject& object, Deadline deadline) const override {
    return put_object(*connection_, object, /*storage_class=*/"", deadline);
  }

  std::unique_ptr<ObjectWriter> begin(std::string key, remote::AskValidity ask_validity,
                                      Deadline deadline) const override {
    return begin_upload(connection_, parts_, std::move(key), std::move(ask_validity), deadline);
  }

  Result<http::Response> remove(std::string_view key, std::optional<remote::Validity> valid,
                                Deadline deadline) const override {
    return connection_->call({.operation = "remove",
                              .method = "DELETE",
                              .key = std::string(key),
                              .path = connection_->object_path(key),
                              .valid = valid},
                             deadline);
  }

  bool fits_checksum(const http::Response& response) const override {
    const std::string kept = remote::md5_in(response);
    return kept.empty() || kept == remote::content_md5(response.body);
  }

  /// Its generation: a download says it in a header, an upload in its body.
  std::string tag_in(const http::Response& response) const override {
    const std::string_view header = response.header("x-goog-generation");
    if (!header.empty()) return std::string(header);
    const auto resource = read_resource(response.body);
    return resource ? resource->generation : std::string();
  }

 private:
  /// A redirect, say, is none.
  Status expect_success(std::string_view operation, std::string_view key,
                        const http::Response& response) const {
    if (response.status >= 200 && response.status <= 206) return ok();
    return fail(Outcome::kFail,
                std::string(operation) + " '" + object(key) + "': status " + std::to_string(response.status));
  }

  const std::shared_ptr<const Connection> connection_;
  const std::shared_ptr<remote::PartsUnderWay> parts_;
};

}  // namespace

Result<std::unique_ptr<GcsStore>> GcsStore::open(Settings settings,
                                                 std::unique_ptr<CredentialProvider> credentials) {
  ARKIVE_TRY(check_settings(settings));
  const std::chrono::seconds lease = settings.lease;
  auto server = std::make_shared<const BucketServer>(
      std::make_shared<const Connection>(std::move(settings), std::move(credentials)));
  return std::unique_ptr<GcsStore>(new GcsStore(std::move(server), lease));
}

}  // namespace arkive

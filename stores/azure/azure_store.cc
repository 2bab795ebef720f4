#include "stores/azure/azure_store.h"

#include "stores/azure/upload.h"
#include "stores/azure/xml.h"
#include "stores/remote/content_md5.h"
#include "stores/remote/parts_under_way.h"
#include "stores/remote/reading.h"

namespace arkive {

using namespace azure;  // NOLINT(google-build-using-namespace): its own parts

namespace {

constexpr std::size_t kMostListed = 64ULL << 20;  // bytes of a page: 5,000 names

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

class ContainerServer final : public remote::ObjectServer {
 public:
  explicit ContainerServer(std::shared_ptr<const Connection> connection)
      : connection_(std::move(connection)),
        parts_(std::make_shared<remote::PartsUnderWay>(connection_->settings().parts_in_all)) {}

  std::string object(std::string_view key) const override { return connection_->object(key); }
  const std::string& prefix() const override { return connection_->settings().location.prefix; }

  Result<http::Response> read(const remote::Reading& reading, Deadline deadline) const override {
    return connection_->call({.operation = std::string(reading.operation),
                              .key = std::string(reading.key),
                              .part = reading.part,
                              .most_bytes = reading.most_bytes,
                              .take = reading.take},
                             deadline);
  }

  Result<std::optional<std::uint64_t>> size_of(std::string_view key, Deadline deadline) const override {
    ARKIVE_ASSIGN(
        const http::Response response,
        connection_->call({.operation = "look at", .method = "HEAD", .key = std::string(key)}, deadline));
    return remote::size_in(response, object(key));
  }

  Result<remote::KeyPage> list(std::string_view prefix, const std::string& next,
                               Deadline deadline) const override {
    http::Query query = {{"restype", "container"}, {"comp", "list"}};
    if (const std::string begins = this->prefix() + std::string(prefix); !begins.empty())
      query.emplace_back("prefix", begins);
    if (!next.empty()) query.emplace_back("marker", next);
    if (const std::size_t page = connection_->settings().page; page != 0)
      query.emplace_back("maxresults", std::to_string(page));
    ARKIVE_ASSIGN(
        const http::Response response,
        connection_->call({.operation = "list", .query = query, .most_bytes = kMostListed}, deadline));
    auto page = read_list(response.body);
    if (!page) return fail(std::move(page.error()).within("list '" + object(prefix) + "'"));
    return page;
  }

  Result<http::Response> put(const remote::NewObject& object, Deadline deadline) const override {
    const std::string md5 = remote::content_md5(object.data);
    Call call{.operation = object.operation,
              .method = "PUT",
              .key = std::string(object.key),
              .headers = {{"x-ms-blob-type", "BlockBlob"}, {"content-md5", md5}},
              .body = object.data,
              .valid = object.valid};
    if (object.over) {
      if (object.over->empty()) {
        call.headers.emplace_back("if-none-match", "*");
      } else {
        call.headers.emplace_back("if-match", *object.over);
      }
    }
    ARKIVE_ASSIGN(http::Response response, connection_->call(call, deadline));
    // What is to be replaced is not there. Where nothing is to be, a 404 is of another thing.
    if (object.over && !object.over->empty() && response.status == 404) response.status = 412;
    if (response.status != 412) ARKIVE_TRY(check_written(*connection_, call.key, response, md5));
    return response;
  }

  std::unique_ptr<ObjectWriter> begin(std::string key, remote::AskValidity ask_validity,
                                      Deadline deadline) const override {
    return begin_upload(connection_, parts_, std::move(key), std::move(ask_validity), deadline);
  }

  Result<http::Response> remove(std::string_view key, std::optional<remote::Validity> valid,
                                Deadline deadline) const override {
    return connection_->call(
        {.operation = "remove", .method = "DELETE", .key = std::string(key), .valid = valid}, deadline);
  }

  /// That of a blob that was put in blocks is none of its bytes' own.
  bool fits_checksum(const http::Response& response) const override {
    const std::string_view kept = response.header("content-md5");
    return kept.empty() || kept == remote::content_md5(response.body);
  }

 private:
  const std::shared_ptr<const Connection> connection_;
  const std::shared_ptr<remote::PartsUnderWay> parts_;
};

}  // namespace

Result<std::unique_ptr<AzureStore>> AzureStore::open(Settings settings,
                                                     std::unique_ptr<CredentialProvider> credentials) {
  ARKIVE_TRY(check_settings(settings));
  const std::chrono::seconds lease = settings.lease;
  auto server = std::make_shared<const ContainerServer>(
      std::make_shared<const Connection>(std::move(settings), std::move(credentials)));
  return std::unique_ptr<AzureStore>(new AzureStore(std::move(server), lease));
}

}  // namespace arkive

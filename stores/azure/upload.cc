#include "stores/azure/upload.h"

#include "stores/azure/xml.h"
#include "stores/core/fault.h"
#include "stores/core/hash.h"
#include "stores/remote/content_md5.h"
#include "stores/remote/part_upload.h"

namespace arkive::azure {
namespace {

constexpr std::size_t kDigits = 5;  // ids of blocks are of one length

class Upload final : public remote::PartUpload {
 public:
  Upload(std::shared_ptr<const Connection> connection, std::string key, remote::AskValidity ask_validity,
         Deadline deadline)
      : connection_(std::move(connection)),
        key_(std::move(key)),
        ask_validity_(std::move(ask_validity)),
        deadline_(deadline),
        nonce_(to_hex(random_bytes(16))) {}

  Status put_whole(Bytes data) override {
    const std::string md5 = remote::content_md5(data);
    Call call{.operation = "put",
              .method = "PUT",
              .key = key_,
              .headers = {{"x-ms-blob-type", "BlockBlob"}, {"content-md5", md5}},
              .body = data};
    add_tier(call.headers);
    ARKIVE_ASSIGN(call.valid, ask_validity_());
    ARKIVE_ASSIGN(const http::Response response, connection_->call(call, deadline_));
    return check_written(*connection_, key_, response, md5);
  }

  Status begin() override { return ok(); }

  Result<remote::SentPart> send(std::size_t number, Bytes data) const override {
    std::string digits = std::to_string(number);
    digits.insert(0, kDigits - std::min(kDigits, digits.size()), '0');
    // With a number of this upload's own: its blocks are never taken for another's.
    remote::SentPart sent{.id = base64(nonce_ + "-" + digits)};
    const std::string operation = "put block " + std::to_string(number) + " of";
    ARKIVE_FAULT_POINT();
    ARKIVE_ASSIGN(const http::Response response,
                  connection_->call({.operation = operation,
                                     .method = "PUT",
                                     .key = key_,
                                     .query = {{"comp", "block"}, {"blockid", sent.id}},
                                     .headers = {{"content-md5", remote::content_md5(data)}},
                                     .body = data},
                                    deadline_));
    if (response.status != 201) {
      return fail(Outcome::kFail, operation + " '" + connection_->object(key_) + "': status " +
                                      std::to_string(response.status));
    }
    return sent;
  }

  Status complete(const std::vector<remote::SentPart>& parts) override {
    const std::string body = block_list(parts);
    Call call{.operation = "finish upload",
              .method = "PUT",
              .key = key_,
              .query = {{"comp", "blocklist"}},
              .headers = {{"content-md5", remote::content_md5(body)}, {"content-type", "application/xml"}},
              .body = body};
    add_tier(call.headers);
    ARKIVE_ASSIGN(call.valid, ask_validity_());
    ARKIVE_FAULT_POINT();
    ARKIVE_ASSIGN(const http::Response response, connection_->call(call, deadline_));
    if (response.status == 201) return ok();
    return fail(
        Outcome::kFail,
        "finish upload '" + connection_->object(key_) + "': status " + std::to_string(response.status),
        "run the command again");
  }

  void give_up() override {}

 private:
  void add_tier(http::Headers& headers) const {
    const std::string& tier = connection_->settings().access_tier;
    if (!tier.empty()) headers.emplace_back("x-ms-access-tier", tier);
  }

  const std::shared_ptr<const Connection> connection_;
  const std::string key_;
  const remote::AskValidity ask_validity_;
  const Deadline deadline_;
  const std::string nonce_;
};

}  // namespace

std::unique_ptr<ObjectWriter> begin_upload(std::shared_ptr<const Connection> connection,
                                           std::shared_ptr<remote::PartsUnderWay> parts, std::string key,
                                           remote::AskValidity ask_validity, Deadline deadline) {
  const remote::PartSizes sizes{.first_bytes = connection->settings().part_bytes,
                                .at_once = connection->settings().parts_at_once};
  std::string name = connection->object(key);
  return remote::write_in_parts(
      std::make_unique<Upload>(std::move(connection), std::move(key), std::move(ask_validity), deadline),
      sizes, std::move(parts), std::move(name));
}

Status check_written(const Connection& connection, const std::string& key, const http::Response& response,
                     const std::string& md5) {
  const std::string where = "put '" + connection.object(key) + "'";
  if (response.status != 201) {
    const std::string code = read_error(response).code;
    return fail(
        Outcome::kFail,
        where + ": status " + std::to_string(response.status) + (code.empty() ? "" : ", " + printable(code)),
        "look at the address of the account (AZURE_STORAGE_SERVICE_ENDPOINT)");
  }
  const std::string_view kept = response.header("content-md5");
  if (kept.empty() || kept == md5) return ok();
  return fail(Outcome::kFail, where + ": the server says that it keeps other bytes than were sent",
              "run the command again; when that comes again, look at the server");
}

}  // namespace arkive::azure

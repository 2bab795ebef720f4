#include "stores/azure/lock_object.h"

#include "stores/azure/checksum.h"
#include "stores/http/date.h"

namespace arkive::azure {
namespace {

class LockObject final : public remote::ConditionalObject {
 public:
  LockObject(std::shared_ptr<const Connection> connection, std::string key)
      : connection_(std::move(connection)), key_(std::move(key)) {}

  std::string name() const override { return connection_->object(key_); }

  Result<std::optional<remote::StoredObject>> read(Deadline deadline) const override {
    ARKIVE_ASSIGN(http::Response response,
                  connection_->call({.operation = "read lock", .key = key_}, deadline));
    if (response.status == 404) return std::nullopt;
    remote::StoredObject stored;
    stored.entity_tag = response.header("etag");
    ARKIVE_ASSIGN(stored.written_ms, http::time_in(response, "last-modified"));
    ARKIVE_ASSIGN(stored.now_ms, http::time_in(response, "date"));
    stored.bytes = std::move(response.body);
    return stored;
  }

  Result<std::optional<remote::WrittenObject>> write(Bytes bytes, const std::string& over,
                                                     Deadline deadline) const override {
    Call call{.operation = "write lock",
              .method = "PUT",
              .key = key_,
              .headers = {{"x-ms-blob-type", "BlockBlob"}, {"content-md5", content_md5(bytes)}},
              .body = bytes};
    if (over.empty()) {
      call.headers.emplace_back("if-none-match", "*");
    } else {
      call.headers.emplace_back("if-match", over);
    }
    ARKIVE_ASSIGN(const http::Response response, connection_->call(call, deadline));
    if (response.status == 412 || response.status == 404) return std::nullopt;
    remote::WrittenObject written{.entity_tag = std::string(response.header("etag"))};
    ARKIVE_ASSIGN(written.now_ms, http::time_in(response, "date"));
    return written;
  }

 private:
  const std::shared_ptr<const Connection> connection_;
  const std::string key_;
};

}  // namespace

std::unique_ptr<const remote::ConditionalObject> lock_object(std::shared_ptr<const Connection> connection,
                                                             std::string key) {
  return std::make_unique<LockObject>(std::move(connection), std::move(key));
}

}  // namespace arkive::azure

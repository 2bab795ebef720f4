#include "stores/remote/lock_object.h"

#include "stores/http/date.h"

namespace arkive::remote {
namespace {

constexpr std::uint64_t kLongest = 1 << 20;

class LockObject final : public ConditionalObject {
 public:
  LockObject(std::shared_ptr<const ObjectServer> server, std::string key)
      : server_(std::move(server)), key_(std::move(key)) {}

  std::string name() const override { return server_->object(key_); }

  Result<std::optional<StoredObject>> read(Deadline deadline) const override {
    ARKIVE_ASSIGN(http::Response response,
                  server_->read({.operation = "read lock", .key = key_, .most_bytes = kLongest}, deadline));
    if (response.status == 404) return std::nullopt;
    StoredObject stored{.entity_tag = server_->tag_in(response)};
    ARKIVE_ASSIGN(stored.written_ms, http::time_in(response, "last-modified"));
    ARKIVE_ASSIGN(stored.now_ms, http::time_in(response, "date"));
    stored.bytes = std::move(response.body);
    return stored;
  }

  Result<std::optional<WrittenObject>> write(Bytes bytes, const std::string& over,
                                             Deadline deadline) const override {
    ARKIVE_ASSIGN(
        const http::Response response,
        server_->put({.operation = "write lock", .key = key_, .data = bytes, .over = over, .is_lock = true},
                     deadline));
    if (response.status == 412) return std::nullopt;
    WrittenObject written{.entity_tag = server_->tag_in(response)};
    ARKIVE_ASSIGN(written.now_ms, http::time_in(response, "date"));
    return written;
  }

 private:
  const std::shared_ptr<const ObjectServer> server_;
  const std::string key_;
};

}  // namespace

std::unique_ptr<const ConditionalObject> lock_object(std::shared_ptr<const ObjectServer> server,
                                                     std::string key) {
  return std::make_unique<LockObject>(std::move(server), std::move(key));
}

}  // namespace arkive::remote

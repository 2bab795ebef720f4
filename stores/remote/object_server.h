/// ObjectServer: one bucket, asked in the words of its server. remote_store.h makes a Store of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/http/client.h"
#include "stores/remote/lease.h"
#include "stores/remote/part.h"
#include "stores/store.h"

namespace arkive::remote {

struct NewObject {
  std::string operation = "put";  ///< what errors call it
  std::string_view key = {};
  Bytes data = {};
  /// Nothing: in place of whatever is there. Empty: there must be none. Else: in place of the one with that
  /// tag.
  std::optional<std::string> over = {};
  bool is_lock = false;  ///< it will be written over and over: nothing may keep it
  std::optional<Validity> valid = {};
};

struct Reading {
  std::string_view operation = "read";  ///< what errors call it
  std::string_view key = {};
  AskPart part = {};
  std::uint64_t most_bytes = 0;  ///< as http::Request, as the one below; of all of it
  const http::TakeBody* take = nullptr;
};

struct KeyPage {
  struct Key {
    std::string whole = {};  ///< with the prefix of the store
    std::uint64_t size = 0;
  };
  std::vector<Key> keys;
  std::string next;  ///< where the next page begins; empty: this is the last
};

/// Keys are those of the store. Errors name operation, object, cause, and are those of a store's requests:
/// kRetry, kDenied, kConflict (`valid` was over), kUsage (no such bucket), kFull, kCorrupt, kFail. Any
/// thread.
class ObjectServer {
 public:
  virtual ~ObjectServer() = default;
  /// "s3://bucket/prefix/key", for errors; of "" that of the bucket.
  virtual std::string object(std::string_view key) const = 0;
  /// What stands before each key of the store: "", or "a/b/".
  virtual const std::string& prefix() const = 0;

  /// Status 200, or 206 for a part, 404 or 416.
  virtual Result<http::Response> read(const Reading& reading, Deadline deadline) const = 0;
  /// In bytes. Nothing when there is no such object.
  virtual Result<std::optional<std::uint64_t>> size_of(std::string_view key, Deadline deadline) const = 0;
  /// `next`: of the page before.
  virtual Result<KeyPage> list(std::string_view prefix, const std::string& next, Deadline deadline) const = 0;
  /// What the server answered when it has put it, whole and durable; status 412 when the condition does not
  /// hold, which it also says of a try before whose answer was lost.
  virtual Result<http::Response> put(const NewObject& object, Deadline deadline) const = 0;
  /// Begins an object of any size; `ask_validity` is asked before it is put together.
  virtual std::unique_ptr<ObjectWriter> begin(std::string key, AskValidity ask_validity,
                                              Deadline deadline) const = 0;
  /// Status 200 to 206 when it is gone, 404 when it was not there. Any other is no success.
  virtual Result<http::Response> remove(std::string_view key, std::optional<Validity> valid,
                                        Deadline deadline) const = 0;
  virtual Status remove_unfinished(Deadline) const { return ok(); }

  /// Does the body of a whole object fit the checksum that the server keeps of it, if it keeps one?
  virtual bool fits_checksum(const http::Response& response) const = 0;
  /// What an answer of read() or put() calls the object as it is now: NewObject::over.
  virtual std::string tag_in(const http::Response& response) const {
    return std::string(response.header("etag"));
  }

  /// As those of a Store. kUsage where servers of this kind are not asked for it.
  virtual Result<Store::Keeping> kept_until(std::string_view, Deadline) const {
    return fail(asks_for_no_retention());
  }
  virtual Result<bool> keep_until(std::string_view, UnixMilliseconds, std::optional<Validity>,
                                  Deadline) const {
    return fail(asks_for_no_retention());
  }
  virtual Result<bool> may_keep_until(std::string_view, UnixMilliseconds, Deadline) const {
    return fail(asks_for_no_retention());
  }
  virtual Result<std::chrono::milliseconds> keeps_for() const { return fail(asks_for_no_retention()); }

 protected:
  Error asks_for_no_retention() const {
    return {Outcome::kUsage,
            "keep objects of '" + object("") + "' for a while: only servers of S3 are asked for it",
            "take a bucket of S3 with Object Lock (docs/stores.md, \"What retention protects\")"};
  }
};

}  // namespace arkive::remote

/// What is the same about reading whatever a server speaks: parts of objects, lists of keys.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "stores/http/client.h"
#include "stores/remote/part.h"
#include "stores/store.h"

namespace arkive::remote {

/// `object` is its name in errors here: "s3://bucket/prefix/key".
tl::unexpected<Error> not_found(std::string_view operation, const std::string& object);
/// kCorrupt: it has `has` bytes.
tl::unexpected<Error> short_object(const std::string& object, std::uint64_t has, std::uint64_t offset,
                                   std::uint64_t wanted);
/// The value of the header Range for `size` bytes from `offset`; 0: to the end.
std::string range_of(std::uint64_t offset, std::uint64_t size);
/// kFail for a server that gives no parts, kCorrupt when it is another part than that from `offset` on.
Status check_part(const http::Response& response, const std::string& object, std::uint64_t offset);
/// The body of a response of status 206 to that Range. kCorrupt for another part, or a shorter one; kFail for
/// a server that gives no parts.
Result<std::string> part_in(http::Response response, const std::string& object, std::uint64_t offset,
                            std::uint64_t size);
/// What came so far of a part of an object that is asked for, and the rest of it again when the answer is
/// cut.
class StreamedPart {
 public:
  /// `object`: for errors. Borrows `take` for the calls of its own.
  StreamedPart(std::string object, std::uint64_t offset, std::uint64_t size, const TakeBytes& take)
      : object_(std::move(object)), next_(offset), left_(size), take_(take) {}
  StreamedPart(const StreamedPart&) = delete;
  StreamedPart& operator=(const StreamedPart&) = delete;

  std::uint64_t left() const { return left_; }
  std::uint64_t next() const { return next_; }
  /// Where what was asked for last begins.
  std::uint64_t asked() const { return asked_; }
  /// Asks for all that is left; the answer goes to taker().
  Part ask();
  /// Hands on what comes.
  const http::TakeBody& taker() const { return taker_; }
  /// Why taker() wanted no more: what `take` said, as check_part(), or kRetry: it is another object by now.
  const Status& status() const { return status_; }

 private:
  Status take(const http::Response& head, Bytes piece);

  const std::string object_;
  std::uint64_t next_;
  std::uint64_t left_;
  const TakeBytes& take_;
  std::uint64_t asked_ = 0;         ///< from which byte on
  std::optional<std::string> tag_;  ///< of the object whose bytes came
  Status status_ = ok();
  const http::TakeBody taker_ = [this](const http::Response& head, std::uint64_t, Bytes piece) {
    status_ = take(head, piece);
    return status_.has_value();
  };
};

/// Of the Content-Length that answers a HEAD; nothing for status 404. kCorrupt when it is none.
Result<std::optional<std::uint64_t>> size_in(const http::Response& response, const std::string& object);

/// Takes the keys of a list as they come, page by page. One thread.
class Listing {
 public:
  /// `ours`: what stands before each key of the store; `prefix`: what was asked for; `name`: for errors.
  Listing(std::string ours, std::string prefix, std::string name,
          const std::function<Status(const Store::Object&)>& each)
      : ours_(std::move(ours)), prefix_(std::move(prefix)), name_(std::move(name)), each_(each) {}

  /// Passes it on when it is a key of a store. kCorrupt for one that was not asked for, or comes twice or
  /// out of order; and what `each` says.
  Status take(std::string_view whole_key, std::uint64_t size);
  /// kCorrupt when the page that comes next is the one that came: `next` is where the server says it begins.
  Status turn(const std::string& next);

 private:
  tl::unexpected<Error> damaged(const std::string& what) const;

  const std::string ours_;
  const std::string prefix_;
  const std::string name_;
  const std::function<Status(const Store::Object&)>& each_;
  std::string last_;
  std::string page_;
};

}  // namespace arkive::remote

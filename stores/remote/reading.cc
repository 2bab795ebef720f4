#include "stores/remote/reading.h"

#include <algorithm>
#include <charconv>

namespace arkive::remote {
namespace {

constexpr std::uint64_t kEnough = 64 << 10;  // bytes that make an answer that breaks off behind them one

}  // namespace

tl::unexpected<Error> not_found(std::string_view operation, const std::string& object) {
  return fail(Outcome::kNotFound, std::string(operation) + " '" + object + "': there is no such object");
}

tl::unexpected<Error> short_object(const std::string& object, std::uint64_t has, std::uint64_t offset,
                                   std::uint64_t wanted) {
  return fail(Outcome::kCorrupt, "read '" + object + "': it has " + std::to_string(has) +
                                     " bytes, too few to read " + std::to_string(wanted) + " from byte " +
                                     std::to_string(offset));
}

std::string range_of(std::uint64_t offset, std::uint64_t size) {
  return "bytes=" + std::to_string(offset) + "-" + (size == 0 ? "" : std::to_string(offset + size - 1));
}

Status check_part(const http::Response& response, const std::string& object, std::uint64_t offset) {
  if (response.status != 206) {
    return fail(Outcome::kFail, "read '" + object + "': the server gives no part of an object",
                "take a server that knows the Range header");
  }
  // "bytes 0-9/443"
  const std::string expected = "bytes " + std::to_string(offset) + "-";
  if (!response.header("content-range").starts_with(expected))
    return fail(Outcome::kCorrupt, "read '" + object + "': another part came than asked for");
  return ok();
}

Result<std::string> part_in(http::Response response, const std::string& object, std::uint64_t offset,
                            std::uint64_t size) {
  ARKIVE_TRY(check_part(response, object, offset));
  if (size != 0 && response.body.size() != size)
    return short_object(object, offset + response.body.size(), offset, size);
  return std::move(response.body);
}

Part StreamedPart::ask() {
  asked_ = next_;
  return {.range = range_of(next_, left_), .most_bytes = left_, .enough_bytes = std::min(kEnough, left_)};
}

Status StreamedPart::take(const http::Response& head, Bytes piece) {
  ARKIVE_TRY(check_part(head, object_, asked_));
  const std::string_view tag = head.header("etag");
  if (!tag_) tag_ = tag;
  if (*tag_ != tag) {
    return fail(Outcome::kRetry, "read '" + object_ + "': somebody put another object in its place meanwhile",
                "run the command again");
  }
  if (piece.size() > left_)
    return fail(Outcome::kCorrupt, "read '" + object_ + "': more came than asked for");
  next_ += piece.size();
  left_ -= piece.size();
  return take_(piece);
}

Result<std::optional<std::uint64_t>> size_in(const http::Response& response, const std::string& object) {
  if (response.status == 404) return std::nullopt;
  const std::string_view digits = response.header("content-length");
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return fail(Outcome::kCorrupt, "look at '" + object + "': the answer tells no size");
  return number;
}

tl::unexpected<Error> Listing::damaged(const std::string& what) const {
  return fail(Outcome::kCorrupt, "list '" + name_ + "': " + what);
}

Status Listing::take(std::string_view whole_key, std::uint64_t size) {
  if (!whole_key.starts_with(ours_)) return damaged("a key came that was not asked for");
  std::string key(whole_key.substr(ours_.size()));
  if (!key.starts_with(prefix_)) return damaged("a key came that was not asked for");
  if (!last_.empty() && key <= last_) return damaged("keys came twice, or not in their order");
  last_ = key;
  // What is no key is nothing of ours: "a/" is how some programs make a folder.
  if (!check_key(key)) return ok();
  return each_({std::move(key), size});
}

Status Listing::turn(const std::string& next) {
  if (!next.empty() && next == page_) return damaged("a page came twice");
  page_ = next;
  return ok();
}

}  // namespace arkive::remote

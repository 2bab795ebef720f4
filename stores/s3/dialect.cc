#include "stores/s3/dialect.h"

#include "stores/core/hash.h"
#include "stores/remote/content_md5.h"
#include "stores/s3/signature.h"

namespace arkive::s3 {
namespace {

constexpr const char* kSha256Header = "x-amz-checksum-sha256";

class Amazon final : public Dialect {
 public:
  std::string_view scheme() const override { return "s3"; }
  std::string_view service() const override { return "s3"; }
  const SignatureWords& words() const override { return words_; }
  SentChecksum checksum_of(Bytes data) const override {
    const Sha256Digest digest = sha256(data);
    return {kSha256Header, base64({reinterpret_cast<const char*>(digest.data()), digest.size()}),
            hex(digest)};
  }
  /// That of an object of several parts ("...-3") is one over theirs.
  std::string kept_checksum(const http::Response& response) const override {
    const std::string_view kept = response.header(kSha256Header);
    return kept.find('-') == std::string_view::npos ? std::string(kept) : std::string();
  }
  std::pair<std::string, std::string> condition(const std::string& over) const override {
    if (over.empty()) return {"if-none-match", "*"};
    return {"if-match", over};
  }
  std::string tag_in(const http::Response& response) const override {
    return std::string(response.header("etag"));
  }
  http::Headers to_read_checksums() const override { return {{"x-amz-checksum-mode", "ENABLED"}}; }
  http::Headers to_begin_upload() const override { return {{"x-amz-checksum-algorithm", "SHA256"}}; }

 private:
  const SignatureWords words_ = {};
};

class Google final : public Dialect {
 public:
  std::string_view scheme() const override { return "gs"; }
  std::string_view service() const override { return "storage"; }
  const SignatureWords& words() const override { return words_; }
  /// The header with the MD5 is signed in place of the body.
  SentChecksum checksum_of(Bytes data) const override {
    return {"content-md5", remote::content_md5(data), std::string(kUnsignedPayload)};
  }
  std::string kept_checksum(const http::Response& response) const override {
    return remote::md5_in(response);
  }
  std::pair<std::string, std::string> condition(const std::string& over) const override {
    return {"x-goog-if-generation-match", over.empty() ? "0" : over};
  }
  std::string tag_in(const http::Response& response) const override {
    return std::string(response.header("x-goog-generation"));
  }

 private:
  const SignatureWords words_{.algorithm = "GOOG4-HMAC-SHA256",
                              .before_key = "GOOG4",
                              .scope_end = "goog4_request",
                              .header = "x-goog-",
                              .query = "X-Goog-"};
};

}  // namespace

const Dialect& Dialect::of(Family family) {
  static const Amazon amazon = {};
  static const Google google = {};
  if (family == Family::kGoogle) return google;
  return amazon;
}

}  // namespace arkive::s3

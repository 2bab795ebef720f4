/// Dialect: what servers that speak the protocol of S3 say each in their own words. Amazon's, which most
/// others took over, and those of Google's XML interface ("Cloud Storage XML API", "Interoperability with
/// other storage providers"), which knows other conditions and checksums.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "stores/core/bytes.h"
#include "stores/http/client.h"

namespace arkive::s3 {

enum class Family : std::uint8_t { kAmazon, kGoogle };

/// The words of a signature.
struct SignatureWords {
  std::string_view algorithm = "AWS4-HMAC-SHA256";
  std::string_view before_key = "AWS4";
  std::string_view scope_end = "aws4_request";
  std::string_view header = "x-amz-";  ///< how headers begin that are the family's own
  std::string_view query = "X-Amz-";   ///< and parameters
};

/// What goes out with a body: its checksum, which the server compares, and what is signed of it.
struct SentChecksum {
  std::string header;          ///< its name
  std::string value;           ///< Base64
  std::string payload_sha256;  ///< as Signable's
};

/// Any thread; lives as long as the program.
class Dialect {
 public:
  static const Dialect& of(Family family);

  virtual ~Dialect() = default;
  /// How its stores are named: "s3".
  virtual std::string_view scheme() const = 0;
  /// What signatures are for: "s3".
  virtual std::string_view service() const = 0;
  virtual const SignatureWords& words() const = 0;
  virtual SentChecksum checksum_of(Bytes data) const = 0;
  /// The checksum that an answer says the server keeps of the object or part, comparable with a
  /// SentChecksum's value; empty: it says none, or one that is none of the bytes' own.
  virtual std::string kept_checksum(const http::Response& response) const = 0;
  /// The header by which a put is done only in place of the object with the tag `over`; of none, when that is
  /// empty.
  virtual std::pair<std::string, std::string> condition(const std::string& over) const = 0;
  /// What an answer calls the object as it is now.
  virtual std::string tag_in(const http::Response& response) const = 0;
  /// Headers by which the server says checksums: of a read, and of what an upload is begun with.
  virtual http::Headers to_read_checksums() const { return {}; }
  virtual http::Headers to_begin_upload() const { return {}; }
};

}  // namespace arkive::s3

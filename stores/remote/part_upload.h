/// Uploads of objects of any size, in parts that are sent side by side.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "stores/remote/parts_under_way.h"
#include "stores/store.h"

namespace arkive::remote {

/// What a server calls a part that it has.
struct SentPart {
  std::string id = {};
  std::string checksum = {};
};

/// What an upload asks its server for. One thread at a time, but for send().
class PartUpload {
 public:
  virtual ~PartUpload() = default;
  /// An object of less than a part.
  virtual Status put_whole(Bytes data) = 0;
  /// Before the first part.
  virtual Status begin() = 0;
  /// Part `number`, from 1. Several threads at once.
  virtual Result<SentPart> send(std::size_t number, Bytes data) const = 0;
  /// Puts the object together of all its parts, in their order.
  virtual Status complete(const std::vector<SentPart>& parts) = 0;
  /// After begin(), when complete() failed or was not reached.
  virtual void give_up() = 0;
};

struct PartSizes {
  std::uint64_t first_bytes = 0;  ///< of each of the first thousand parts; of the next thousand twice as many
  std::size_t at_once = 1;        ///< of this object
};

/// Memory: one part, and those on their way, which are counted in `parts`. `name`: the object's, for errors.
/// Errors: those of `upload`, kFull for more than 10,000 parts.
std::unique_ptr<ObjectWriter> write_in_parts(std::unique_ptr<PartUpload> upload, PartSizes sizes,
                                             std::shared_ptr<PartsUnderWay> parts, std::string name);

}  // namespace arkive::remote

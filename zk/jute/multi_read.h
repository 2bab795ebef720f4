/// multiRead (opcode 22), since 3.6: many getData and getChildren in one request. Sources:
/// MultiOperationRecord.java, MultiResponse.java, MultiHeader in zookeeper.jute.
///
/// request := { type: int32  done: byte 0  err: int32 -1  path: string  watch: byte } ...  -1 1 -1
/// answer  := { type: int32  done: byte 0  err: int32     result } ...                    -1 1 -1
/// A result of type 4 is data and Stat, of type 8 names, of type -1 (that operation failed) an int32 error.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "zk/jute/jute.h"
#include "zk/jute/records.h"

namespace arkive::zk::jute {

constexpr std::size_t kMultiHeaderSize = 9;

/// Appends one operation up to and without its path: type kGetData or kGetChildren.
void write_multi_read_header(Writer& to, Operation operation);
/// Appends the end mark.
void write_multi_read_end(Writer& to);

/// The results of an answer, one after the other.
class MultiReadResults {
 public:
  explicit MultiReadResults(Reader& from) : from_(from) {}
  /// The next result, for an operation of type `expected` (kGetData or kGetChildren): its error, kOk when
  /// `data` or `names` was filled. Absent: the answer ended or is not what it should be.
  std::optional<std::int32_t> next_data(Data& data);
  std::optional<std::int32_t> next_names(std::vector<Bytes>& names);
  /// True when the end mark stands here and nothing behind it.
  bool at_end();

 private:
  /// The type of the next result, or the error in `error` when the operation failed.
  bool next_header(Operation expected, std::int32_t& error);

  Reader& from_;
};

}  // namespace arkive::zk::jute

/// The records a client exchanges with a server (zookeeper.jute). Requests are written whole, with room for
/// the frame's length; answers are taken apart in place.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"
#include "zk/jute/jute.h"
#include "zk/znode.h"

namespace arkive::zk::jute {

/// ZooDefs.OpCode, those arkive sends by itself.
enum class Operation : std::int32_t {
  kGetData = 4,
  kGetAcl = 6,
  kGetChildren = 8,
  kSync = 9,
  kPing = 11,
  kGetChildren2 = 12,
  kMultiRead = 22,
  kAuth = 100,
  kCloseSession = -11
};

/// KeeperException.Code, those a reader meets.
constexpr std::int32_t kOk = 0, kUnimplemented = -6, kNoZnode = -101, kNoAuth = -102, kAuthFailed = -115;

/// Xids that are not a request's own number.
constexpr std::int32_t kWatchXid = -1, kPingXid = -2, kAuthXid = -4;

constexpr std::size_t kLengthSize = 4;        ///< before every frame
constexpr std::size_t kReplyHeaderSize = 16;  ///< xid, zxid, err
constexpr std::size_t kStatSize = 68;

/// A frame that has begun: length (filled in by finish_request), xid, operation. The operation's record is
/// appended by the caller.
std::string begin_request(Operation operation);
/// Fills in length and xid.
void finish_request(std::string& frame, std::int32_t xid);

struct ConnectRequest {
  std::int64_t last_zxid_seen = 0;
  std::int32_t timeout = 0;  ///< ms
  std::int64_t session = 0;  ///< 0: a new one
  std::array<char, 16> password{};
};
/// The whole frame.
std::string encode(const ConnectRequest& request);

struct ConnectAnswer {
  std::int32_t timeout = 0;  ///< ms as negotiated; 0: the session has expired
  std::int64_t session = 0;
  std::array<char, 16> password{};
};
/// Takes the frame without its length. Servers before 3.4 leave out the last byte (readOnly). kCorrupt.
Result<ConnectAnswer> decode_connect_answer(Bytes frame);

struct ReplyHeader {
  std::int32_t xid = 0;
  std::int64_t zxid = 0;  ///< the last transaction the server had applied
  std::int32_t error = 0;
};
ReplyHeader read_reply_header(Reader& from);

Stat read_stat(Reader& from);
Acl read_acl(Reader& from);

/// Path and watch flag, as getData, getChildren and getChildren2 take it.
void write_path_and_watch(Writer& to, std::string_view path);

/// An answer to getData: data and Stat.
struct Data {
  std::optional<Bytes> data;
  Stat stat;
};
Data read_data(Reader& from);
/// Names of children, in the order the server gives (none in particular).
void read_names(Reader& from, std::vector<Bytes>& names);

}  // namespace arkive::zk::jute

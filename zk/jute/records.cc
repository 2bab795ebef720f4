#include "zk/jute/records.h"

#include <algorithm>

namespace arkive::zk::jute {
namespace {

constexpr std::size_t kXidAt = kLengthSize;

template <class Integer>
void put_big_endian(std::string& in, std::size_t at, Integer value) {
  std::string bytes;
  append_big_endian(bytes, value);
  in.replace(at, bytes.size(), bytes);
}

void fill_length(std::string& frame) {
  put_big_endian(frame, 0, static_cast<std::int32_t>(frame.size() - kLengthSize));
}

}  // namespace

std::string begin_request(Operation operation) {
  std::string frame;
  Writer to(frame);
  to.int32(0);
  to.int32(0);
  to.int32(static_cast<std::int32_t>(operation));
  return frame;
}

void finish_request(std::string& frame, std::int32_t xid) {
  put_big_endian(frame, kXidAt, xid);
  fill_length(frame);
}

std::string encode(const ConnectRequest& request) {
  std::string frame;
  Writer to(frame);
  to.int32(0);
  to.int32(0);  // protocol version
  to.int64(request.last_zxid_seen);
  to.int32(request.timeout);
  to.int64(request.session);
  to.buffer(Bytes(request.password.data(), request.password.size()));
  to.boolean(false);  // not content with a read-only server: what it holds may be old
  fill_length(frame);
  return frame;
}

Result<ConnectAnswer> decode_connect_answer(Bytes frame) {
  Reader from(frame);
  ConnectAnswer answer;
  from.int32();  // protocol version
  answer.timeout = from.int32();
  answer.session = from.int64();
  const Bytes password = from.string();
  if (!from.ok() || password.size() > answer.password.size() || from.left().size() > 1) {
    return fail(Outcome::kCorrupt, "take the server's greeting apart: " + std::to_string(frame.size()) +
                                       " bytes that are no ConnectResponse");
  }
  std::copy(password.begin(), password.end(), answer.password.begin());
  return answer;
}

ReplyHeader read_reply_header(Reader& from) {
  ReplyHeader header;
  header.xid = from.int32();
  header.zxid = from.int64();
  header.error = from.int32();
  return header;
}

Stat read_stat(Reader& from) {
  Stat stat;
  stat.czxid = from.int64();
  stat.mzxid = from.int64();
  stat.ctime = from.int64();
  stat.mtime = from.int64();
  stat.version = from.int32();
  stat.cversion = from.int32();
  stat.aversion = from.int32();
  stat.ephemeral_owner = from.int64();
  stat.data_length = from.int32();
  stat.num_children = from.int32();
  stat.pzxid = from.int64();
  return stat;
}

Acl read_acl(Reader& from) {
  Acl acl;
  const std::int32_t count = from.count(3 * sizeof(std::int32_t));
  acl.reserve(static_cast<std::size_t>(count));
  for (std::int32_t i = 0; i < count && from.ok(); ++i) {
    AclEntry entry;
    entry.permissions = static_cast<std::uint32_t>(from.int32());
    entry.scheme = from.string();
    entry.id = from.string();
    acl.push_back(std::move(entry));
  }
  return acl;
}

void write_path_and_watch(Writer& to, std::string_view path) {
  to.string(path);
  to.boolean(false);
}

Data read_data(Reader& from) {
  Data data;
  data.data = from.buffer();
  data.stat = read_stat(from);
  return data;
}

void read_names(Reader& from, std::vector<Bytes>& names) {
  const std::int32_t count = from.count(sizeof(std::int32_t));
  names.clear();
  names.reserve(static_cast<std::size_t>(count));
  for (std::int32_t i = 0; i < count && from.ok(); ++i) names.push_back(from.string());
}

}  // namespace arkive::zk::jute

#include "kafka/log/record_bytes_internal.h"

namespace arkive::kafka {

const char* take_record(Bytes& rest, RecordFields& into) {
  std::int32_t length = 0;
  if (!take_varint(rest, length)) return "its length is cut short";
  if (length < 0 || static_cast<std::size_t>(length) > rest.size())
    return "its length reaches beyond the batch";
  Bytes body = rest.substr(0, static_cast<std::size_t>(length));
  rest.remove_prefix(body.size());
  if (body.empty()) return "it is empty";
  body.remove_prefix(1);  // attributes: none is in use
  if (!take_varlong(body, into.timestamp_delta)) return "its timestamp is no varlong";
  if (!take_varint(body, into.offset_delta)) return "its offset is no varint";
  if (!take_nullable(body, into.key)) return "its key reaches beyond its end";
  if (!take_nullable(body, into.value)) return "its value reaches beyond its end";
  if (!take_varint(body, into.header_count) || into.header_count < 0) return "its count of headers is none";
  into.headers = body;
  for (std::int32_t number = 0; number < into.header_count; ++number) {
    std::optional<Bytes> part;
    if (!take_nullable(body, part) || !part) return "the name of a header reaches beyond its end, or is null";
    if (!take_nullable(body, part)) return "the value of a header reaches beyond its end";
  }
  if (!body.empty()) return "bytes follow its last header";
  return nullptr;
}

}  // namespace arkive::kafka

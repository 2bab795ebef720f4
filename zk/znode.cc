#include "zk/znode.h"

#include <algorithm>

#include "stores/core/bytes.h"

namespace arkive::zk {
namespace {

constexpr std::string_view kLetters = "cdrwa";
constexpr std::uint32_t kLetterBits[] = {kCreatePermission, kDeletePermission, kReadPermission,
                                         kWritePermission, kAdminPermission};

bool needs_escape(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '%';
}

void append_escaped(std::string& to, std::string_view text, bool is_scheme) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (char c : text) {
    if (needs_escape(c) || (is_scheme && c == ':')) {
      const auto byte = static_cast<unsigned char>(c);
      to += '%';
      to += kHex[byte >> 4];
      to += kHex[byte & 15];
    } else {
      to += c;
    }
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Without the text, in which a hash may stand.
tl::unexpected<Error> bad_acl(const char* cause) {
  return fail(Outcome::kCorrupt, std::string("read ACL: ") + cause);
}

Result<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return bad_acl("% without two upper-case hex digits");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

Result<AclEntry> parse_entry(std::string_view text) {
  const std::size_t first = text.find(':');
  const std::size_t last = text.rfind(':');
  if (first == std::string_view::npos || first == last) return bad_acl("not scheme:id:permissions");
  AclEntry entry;
  std::size_t letter = 0;
  for (char c : text.substr(last + 1)) {
    letter = kLetters.find(c, letter);
    if (letter == std::string_view::npos)
      return bad_acl("permissions are not letters of cdrwa in this order");
    entry.permissions |= kLetterBits[letter++];
  }
  ARKIVE_ASSIGN(entry.scheme, unescape(text.substr(0, first)));
  ARKIVE_ASSIGN(entry.id, unescape(text.substr(first + 1, last - first - 1)));
  return entry;
}

}  // namespace

const Acl& open_acl() {
  static const Acl acl{{kAllPermissions, "world", "anyone"}};
  return acl;
}

std::string format_acl(const Acl& acl) {
  if (acl.empty()) return "-";
  std::string text;
  for (const AclEntry& entry : acl) {
    if (!text.empty()) text += ' ';
    append_escaped(text, entry.scheme, true);
    text += ':';
    append_escaped(text, entry.id, false);
    text += ':';
    for (std::size_t i = 0; i < kLetters.size(); ++i) {
      if (entry.permissions & kLetterBits[i]) text += kLetters[i];
    }
  }
  return text;
}

Result<Acl> parse_acl(std::string_view text) {
  Acl acl;
  if (text == "-") return acl;
  for (std::string_view rest = text;;) {
    const std::size_t space = rest.find(' ');
    ARKIVE_ASSIGN(AclEntry entry, parse_entry(rest.substr(0, space)));
    acl.push_back(std::move(entry));
    if (space == std::string_view::npos) break;
    rest.remove_prefix(space + 1);
  }
  if (format_acl(acl) != text) return bad_acl("not how an ACL is written");
  return acl;
}

bool is_masked(const AclEntry& entry) {
  return entry.scheme == "digest" && entry.id.ends_with(":x");
}

bool is_masked(const Acl& acl) {
  return std::any_of(acl.begin(), acl.end(), [](const AclEntry& entry) { return is_masked(entry); });
}

Status check_path(std::string_view path) {
  const auto bad = [&](const char* cause) {
    return fail(Outcome::kUsage, "znode path '" + printable(path) + "': " + cause,
                "a znode path looks like /config/topics/orders");
  };
  if (path.empty() || path.front() != '/') return bad("does not begin with a slash");
  if (path == "/") return ok();
  if (path.back() == '/') return bad("ends with a slash");
  if (path.find('\0') != std::string_view::npos) return bad("holds a NUL");
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty()) return bad("has an empty part");
    if (part == "." || part == "..") return bad("has a part '.' or '..'");
    begin = end + 1;
  }
  return ok();
}

std::string join_path(std::string_view parent, std::string_view name) {
  std::string path;
  path.reserve(parent.size() + 1 + name.size());
  if (parent != "/") path = parent;
  path += '/';
  path += name;
  return path;
}

std::string_view parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? std::string_view("/") : path.substr(0, slash);
}

std::string_view last_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_at_or_below(std::string_view path, std::string_view ancestor) {
  if (ancestor == "/" || ancestor.empty()) return true;
  return path.starts_with(ancestor) && (path.size() == ancestor.size() || path[ancestor.size()] == '/');
}

}  // namespace arkive::zk

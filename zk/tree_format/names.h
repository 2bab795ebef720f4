/// The names of znodes as file names (docs/format-tree.md, section "Names"). A file name tells its znode name
/// by itself, except a `%long-` one, whose full name stands in names/.
#pragma once

#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::zk {

/// Longer than this many bytes once encoded, a name becomes `%long-` and a hash.
constexpr std::size_t kLongestEncodedName = 200;
constexpr std::string_view kLongNamePrefix = "%long-";

/// kTwin: for siblings that some file system would take for one (case, normalisation): capitals and all bytes
/// from 0x80 on are escaped besides what is always escaped.
enum class NameForm : std::uint8_t { kUsual, kTwin };

/// The file name for a znode name: any bytes, at least one. At most 200 bytes, valid UTF-8, no '/' or
/// control, not "." or "..".
std::string encode_name(std::string_view name, NameForm form = NameForm::kUsual);
/// The same without the bound on its length.
std::string encode_full_name(std::string_view name, NameForm form = NameForm::kUsual);
/// True when encode_name(name) is `name` itself, without looking beyond ASCII: the quick answer for the usual
/// name. False may be wrong.
bool is_surely_plain(std::string_view name);

/// Reverses encode_full_name in either form; kCorrupt for what neither form can have made, for `%long-` and
/// for arkive's own names (`%self`, `%list`).
Result<std::string> decode_name(std::string_view encoded);

bool is_long_name(std::string_view encoded);
/// `%long-` and the SHA-256 of the znode name in hex.
std::string long_name_of(std::string_view name);

/// Two file names with equal keys may be one file somewhere: case folding, NFC and left out ignorable code
/// points. `encoded` is valid UTF-8.
std::string fold_key(std::string_view encoded);

/// A znode path as the lists of the record name it: its encoded full names, each after a '/'; "/" is the
/// root.
std::string encode_path(std::string_view path);
/// kCorrupt for what encode_path cannot have made from a valid path (check_path).
Result<std::string> decode_path(std::string_view encoded);

}  // namespace arkive::zk

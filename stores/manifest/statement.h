/// The statement of a small JSON file: what of it is signed (docs/format-proof.md).
#pragma once

#include <string>
#include <string_view>

namespace arkive {

/// The file without its fields "seal", "proof.signature", "tree.location" and "record.location": a copy of a
/// run in another kind of store says the same. Written as sealed_json() writes. Empty when `file` is no JSON
/// object.
std::string statement_of(std::string_view file);

}  // namespace arkive

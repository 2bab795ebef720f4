/// Reading Base64 (RFC 4648 section 4); hash.h writes it.
#pragma once

#include <optional>
#include <string>

#include "stores/core/bytes.h"

namespace arkive {

/// The bytes that `text` says; nothing when it is no Base64 with padding, or empty.
std::optional<std::string> from_base64(Bytes text);

}  // namespace arkive

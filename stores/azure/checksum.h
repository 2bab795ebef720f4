/// MD5, the checksum that Azure Blob Storage looks at. Against damage on the way, not against anybody.
#pragma once

#include <string>

#include "stores/core/bytes.h"

namespace arkive::azure {

/// The value of Content-MD5: Base64.
std::string content_md5(Bytes data);

}  // namespace arkive::azure

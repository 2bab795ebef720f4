/// Names of buckets that S3 and Google Cloud Storage both take. Internal to rehearse.
#pragma once

#include <string>
#include <vector>

#include "stores/core/result.h"

namespace arkive::rehearse {

/// kUsage when one of them is not 3 to 63 of a-z, 0-9, '-' and '.', with a letter or digit at both ends and
/// no
/// "..". `server` is for the error.
Status check_buckets(const std::vector<std::string>& names, const std::string& server);

}  // namespace arkive::rehearse

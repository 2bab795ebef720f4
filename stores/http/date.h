/// Moments as HTTP writes them: "Fri, 24 May 2013 00:00:00 GMT" (RFC 9110 section 5.6.7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/http/client.h"

namespace arkive::http {

/// Nothing when `text` is no such moment.
std::optional<UnixMilliseconds> parse_date(std::string_view text);

/// As it is written there, in whole seconds.
std::string format_date(UnixMilliseconds moment);

/// The moment in a response's header ("date", "last-modified"). kCorrupt when it has none.
Result<UnixMilliseconds> time_in(const Response& response, std::string_view header);

}  // namespace arkive::http

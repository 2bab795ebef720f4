/// The headers by which a new object gets what the settings ask for, and whether it got it.
#pragma once

#include <string>

#include "stores/s3/connection.h"

namespace arkive::s3 {

/// Headers that every new object of the store gets: encryption by the server, retention; with `data`, the
/// storage class too.
http::Headers object_headers(const Settings& settings, bool data);
/// What was asked for is what was done: kFail when the server left encryption out without a word, or says the
/// checksum of other bytes than `checksum` (empty: none was sent).
Status check_answer(const Connection& connection, const std::string& key, const http::Response& response,
                    const std::string& checksum = {});

}  // namespace arkive::s3

/// Which releases of Kafka brokers are of.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "kafka/wire/client_properties.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// "2.7 to 3.0": the releases whose brokers know Fetch up to this version (FetchRequest.json of each release,
/// KIP-35); "after 4.1" beyond what was out when this was written; empty below 1.1.
std::string_view release_of_fetch_version(std::int16_t greatest);

/// By broker id, of all live brokers, as far as the versions of their requests tell: Kafka tells nothing
/// more. Errors as open_wire_log_source().
Result<std::map<std::int32_t, std::string>> ask_broker_releases(const std::string& bootstrap,
                                                                const ClientProperties& properties,
                                                                Deadline deadline);

}  // namespace arkive::kafka

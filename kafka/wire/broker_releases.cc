#include "kafka/wire/broker_releases.h"

#include <array>
#include <utility>

#include "kafka/wire/cluster.h"

namespace arkive::kafka {

std::string_view release_of_fetch_version(std::int16_t greatest) {
  // Versions 14 and 9 came with another one in the same release.
  constexpr std::array<std::pair<std::int16_t, std::string_view>, 12> kReleases = {{{7, "1.1"},
                                                                                    {8, "2.0"},
                                                                                    {9, "2.1 or 2.2"},
                                                                                    {10, "2.1 or 2.2"},
                                                                                    {11, "2.3 to 2.6"},
                                                                                    {12, "2.7 to 3.0"},
                                                                                    {13, "3.1 to 3.4"},
                                                                                    {14, "3.5 or 3.6"},
                                                                                    {15, "3.5 or 3.6"},
                                                                                    {16, "3.7 or 3.8"},
                                                                                    {17, "3.9 or 4.0"},
                                                                                    {18, "4.1"}}};
  if (greatest > kReleases.back().first) return "after 4.1";
  for (const auto& [version, release] : kReleases) {
    if (version == greatest) return release;
  }
  return {};
}

Result<std::map<std::int32_t, std::string>> ask_broker_releases(const std::string& bootstrap,
                                                                const ClientProperties& properties,
                                                                Deadline deadline) {
  ARKIVE_ASSIGN(const auto cluster, wire::open_cluster(bootstrap, properties, deadline));
  ARKIVE_ASSIGN(const wire::Metadata metadata, cluster->metadata(deadline));
  std::map<std::int32_t, std::string> releases;
  for (const BrokerFacts& broker : metadata.cluster.brokers) {
    ARKIVE_TRY(cluster->with_broker(
        broker.id,
        [&](wire::Connection& connection, Deadline) -> Status {
          releases[broker.id] = release_of_fetch_version(connection.versions().greatest(wire::Api::kFetch));
          return ok();
        },
        deadline));
  }
  return releases;
}

}  // namespace arkive::kafka

/// Jars: the servers' program files, fetched once through Maven and kept outside the checkout.
///
/// ${ARKIVE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/arkive}/jars/<name>-<version>/ holds the jars and, written
/// last, the file `complete` that lists each with its size. What does not match that list is fetched anew.
#pragma once

#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

/// The jars of one server, whole and on disk.
struct Jars {
  std::string name;                ///< "kafka-3.9.1"
  std::string directory;           ///< where they lie
  std::vector<std::string> files;  ///< full paths, sorted

  /// For `java -cp`.
  std::string class_path() const;
};

/// The folder named at the top of this page, without jars/.
std::string cache_directory();

/// All names that can be fetched: "zookeeper-3.8.4", "kafka-3.9.1", ...
std::vector<std::string> known_jars();

/// The jars called `name`, fetched with `mvn` when they are not there yet. Two processes do not fetch at
/// once: the second waits. kUsage for an unknown name, kNotFound when mvn is missing, kRetry when the network
/// failed.
Result<Jars> require_jars(const std::string& name, Deadline deadline);

/// As require_jars, but never fetches: kNotFound when they are missing or not whole.
Result<Jars> find_jars(const std::string& name);

/// Those of a distribution as it is unpacked, of Kafka or of ZooKeeper: <home>/libs, <home>/lib and <home>
/// itself. `name` is the last part of its path. kNotFound: there is none there, or no jar in it.
Result<Jars> jars_of_distribution(const std::string& home);

/// The version of Kafka that these jars are: "3.9.1". kNotFound: no jar is Kafka's server.
Result<std::string> kafka_version_of(const Jars& jars);
/// As above, of ZooKeeper.
Result<std::string> zookeeper_version_of(const Jars& jars);

}  // namespace arkive::rehearse

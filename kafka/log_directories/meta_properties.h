/// MetaProperties: the file meta.properties in a log directory: whose it is. A broker does not start when it
/// names another cluster or another broker than its own.
///
/// Format: Java properties, ISO 8859-1, "name=value" a line (MetaProperties.java in
/// metadata/src/main/java/org/apache/kafka/metadata/properties, 3.9).
///   version 0 (ZooKeeper)  version=0  broker.id=1  cluster.id=... (absent before 2.0)
///   version 1 (KRaft)      version=1  node.id=1  cluster.id=...  directory.id=... (since 3.7)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::kafka {

inline constexpr std::string_view kMetaProperties = "meta.properties";

struct MetaProperties {
  int version = 0;
  std::int32_t broker = -1;  ///< -1: none is told
  std::string cluster_id;    ///< empty: none is told
  std::string directory_id;  ///< empty: none is told
  bool operator==(const MetaProperties&) const = default;

  std::string text() const;
  /// kCorrupt: a version or broker id that is no number, or one above 1; what else is there is passed over.
  static Result<MetaProperties> parse(std::string_view text);
};

}  // namespace arkive::kafka

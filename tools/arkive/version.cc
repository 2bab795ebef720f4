#include "tools/arkive/version.h"

#include <fmt/core.h>
#include <git2.h>
#include <openssl/crypto.h>
#include <zlib.h>
#include <zookeeper/zookeeper_version.h>
#include <zstd.h>

#include <CLI/Version.hpp>
#include <nlohmann/json.hpp>

#include "kafka/rdkafka/librdkafka_log_source.h"

namespace arkive::tools {

std::string_view version() {
  return ARKIVE_VERSION;
}

std::string version_text() {
  int major = 0;
  int minor = 0;
  int revision = 0;
  git_libgit2_version(&major, &minor, &revision);
  const int features = git_libgit2_features();
  std::string text = fmt::format("arkive {}\n", version());
  text += fmt::format(
      "libraries: libzookeeper-mt {}, libgit2 {}.{}.{}, {}, libzstd {}, zlib {}, CLI11 {}, nlohmann-json "
      "{}.{}.{}, fmt {}\n",
      ZOO_VERSION, major, minor, revision, OpenSSL_version(OPENSSL_VERSION), ZSTD_versionString(),
      zlibVersion(), CLI11_VERSION, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
      NLOHMANN_JSON_VERSION_PATCH, FMT_VERSION);
  text += kafka::librdkafka_version() + "\n";
  text += "sources: client\n";
  text += "readers of topics: wire, librdkafka\n";
  text += "repositories: dir, git\n";
  text += "applications: kafka\n";
  text += fmt::format("fault points: {}\n",
#ifdef ARKIVE_FAULTS
                      "compiled in (a build for tests)"
#else
                      "none"
#endif
  );
  text += fmt::format("libgit2 threads: {}\n", (features & GIT_FEATURE_THREADS) != 0 ? "yes" : "no");
  return text;
}

}  // namespace arkive::tools

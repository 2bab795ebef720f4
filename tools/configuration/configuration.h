/// The configuration file of `arkive backup`: what it says, as plain values. docs/configuration.md describes
/// it key by key, from the table in schema.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"
#include "stores/retention/retention.h"
#include "tools/configuration/store_settings.h"

namespace arkive::tools {

struct ZooKeeperConfiguration {
  bool given = false;  ///< the section is there
  std::string connect;
  std::string auth_file;
  std::chrono::milliseconds session_timeout{30'000};
  std::chrono::milliseconds timeout{60'000};
  std::uint64_t connections = 4;
  std::uint64_t passes = 5;
};

struct KafkaConfiguration {
  std::string bootstrap;
  std::string client_properties;  ///< a file
  std::chrono::milliseconds timeout{60'000};
  std::string reader = "auto";
};

struct TreeConfiguration {
  std::vector<std::string> to;  ///< git:PATH
  std::vector<std::string> exclude;
};

struct TopicsConfiguration {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::uint64_t segment_size = std::uint64_t{1} << 30;
  std::string compress = "none";
  std::uint64_t limit_rate = 0;
  std::chrono::milliseconds transaction_wait{30'000};
  std::uint64_t workers = 0;
};

/// The key of the store, at most one of three, as KeyOptions.
struct EncryptionConfiguration {
  std::string key_file;
  std::string key_command;
  std::string passphrase_file;
  std::string hide_names = "no";  ///< "yes": of a store that is made
};

/// With which key runs in the store are signed.
struct ProofConfiguration {
  std::string signing_key;  ///< file; empty: they are not
  std::string public_key;   ///< file, of keys that signed before it; empty: none did
};

struct RetentionConfiguration {
  bool given = false;  ///< the section is there
  RetentionRules rules;
  std::string extend = "no";  ///< "yes": of the store; without rules that is all
};

struct ClusterConfiguration {
  std::string name;
  std::string to;  ///< the store
  EncryptionConfiguration encryption;
  ProofConfiguration proof;
  ZooKeeperConfiguration zookeeper;
  KafkaConfiguration kafka;
  TreeConfiguration tree;
  TopicsConfiguration topics;
  RetentionConfiguration retention;
};

struct Configuration {
  std::vector<ClusterConfiguration> clusters;  ///< in the order of the file; at least one
  std::vector<StoreSettings> stores;           ///< of the section "stores"
};

/// `file` stands before line and column in errors: "read 'arkive.yaml': line 3, column 5: ...". kUsage for
/// what is no YAML, an unknown key (with the nearest known one), a key given twice, a value of the wrong type
/// or out of range, a required key that is missing.
Result<Configuration> parse_configuration(std::string_view text, const std::string& file);
/// As above; errors of read_file() too. 1 MiB at most.
Result<Configuration> read_configuration(const std::string& file);

/// The cluster called `name`; without a name all of them. kUsage naming those there are.
Result<std::vector<ClusterConfiguration>> choose_clusters(const Configuration& configuration,
                                                          const std::string& name, const std::string& file);

}  // namespace arkive::tools

/// The work shared out between the subjects (topics.cc, acls.cc, ...): each tells the changes it understands.
/// Internal to kafka/znodes.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/znodes/znode_names.h"
#include "zk/application.h"

namespace arkive::kafka {

/// One change on its way to words.
struct Change {
  const zk::ZnodeChange* znodes = nullptr;
  KafkaZnode at;
  bool told = false;  ///< what is not told in the end is unknown

  bool created() const { return !znodes->before; }
  bool removed() const { return !znodes->after; }
  bool data_changed() const { return created() || removed() || znodes->before->data != znodes->after->data; }
  /// Null and absent are empty.
  Bytes data_before() const;
  Bytes data_after() const;
};

/// Collects sentences. Not thread-safe.
class Telling {
 public:
  explicit Telling(std::deque<Change>& changes) : changes_(changes) {}
  std::deque<Change>& changes() { return changes_; }
  /// Adds a sentence about `change` and marks it told.
  void say(Change& change, std::string category, std::string text);
  /// The same for what is shown with --all only.
  void say_minor(Change& change, std::string category, std::string text);
  std::vector<zk::Sentence> finish();

 private:
  std::deque<Change>& changes_;
  std::vector<zk::Sentence> sentences_;
  std::vector<zk::Sentence> minor_;
};

/// Tells what entries of a config changed: "SUBJECT: retention.ms 604800000 -> -1", categories "KIND-set",
/// "KIND-changed", "KIND-removed". Data that is no config stays untold.
void tell_config_entries(Telling& telling, Change& change, const std::string& subject,
                         const std::string& kind);
/// The value of a config entry as it may be shown: "(secret)" when it is one.
std::string shown_value(std::string_view type, const std::string& key, const std::string& value);

void tell_topics(Telling& telling);          ///< topics, partition states, configs of topics
void tell_acls(Telling& telling);            ///< Kafka's ACLs
void tell_configs(Telling& telling);         ///< configs of brokers, quotas, SCRAM credentials
void tell_tokens(Telling& telling);          ///< delegation tokens
void tell_cluster(Telling& telling);         ///< cluster id, features, migration, epoch, producer ids
void tell_orders(Telling& telling);          ///< deletions, reassignments, elections waiting in /admin
void tell_zookeeper_acls(Telling& telling);  ///< who may read and write the znodes themselves; their kinds
void tell_notices(Telling& telling);         ///< notices, directories, registrations: what merely moves
void tell_hidden_data(Telling& telling,
                      std::string_view root);  ///< data not understood that may hold secrets

}  // namespace arkive::kafka

/// Kafka: brokers, with ZooKeeper or (KRaft) without, for tests, benches, drills and the quickstart.
///
///   ARKIVE_ASSIGN(auto kafka, KafkaCluster::start(scratch, zookeeper.connect_string() + "/kafka", {},
///   Deadline::after(90s))); ARKIVE_TRY(kafka.tool(KafkaTool::kTopics, {"--create", "--topic", "orders",
///   "--partitions", "4"})); ARKIVE_TRY(kafka.broker(1).kill());
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "restore-plans/rehearse/jars.h"
#include "restore-plans/rehearse/kafka_listeners.h"
#include "restore-plans/rehearse/kafka_tools.h"
#include "restore-plans/rehearse/server.h"

namespace arkive::rehearse {

struct KafkaSettings {
  int brokers = 1;
  int first_broker_id = 1;        ///< the others follow
  std::vector<int> broker_ids{};  ///< these, each once, instead of the two above
  std::string version = "3.9.1";  ///< 1.1.1, 2.4.1, 2.8.2, 3.9.1, 4.1.0
  std::string distribution{};     ///< a directory whose jars are taken; then `version` is that of the jars
  /// Without ZooKeeper (KRaft): every broker is a controller too. 3.9.1 on request, from 4.0 on always.
  bool kraft = false;
  std::string cluster_id{};  ///< with KRaft; empty: a new one
  std::string heap = "256m";
  bool quick = true;        ///< see JavaProgram::quick: off where the broker's speed is measured
  int log_directories = 1;  ///< per broker
  bool authorizer =
      false;  ///< ACLs are kept by the cluster and obeyed; the plain listener's user is a super user
  /// A listener with SASL: SCRAM-SHA-256 and -512, PLAIN, OAUTHBEARER (from 2.0 on; unsigned tokens).
  bool scram_listener = false;
  /// Of the listener with SASL, with their passwords; made at the first start. Others can be added later.
  std::map<std::string, std::string> scram_users{};
  bool tls_listener = false;       ///< a listener with TLS, and with scram_listener one with both
  bool bad_tls_listeners = false;  ///< two more, whose certificates are expired and of another host
  /// A listener with GSSAPI: the keytab with the brokers' key, of the principal kafka/127.0.0.1, and the
  /// krb5.conf that knows the realm. Both or none; whoever starts the brokers runs the KDC.
  std::string kerberos_keytab{};
  std::string kerberos_config{};
  std::string log_level = "INFO";
  /// Lines of server.properties, added to or replacing ours. Not listeners and zookeeper.connect.
  std::map<std::string, std::string> properties{};
  std::vector<std::string> java_options{};  ///< for the virtual machine
  Lifetime lifetime = Lifetime::kOurs;
};

/// The ids of the brokers that these settings ask for.
std::vector<int> broker_ids_of(const KafkaSettings& settings);

/// True when brokers with these settings know no ZooKeeper.
bool without_zookeeper(const KafkaSettings& settings);

/// The version of ZooKeeper that this version of Kafka brings along: "3.8.4" for "3.9.1", none for "4.1.0".
std::string zookeeper_brought_by(const std::string& kafka_version);

/// One broker. Data: <directory>/data (data-1, data-2, ... when it has several log directories).
class KafkaBroker : public Server {
 public:
  int id() const { return id_; }
  std::vector<std::string> log_directories() const;
  std::uint16_t port_of(KafkaListener listener) const;  ///< 0 without that listener

  /// Asked by a Metadata request on its port: it knows a controller and itself, so ZooKeeper and the
  /// controller know it. (Without ZooKeeper: the controllers know it.)
  bool ready() override;
  /// The ids of the brokers it knows of; empty when it does not answer.
  std::vector<int> known_brokers() const;
  Status wipe() override;

 protected:
  Result<Command> prepare() override;
  /// A broker whose earlier life's ephemeral znode is still there (a session ends some time after a kill -9)
  /// dies at start.
  bool may_start() override;

 private:
  friend class KafkaCluster;
  KafkaBroker(int id, const std::string& directory, std::shared_ptr<struct KafkaPlan> plan);
  Status take_ports(const KafkaPorts& wanted);

  int id_;
  KafkaPorts ports_;
  std::shared_ptr<struct KafkaPlan> plan_;
};

/// All brokers. Destroying it ends them (Lifetime::kOurs). Not thread-safe.
class KafkaCluster {
 public:
  /// Starts new ones on free ports, registered at `zookeeper` ("127.0.0.1:4001/kafka"; they make the chroot;
  /// empty, and kUsage if it is not, when without_zookeeper()), and waits until all know each other. Their
  /// files go below `directory`, which is made; it must not hold another cluster (kConflict). Fetches the
  /// jars if need be.
  static Result<KafkaCluster> start(const std::string& directory, const std::string& zookeeper,
                                    const KafkaSettings& settings, Deadline deadline);
  /// As start(), but starts none: each broker's ports, directories and settings are there, for whoever fills
  /// its log directories before Server::launch(). Users of a listener with SASL are not made.
  static Result<KafkaCluster> lay_out(const std::string& directory, const std::string& zookeeper,
                                      const KafkaSettings& settings, Deadline deadline);
  /// Those that start() left in `directory`, running or not, with the same settings and ports. kNotFound if
  /// none.
  static Result<KafkaCluster> open(const std::string& directory);

  /// "127.0.0.1:4001,127.0.0.1:4002"; empty without that listener.
  std::string bootstrap(KafkaListener listener = KafkaListener::kPlain) const;
  std::string scram_bootstrap() const { return bootstrap(KafkaListener::kScram); }
  /// What clients can connect to.
  std::vector<KafkaListener> listeners() const;
  /// The path of a client's settings for `word`, a listener's (kafka_listeners.h) or "tls_mutual", in the
  /// words of Java's clients ("properties") or of librdkafka ("kcat"); empty when there are none.
  std::string client_settings(std::string_view word, std::string_view tongue = "properties") const;
  /// Where the certificates are (certificates.h names them); empty without TLS.
  std::string certificates() const;
  const std::string& zookeeper() const;  ///< empty without it
  int size() const { return static_cast<int>(brokers_.size()); }
  KafkaBroker& broker(int id);
  std::vector<Server*> servers();

  /// Used at each broker's next start.
  KafkaSettings& settings();

  /// Starts all brokers that do not run; waits until all know each other.
  Status start_again(Deadline deadline);
  Status stop(std::chrono::milliseconds grace = kStopGrace) { return stop_all(servers(), grace); }
  /// kill -9 of all.
  Status kill();
  /// Removes all data. kConflict while one runs.
  Status wipe();

  /// Kafka's own command line tools, from the same jars.
  KafkaTools tools() const;
  /// Runs one that must succeed: its standard output. kFail with what it said otherwise.
  Result<std::string> tool(KafkaTool which, const std::vector<std::string>& arguments,
                           const std::string& input = {},
                           Deadline deadline = Deadline::after(std::chrono::seconds(60))) const;

 private:
  KafkaCluster() = default;
  static Result<struct KafkaPlan> plan_for(const std::string& directory, const std::string& zookeeper,
                                           const KafkaSettings& settings, Deadline deadline);
  static Result<KafkaCluster> made_of(const struct KafkaPlan& plan);
  Status make_users(Deadline deadline) const;
  std::shared_ptr<struct KafkaPlan> plan_;
  std::vector<std::unique_ptr<KafkaBroker>> brokers_;
};

}  // namespace arkive::rehearse

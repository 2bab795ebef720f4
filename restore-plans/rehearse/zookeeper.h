/// ZooKeeper: one server, or an ensemble, for tests, benches, drills and the quickstart.
///
///   ARKIVE_ASSIGN(auto zookeeper, ZooKeeper::start(scratch, {.members = 3}, Deadline::after(60s)));
///   dump(zookeeper.connect_string());
///   ARKIVE_TRY(zookeeper.server(2).kill());
///   ARKIVE_TRY(zookeeper.server(2).start(Deadline::after(30s)));
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "restore-plans/rehearse/jars.h"
#include "restore-plans/rehearse/server.h"

namespace arkive::rehearse {

struct ZooKeeperSettings {
  int members = 1;                ///< 1 is a standalone server; else 3 or 5
  std::string version = "3.8.4";  ///< 3.4.10, 3.5.7, 3.5.9, 3.8.4, 3.9.3
  std::string distribution{};     ///< a directory whose jars are taken; then `version` is that of the jars
  std::string heap = "128m";
  bool quick = true;             ///< see JavaProgram::quick: off where the server's speed is measured
  bool force_sync = false;       ///< fsync of the transaction log, as in production; off is faster
  bool ttl_nodes = false;        ///< allow TTL znodes (from 3.5.9 on)
  std::string super_password{};  ///< of the identity "digest", "super:<password>", who may do everything
  std::string log_level = "INFO";
  /// Lines of zoo.cfg, added to or replacing ours: tickTime, snapCount, maxSessionTimeout, ...
  std::map<std::string, std::string> properties{};
  /// For the virtual machine: "-Djute.maxbuffer=4194304", "-Dzookeeper.digest.enabled=false", ...
  std::vector<std::string> java_options{};
  Lifetime lifetime = Lifetime::kOurs;
};

/// One member. Its data: <directory>/data, with myid and version-2.
class ZooKeeperServer : public Server {
 public:
  struct Ports {
    std::uint16_t client = 0;
    std::uint16_t quorum = 0;
    std::uint16_t election = 0;
  };

  int id() const { return id_; }  ///< myid, from 1
  const Ports& ports() const { return ports_; }
  std::string data_directory() const { return directory() + "/data"; }

  /// The answer to a four-letter word: "srvr", "mntr", "ruok", "dump", ... kRetry when it is not there.
  Result<std::string> four_letter_word(const std::string& word,
                                       Deadline deadline = Deadline::after(kAnswerTime)) const;
  /// "leader", "follower", "standalone", "observer", or "" while it serves nobody.
  std::string mode() const;
  bool ready() override { return !mode().empty(); }
  Status wipe() override;

  static constexpr std::chrono::seconds kAnswerTime{5};

 protected:
  Result<Command> prepare() override;

 private:
  friend class ZooKeeper;
  ZooKeeperServer(int id, const std::string& directory, std::shared_ptr<struct ZooKeeperPlan> plan);
  Status take_ports(const Ports& wanted);

  int id_;
  Ports ports_;
  std::shared_ptr<struct ZooKeeperPlan> plan_;
};

/// All members. Destroying it ends them (Lifetime::kOurs). Not thread-safe.
class ZooKeeper {
 public:
  /// Starts new ones on free ports and waits until all serve. Their files go below `directory`, which is
  /// made; it must not hold another ZooKeeper (kConflict). Fetches the jars if need be.
  static Result<ZooKeeper> start(const std::string& directory, const ZooKeeperSettings& settings,
                                 Deadline deadline);
  /// Those that start() left in `directory`, running or not, with the same settings and ports. kNotFound if
  /// none.
  static Result<ZooKeeper> open(const std::string& directory);

  /// "127.0.0.1:4001,127.0.0.1:4002,127.0.0.1:4003", without a chroot.
  std::string connect_string() const;
  int size() const { return static_cast<int>(servers_.size()); }
  /// By myid, 1..size().
  ZooKeeperServer& server(int id) { return *servers_.at(static_cast<std::size_t>(id - 1)); }
  std::vector<Server*> servers();
  /// The member that leads (or stands alone), or nothing at the moment.
  ZooKeeperServer* leader();

  /// Used at each member's next start.
  ZooKeeperSettings& settings();

  /// Starts all members that do not run; waits until all serve.
  Status start_again(Deadline deadline);
  Status stop(std::chrono::milliseconds grace = kStopGrace) { return stop_all(servers(), grace); }
  /// kill -9 of all.
  Status kill();
  /// Removes all data: the loss that arkive is for. kConflict while one runs.
  Status wipe();

 private:
  ZooKeeper() = default;
  std::shared_ptr<struct ZooKeeperPlan> plan_;
  std::vector<std::unique_ptr<ZooKeeperServer>> servers_;
};

/// What DigestAuthenticationProvider stores for "user:password": "user:" and the base64 of the SHA-1 of both.
std::string digest_id(const std::string& user, const std::string& password);

}  // namespace arkive::rehearse

/// ObjectStoreServer: what all throwaway object stores have in common: one process with one port, http or
/// https, a plan of how to start it again, and objects on disk.
///
///   <directory>/<name>.json  its plan: settings (keys too) and port
///   <directory>/<name>/      its files, as server.h says; its objects are in data/
#pragma once

#include <string>

#include "restore-plans/rehearse/server.h"
#include "stores/http/client.h"

namespace arkive::rehearse {

/// Not thread-safe.
class ObjectStoreServer : public Server {
 public:
  /// "http://127.0.0.1:4001".
  std::string origin() const;
  /// Where objects lie, in the server's own format; empty when it keeps them in memory.
  std::string data_directory() const;
  /// The certificate that clients have to trust, as PEM; empty without TLS.
  std::string certificates() const;

  /// Removes buckets (or containers) with their objects; the next start makes the buckets again.
  Status wipe() override;

 protected:
  /// Its files are below <directory>/<name>.
  ObjectStoreServer(const std::string& name, const std::string& directory, Lifetime lifetime);

  /// What its settings say.
  virtual bool with_tls() const = 0;
  virtual bool in_memory() const { return false; }
  /// Writes the plan to plan_path().
  virtual Status save() const = 0;

  std::string plan_path() const;
  /// Takes a free port, saves the plan, starts it and waits until it serves. Nothing is left behind when that
  /// fails. kConflict when there is a plan already; else as wait_until_ready.
  Status start_first(Deadline deadline);
  /// Of what another process started: takes its port and, if it runs still, its process.
  Status take_over(std::uint16_t port);
  /// Its response to `request`, whose url is the path alone ("/minio/health/cluster"). Waits a second at
  /// most.
  Result<http::Response> ask(http::Request request) const;
  /// The file with the private key and then the certificate to show, as PEM, made when there is none.
  Result<std::string> own_certificate() const;

 private:
  Status take_port(std::uint16_t wanted);
  std::string certificates_directory() const { return directory() + "/certificates"; }

  const std::string parent_;
};

}  // namespace arkive::rehearse

/// Writing the history of a store (docs/format-proof.md): what a command did with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stores/core/result.h"
#include "stores/manifest/manifest.h"
#include "stores/proof/record.h"
#include "stores/store.h"
#include "tools/arkive/exit_status.h"
#include "tools/arkive/options.h"
#include "tools/places/repositories.h"

namespace arkive::tools {

/// A record of `command` by this process, now: host, user, version and time filled in.
proof::Record new_record(std::string command, std::string cluster, std::string words,
                         const std::vector<const Manifest*>& runs);

/// "whole", "not whole", "failed: ...".
std::string outcome_of(const Result<ExitStatus>& result);

/// Puts it at the end of the history. The work is done by then, so what fails is a warning.
void write_history(Store& store, proof::Record record, const proof::SigningKey* key);
/// As above; opens the store. A git history has none: nothing is written.
void write_history(const RepositoryName& name, const KeyOptions& key, proof::Record record,
                   const proof::SigningKey* signing_key);

/// write_history() of the one run of `record`, which this command has just written. Warns when it is not
/// signed and the newest other one is: who verifies with the public key will call it damage.
void write_run_history(Store& store, proof::Record record, const proof::SigningKey* key);
void write_run_history(const RepositoryName& name, const KeyOptions& key, proof::Record record,
                       const proof::SigningKey* signing_key);

/// Takes down what a command does with runs that it opens from a store, and writes it when told how it
/// ended. Nothing is written when no run was taken, or before forget().
class RestoreHistory {
 public:
  RestoreHistory(std::string command, const FromOptions& from) : command_(std::move(command)), from_(from) {}
  void took(const std::string& cluster, const Manifest& run, std::string words);
  /// The command changes nothing: --dry-run.
  void forget() { taken_ = false; }
  /// `result`, handed through.
  Result<ExitStatus> ended(Result<ExitStatus> result);

 private:
  const std::string command_;
  const FromOptions& from_;
  bool taken_ = false;
  std::string cluster_;
  Manifest run_;
  std::string words_;
};

/// What has to stand in the history before signed runs go: nothing when none of `runs` is signed. Only those
/// that `keys` prove are told as removed by their owner, whatever the others say of themselves. kUsage when
/// one is signed and there is no signing key: a reader could not tell the gap from a theft.
Status record_removal(Store& store, const std::string& cluster, const std::vector<const Manifest*>& runs,
                      const proof::SigningKey* signing_key, const std::optional<proof::PublicKeys>& keys);

}  // namespace arkive::tools

#include "tools/arkive/store_history.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "stores/core/bytes.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/core/time.h"
#include "stores/layout/keys.h"
#include "stores/proof/history.h"
#include "stores/proof/run_proof.h"
#include "tools/arkive/output.h"
#include "tools/arkive/version.h"

namespace arkive::tools {
namespace {

/// Its name, or its number where it has none.
std::string user_name() {
  std::array<char, 16'384> buffer = {};
  passwd entry = {};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return std::to_string(::geteuid());
}

void warn(const Error& error) {
  log_warning("the history of the store has no record of this: " + error.what);
}

/// Ids begin with the time. Nothing: there is no other, or it cannot be read, which is others' business.
std::optional<Manifest> newest_other(const Store& store, const std::string& cluster, const std::string& id) {
  std::string newest;
  const std::string own = layout::manifest_key(cluster, id);
  const Status listed = store.list(
      layout::runs_of(cluster) + "/",
      [&](const Store::Object& object) -> Status {
        if (object.key.ends_with(".json") && object.key != own) newest = std::max(newest, object.key);
        return ok();
      },
      Deadline::never());
  if (!listed || newest.empty()) return std::nullopt;
  const auto text = store.get(newest, 0, 0, Deadline::never());
  if (!text) return std::nullopt;
  auto run = Manifest::from_json(*text);
  if (!run) return std::nullopt;
  return std::move(*run);
}

void warn_of_unsigned(const Store& store, const proof::Record& record) {
  for (const proof::RunName& run : record.runs) {
    if (!run.key.empty()) continue;
    const auto other = newest_other(store, record.cluster, run.id);
    if (!other || other->proof.key.empty()) continue;
    log_warning("run " + run.id + " is not signed, and run " + other->id +
                " before it is: arkive verify with the public key will name it as damage; give --signing-key "
                "(in arkive.yaml signing_key below proof)");
  }
}

/// Each number of a run that `keys` prove as a range, those that follow one another as one. Nobody signs for
/// the number that a run merely says it has.
std::vector<proof::Removed> ranges_of(const std::vector<const Manifest*>& runs,
                                      const proof::PublicKeys& keys) {
  std::vector<proof::Removed> ranges;
  for (const Manifest* run : runs) {
    if (proof::check_run(*run, keys))
      ranges.push_back({run->proof.key, run->proof.number, run->proof.number});
  }
  std::sort(ranges.begin(), ranges.end(), [](const proof::Removed& a, const proof::Removed& b) {
    return std::pair(a.key, a.first) < std::pair(b.key, b.first);
  });
  std::vector<proof::Removed> joined;
  for (const proof::Removed& one : ranges) {
    if (!joined.empty() && joined.back().key == one.key && joined.back().last + 1 == one.first) {
      joined.back().last = one.last;
    } else {
      joined.push_back(one);
    }
  }
  return joined;
}

}  // namespace

proof::Record new_record(std::string command, std::string cluster, std::string words,
                         const std::vector<const Manifest*>& runs) {
  proof::Record record;
  record.time = wall_clock_now();
  record.host = host_name();
  record.user = user_name();
  record.arkive_version = version();
  record.command = std::move(command);
  record.cluster = std::move(cluster);
  record.outcome = "whole";
  record.words = std::move(words);
  for (const Manifest* run : runs) {
    const bool is_signed = !run->proof.key.empty();
    record.runs.push_back(
        {run->id, run->proof.key, run->proof.number, is_signed ? run->statement_sha256 : std::string()});
  }
  return record;
}

std::string outcome_of(const Result<ExitStatus>& result) {
  if (!result) return "failed: " + result.error().what;
  return *result == kWhole ? "whole" : *result == kNotWhole ? "not whole" : "failed";
}

void write_history(Store& store, proof::Record record, const proof::SigningKey* key) {
  const auto written = proof::append_record(store, std::move(record), key, Deadline::never());
  if (!written) warn(written.error());
}

void write_history(const RepositoryName& name, const KeyOptions& key, proof::Record record,
                   const proof::SigningKey* signing_key) {
  if (name.kind == RepositoryName::Kind::kGit) return;
  const auto store = open_store(name, {.key = key});
  if (!store) return warn(store.error());
  write_history(**store, std::move(record), signing_key);
}

void write_run_history(Store& store, proof::Record record, const proof::SigningKey* key) {
  warn_of_unsigned(store, record);
  write_history(store, std::move(record), key);
}

void write_run_history(const RepositoryName& name, const KeyOptions& key, proof::Record record,
                       const proof::SigningKey* signing_key) {
  if (name.kind == RepositoryName::Kind::kGit) return;
  const auto store = open_store(name, {.key = key});
  if (!store) return warn(store.error());
  write_run_history(**store, std::move(record), signing_key);
}

void RestoreHistory::took(const std::string& cluster, const Manifest& run, std::string words) {
  taken_ = true;
  cluster_ = cluster;
  run_ = run;
  words_ = std::move(words);
}

Result<ExitStatus> RestoreHistory::ended(Result<ExitStatus> result) {
  if (!taken_) return result;
  proof::Record record = new_record(command_, cluster_, words_, {&run_});
  record.outcome = outcome_of(result);
  const auto name = RepositoryName::parse(from_.from, true);
  if (name) write_history(*name, from_.key, std::move(record), nullptr);
  return result;
}

Status record_removal(Store& store, const std::string& cluster, const std::vector<const Manifest*>& runs,
                      const proof::SigningKey* signing_key, const std::optional<proof::PublicKeys>& keys) {
  if (runs.empty()) return ok();
  const bool is_signed =
      std::any_of(runs.begin(), runs.end(), [](const Manifest* run) { return !run->proof.key.empty(); });
  if (is_signed && signing_key == nullptr) {
    return fail(Outcome::kUsage,
                "remove runs of '" + printable(store.name()) +
                    "': they are signed, and without a signature of yours readers take the gap for a theft",
                "give --signing-key FILE");
  }
  proof::Record record = new_record("prune", cluster, "removed " + counted(runs.size(), "run"), runs);
  if (keys) record.removed = ranges_of(runs, *keys);
  // Nor is anybody to hold the owner to a place in a chain that such a run says it has.
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!keys || !proof::check_run(*runs[i], *keys)) record.runs[i] = {runs[i]->id};
  }
  const auto written = proof::append_record(store, std::move(record), signing_key, Deadline::never());
  if (written) return ok();
  // Nothing is removed that a reader would miss.
  if (is_signed) return fail(written.error().within("write down that runs are removed"));
  warn(written.error());
  return ok();
}

}  // namespace arkive::tools

#include "kafka/copy/copy.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "kafka/archive/runs.h"
#include "stores/core/log.h"
#include "stores/proof/chain.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/store_history.h"
#include "tools/places/proving.h"
#include "tools/places/repositories.h"
#include "tools/places/store_keys.h"

namespace arkive::tools {
namespace {

struct Opened {
  std::unique_ptr<Store> store;
  std::unique_ptr<Repository> repository;
  kafka::CopyPlace place() const { return {store.get(), repository.get()}; }
};

Result<Opened> open_place(const RepositoryName& name, OpenMode mode) {
  if (!name.is_store()) {
    return fail(Outcome::kUsage, "copy 'git:" + printable(name.path) + "': a git history is no store",
                "git itself copies it: git clone --mirror, git push");
  }
  Opened opened;
  ARKIVE_ASSIGN(opened.store, open_store(name, mode));
  ARKIVE_ASSIGN(opened.repository, open_repository(name, mode));
  return opened;
}

/// The environment names the key of the store that is read; the other one has the one it is given, or none.
Result<KeyOptions> key_of_target(const CopyOptions& options) {
  KeyOptions key = options.to_key;
  key.none = key.key_file.empty() && key.key_command.empty() && key.passphrase_file.empty();
  if (key.none && key.hide_names) {
    return fail(Outcome::kUsage,
                "hide names in '" + printable(options.to) +
                    "': only those in an encrypted store can be hidden, and it is given no key",
                "give --to-key-file, --to-key-command or --to-passphrase-file");
  }
  return key;
}

/// What is encrypted is written in clear only where that is said.
Status refuse_to_decrypt(const CopyOptions& options, const KeyOptions& to_key) {
  if (!to_key.none || options.to_plain) return ok();
  ARKIVE_ASSIGN(const auto source, key_source(options.from.key));
  if (!source) return ok();
  return fail(
      Outcome::kUsage,
      "copy into '" + printable(options.to) +
          "': the store of --from is encrypted, and this one is given no key: anybody who reads it could "
          "read "
          "the runs",
      "give its key by --to-key-file, --to-key-command or --to-passphrase-file, or allow it with --to-plain");
}

/// The hints of stores name the options of other commands.
Error with_own_options(Error error) {
  for (const std::string_view name : {"--key-file", "--key-command", "--passphrase-file", "--hide-names"}) {
    if (const std::size_t at = error.hint.find(name); at != std::string::npos)
      error.hint.insert(at + 2, "to-");
  }
  for (const std::string_view rest : {" (or ARKIVE_KEY_FILE, ARKIVE_PASSPHRASE_FILE)",
                                      " (or unset ARKIVE_KEY_FILE and ARKIVE_PASSPHRASE_FILE)"}) {
    if (const std::size_t at = error.hint.find(rest); at != std::string::npos)
      error.hint.erase(at, rest.size());
  }
  return error;
}

Result<std::string> choose_id(const Opened& from, const std::string& cluster, const std::string& reference) {
  if (reference.empty()) return std::string();
  ARKIVE_ASSIGN(std::vector<Manifest> runs, from.repository->runs(cluster));
  ARKIVE_ASSIGN(const std::vector<Manifest> archived,
                kafka::archive_runs(*from.store, cluster, Deadline::never()));
  for (const Manifest& run : archived) {
    if (run.tree.location.empty()) runs.push_back(run);
  }
  std::sort(runs.begin(), runs.end(), earlier_run);
  ARKIVE_ASSIGN(const Manifest run, choose_run(runs, reference, Need::kAnything));
  return run.id;
}

/// Numbers of the key's chain that are proven to be in `from`, or removed there by their owner.
Result<std::set<std::uint64_t>> accounted_for(const Store& from, const std::string& cluster,
                                              const proof::PublicKey& key) {
  const proof::PublicKeys keys({key});
  ARKIVE_ASSIGN(const proof::History history, proof::read_history(from, &keys, Deadline::never()));
  ARKIVE_ASSIGN(const proof::ChainReport chain,
                proof::check_chain(from, cluster, keys, history, Deadline::never()));
  std::set<std::uint64_t> numbers;
  std::uint64_t head = 0;
  for (const proof::Link& link : chain.links) {
    numbers.insert(link.number);
    head = std::max(head, link.number);
  }
  for (const proof::Record& record : history.records) {
    if (record.cluster != cluster || record.key.empty()) continue;
    for (const proof::Removed& one : record.removed) {
      for (std::uint64_t n = one.first; one.key == key.id() && n <= std::min(one.last, head); ++n)
        numbers.insert(n);
    }
  }
  return numbers;
}

/// What the copy has not and its source accounts for: nobody is to take it for stolen there.
Result<std::vector<proof::Removed>> left_behind(const Opened& from, const Opened& to,
                                                const std::string& cluster, const proof::PublicKey& key) {
  ARKIVE_ASSIGN(const std::set<std::uint64_t> known, accounted_for(*from.store, cluster, key));
  const proof::PublicKeys keys({key});
  ARKIVE_ASSIGN(const proof::ChainReport chain,
                proof::check_chain(*to.store, cluster, keys, {}, Deadline::never()));
  std::set<std::uint64_t> there;
  for (const proof::Link& link : chain.links) there.insert(link.number);
  std::vector<proof::Removed> gone;
  for (const std::uint64_t number : known) {
    if (there.contains(number) || there.empty() || number > *there.rbegin()) continue;
    if (!gone.empty() && gone.back().last + 1 == number) {
      gone.back().last = number;
    } else {
      gone.push_back({key.id(), number, number});
    }
  }
  return gone;
}

Status record_copy(const Opened& from, const Opened& to, const std::string& cluster,
                   const kafka::CopyReport& report, const proof::SigningKey* key) {
  if (report.copied.empty() && key == nullptr) return ok();
  ARKIVE_ASSIGN(std::vector<Manifest> runs, to.repository->runs(cluster));
  ARKIVE_ASSIGN(const std::vector<Manifest> archived,
                kafka::archive_runs(*to.store, cluster, Deadline::never()));
  std::map<std::string, const Manifest*> by_id;
  for (const Manifest& run : runs) by_id.emplace(run.id, &run);
  for (const Manifest& run : archived) by_id.emplace(run.id, &run);
  std::vector<const Manifest*> copied;
  for (const std::string& id : report.copied) {
    if (const auto found = by_id.find(id); found != by_id.end()) copied.push_back(found->second);
  }
  proof::Record record = new_record("copy", cluster, "from " + from.repository->name(), copied);
  if (key != nullptr) {
    ARKIVE_ASSIGN(record.removed, left_behind(from, to, cluster, key->public_key()));
  }
  write_history(*to.store, std::move(record), key);
  return ok();
}

}  // namespace

Result<ExitStatus> run_copy(const CopyOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const RepositoryName from_name, RepositoryName::parse(options.from.from, true));
  ARKIVE_ASSIGN(const RepositoryName to_name, RepositoryName::parse(options.to, false));
  if (from_name.same_place(to_name)) {
    return fail(Outcome::kUsage, "copy '" + printable(from_name.text()) + "': --from and --to are one store");
  }
  ARKIVE_ASSIGN(const KeyOptions to_key, key_of_target(options));
  ARKIVE_ASSIGN(const auto signing_key, signing_key_in(options.signing_key));
  ARKIVE_ASSIGN(const Opened from, open_place(from_name, {.key = options.from.key}));
  kafka::CopyRequest request;
  ARKIVE_ASSIGN(request.keys, proving_keys(signing_key.get(), options.from.public_key));
  ARKIVE_ASSIGN(request.cluster, choose_cluster(*from.repository, options.from.cluster));
  ARKIVE_ASSIGN(request.run_id, choose_id(from, request.cluster, from_name.reference));
  ARKIVE_TRY(refuse_to_decrypt(options, to_key));
  auto opened = open_place(to_name, {.create = true, .key = to_key});
  if (!opened) return fail(with_own_options(std::move(opened.error())));
  const Opened to = std::move(*opened);
  request.from = from.place();
  request.to = to.place();
  request.on_run = [](const std::string& id) { log_info("copying run " + id); };
  ARKIVE_ASSIGN(const kafka::CopyReport report, kafka::copy_runs(request));
  ARKIVE_TRY(record_copy(from, to, request.cluster, report, signing_key.get()));
  const ExitStatus status = report.unproven.empty() ? kWhole : kNotWhole;
  if (common.json) {
    nlohmann::json unproven = nlohmann::json::array();
    for (const Finding& one : report.unproven)
      unproven.push_back({{"object", one.object}, {"what", one.what}});
    print_json({{"copied", report.copied},
                {"present", report.present},
                {"unproven", std::move(unproven)},
                {"files", report.files},
                {"segments", report.segments},
                {"bytes", report.bytes}});
    return status;
  }
  for (const std::string& id : report.copied) print_line("copied " + id);
  print_line("copied " + counted(report.copied.size(), "run") + " of cluster " + request.cluster + " (" +
             counted(report.files, "file") + " of trees; " + counted(report.segments, "segment") + ", " +
             human_size(report.bytes) + "), " + std::to_string(report.present.size()) + " were there");
  for (const Finding& one : report.unproven)
    print_line("not proven: " + printable(one.object) + " is not copied: " + printable(one.what));
  return status;
}

}  // namespace arkive::tools

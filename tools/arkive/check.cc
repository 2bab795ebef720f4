#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/core/time.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/output.h"
#include "tools/places/destinations.h"
#include "tools/places/repositories.h"
#include "zk/client/client_source.h"
#include "zk/dump/facts.h"

namespace arkive::tools {
namespace {

// One thing looked at, and how it was found.
struct Look {
  std::string what = {};
  bool good = false;
  std::string answer = {};
  std::string hint = {};
  bool writing_tried = false;  ///< of a destination: and it went well
  bool is_git = false;
};

/// A key is the key of a store.
Status refuse_key_without_store(const CheckOptions& options) {
  const KeyOptions& key = options.key;
  if (!options.to.empty() || (key.key_file.empty() && key.key_command.empty() && key.passphrase_file.empty()))
    return ok();
  return fail(Outcome::kUsage, "check with a key: no store is given",
              "name it with --to, or leave the key out");
}

std::string free_space(const std::string& path) {
  struct statvfs space {};
  if (::statvfs(path.c_str(), &space) != 0) return {};
  return ", " + human_size(static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize) + " free";
}

Look with_error(Look look, const Error& error) {
  look.good = false;
  look.answer = error.what;
  look.hint = error.hint;
  return look;
}

/// A run that is at work there has the lock, and so can write.
Look with_trial(Look look, const Status& tried) {
  if (!tried && tried.error().outcome != Outcome::kConflict)
    return with_error(std::move(look), tried.error());
  look.writing_tried = true;
  if (!tried) look.answer += "; another run is at work: " + tried.error().what;
  return look;
}

/// Whether the first dump could make the place.
Look look_at_new_place(const RepositoryName& name, Look look) {
  look.good = true;
  look.answer = "not there yet, the first dump makes it";
  // Whatever was tried in a bucket would stay in one whose objects nobody may remove.
  if (name.is_remote()) return look;
  look.answer += free_space(nearest_directory(name.path));
  return with_trial(std::move(look), try_to_write(name.path));
}

/// What is there. Nothing that can be seen later is changed.
Look look_at_repository(const RepositoryName& name, const KeyOptions& key, Look look) {
  const Result<std::unique_ptr<Repository>> repository = open_repository(name, {.key = key});
  if (!repository && name.is_remote() && repository.error().outcome == Outcome::kNotFound)
    return look_at_new_place(name, std::move(look));
  if (!repository) return with_error(std::move(look), repository.error());
  look.good = true;
  look.answer = "there";
  if (!name.is_remote()) look.answer += free_space(name.path);
  const Result<std::vector<std::string>> clusters = (*repository)->clusters();
  if (!clusters) return with_error(std::move(look), clusters.error());
  look.answer += ", holds " + counted(clusters->size(), "cluster");
  if (!name.is_store()) return with_trial(std::move(look), try_to_write(name.path));
  const std::string cluster = clusters->empty() ? DumpOptions().cluster : clusters->front();
  return with_trial(std::move(look), try_to_write(name, key, cluster));
}

Look look_at_destination(const RepositoryName& name, const KeyOptions& key, Look look) {
  const KeyOptions own = key_for(name, key);
  // All that a dump would refuse: a key that is not its, a directory that may not be written.
  if (const Status openable = check_openable(name, {.create = true, .key = own}); !openable)
    return with_error(std::move(look), openable.error());
  if (!name.is_remote() && is_new_place(name.path)) return look_at_new_place(name, std::move(look));
  return look_at_repository(name, own, std::move(look));
}

std::vector<Look> look_at_destinations(const CheckOptions& options) {
  std::vector<Look> looks;
  const Result<std::vector<RepositoryName>> together = parse_destinations(options.to, options.key);
  for (const std::string& text : options.to) {
    Look look{.what = "destination " + text};
    if (const auto name = RepositoryName::parse(text, false); !name) {
      look = with_error(std::move(look), name.error());
    } else {
      look = look_at_destination(*name, options.key, std::move(look));
      look.is_git = !name->is_store();
    }
    looks.push_back(std::move(look));
  }
  // What is wrong with none of them alone: the same place twice, a key that none of them takes.
  const bool all_good = std::all_of(looks.begin(), looks.end(), [](const Look& look) { return look.good; });
  if (!together && all_good) looks.push_back(with_error({.what = "destinations"}, together.error()));
  return looks;
}

Look look_for_git() {
  const Result<Finished> git =
      run_process({{"git", "--version"}, {}, {}, {}}, Deadline::after(std::chrono::seconds(10)));
  if (git && git->succeeded())
    return {.what = "git", .good = true, .answer = git->output.substr(0, git->output.find('\n'))};
  return {.what = "git",
          .answer = "the program git is not installed",
          .hint = "dumps work without it, but the history is never consolidated and grows fast"};
}

/// What a dump would come to, as far as it was tried.
std::string conclusion(const std::vector<Look>& looks, bool reachable, bool whole) {
  if (!reachable) return "a dump would fail: what stands beside BAD stops it";
  if (!whole) return "a dump would not be whole: give an identity that may read them with --zk-auth-file";
  std::string not_tried;
  bool any = false;
  for (const Look& look : looks) {
    if (!look.what.starts_with("destination ")) continue;
    any = true;
    if (!look.writing_tried) not_tried += (not_tried.empty() ? "" : ", ") + look.what.substr(12);
  }
  if (any && not_tried.empty()) return "a dump would be whole";
  if (!any) return "all would be read; no destination was given with --to, so writing was not tried";
  return "all would be read; writing was not tried, for nothing is there yet: " + printable(not_tried);
}

}  // namespace

Result<ExitStatus> run_check(const CheckOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const zk::ConnectOptions connect, connect_options(options.zk));
  ARKIVE_ASSIGN(zk::Selection selection, selection_of(options.selection));
  ARKIVE_TRY(refuse_key_without_store(options));
  std::vector<Look> looks = look_at_destinations(options);
  if (std::any_of(looks.begin(), looks.end(), [](const Look& look) { return look.is_git; }))
    looks.push_back(look_for_git());

  // The whole tree is read, with every ACL: what it finds is what a dump would find.
  zk::ReadOptions read;
  read.selection = std::move(selection);
  read.connections = options.connections;
  read.deadline = connect.deadline;
  const auto begun = SteadyClock::now();
  const Result<zk::Reading> reading = zk::client_source(connect)->read(read);
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begun);
  zk::DumpFacts facts;
  Look ensemble{.what = "ensemble " + options.zk.connect, .good = reading.has_value()};
  if (reading) {
    facts = zk::DumpFacts::of(*reading, read.selection);
    ensemble.answer = "read " + counted(facts.znodes, "znode") + ", " + human_size(facts.data_bytes) +
                      ", from " + facts.server + " in " + human_duration(spent) + " (" + facts.consistency +
                      ")";
  } else {
    ensemble.answer = reading.error().what;
    ensemble.hint = reading.error().hint;
  }
  looks.push_back(ensemble);

  bool reachable = true;
  for (const Look& look : looks) reachable = reachable && (look.good || look.what == "git");
  const bool whole = reading && reading->whole();
  if (common.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const Look& look : looks) {
      list.push_back(
          {{"what", look.what}, {"good", look.good}, {"answer", look.answer}, {"hint", look.hint}});
      if (look.what.starts_with("destination ")) list.back()["writing_tried"] = look.writing_tried;
    }
    nlohmann::json document = {{"looks", list}, {"would_be_whole", whole && reachable}};
    if (reading) {
      document["facts"] = nlohmann::json::parse(facts.to_json(), nullptr, false);
      document["milliseconds"] = spent.count();
      document["masked_acls"] = reading->masked_acls;
      document["unreadable"] = nlohmann::json::array();
      for (const zk::UnreadableZnode& znode : reading->unreadable) {
        document["unreadable"].push_back({{"path", znode.path}, {"cause", znode.cause}});
      }
    }
    print_json(document);
  } else {
    for (const Look& look : looks) {
      print_line((look.good ? "good  " : "BAD   ") + printable(look.what) + ": " + printable(look.answer));
      if (!look.hint.empty()) print_line("      hint: " + printable(look.hint));
    }
    if (reading) {
      for (const zk::UnreadableZnode& znode : reading->unreadable) {
        print_line("would be missing: " + printable(znode.path) + ": " + znode.cause);
      }
      for (const std::string& path : reading->masked_acls) {
        print_line("would be missing: the ACL of " + printable(path) +
                   ": its digest hashes are hidden from this session");
      }
      if (facts.ephemerals > 0)
        print_line("would be left out: " + counted(facts.ephemerals, "ephemeral znode"));
    }
    print_line(conclusion(looks, reachable, whole));
  }
  if (!reachable) return kFailed;
  return whole ? kWhole : kNotWhole;
}

}  // namespace arkive::tools

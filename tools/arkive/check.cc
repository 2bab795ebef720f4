#include <sys/statvfs.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/core/time.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/output.h"
#include "tools/places/repositories.h"
#include "zk/client/client_source.h"
#include "zk/dump/facts.h"

namespace arkive::tools {
namespace {

// One thing looked at, and how it was found.
struct Look {
  std::string what;
  bool good = false;
  std::string answer;
  std::string hint;
};

std::string free_space(const std::string& path) {
  struct statvfs space {};
  if (::statvfs(path.c_str(), &space) != 0) return {};
  return ", " + human_size(static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize) + " free";
}

// check changes nothing: it only asks whether the first dump could make the place.
Look look_at_new_place(const RepositoryName& name, Look look) {
  std::string parent = name.path;
  do {
    const std::size_t slash = parent.rfind('/');
    parent = slash == std::string::npos ? "." : slash == 0 ? "/" : parent.substr(0, slash);
  } while (!path_exists(parent));
  look.good = ::access(parent.c_str(), W_OK | X_OK) == 0;
  look.answer = look.good ? "not there yet, the first dump makes it" + free_space(parent)
                          : "'" + parent + "' may not be written by this user";
  return look;
}

Look with_error(Look look, const Error& error) {
  look.answer = error.what;
  look.hint = error.hint;
  return look;
}

/// What is there, without changing anything.
Look look_at_repository(const RepositoryName& name, const KeyOptions& key, Look look) {
  const Result<std::unique_ptr<Repository>> repository = open_repository(name, {.key = key_for(name, key)});
  if (!repository && name.is_remote() && repository.error().outcome == Outcome::kNotFound) {
    look.good = true;
    look.answer = "not there yet, the first dump makes it";
    return look;
  }
  if (!repository) return with_error(std::move(look), repository.error());
  look.good = name.is_remote() || ::access(name.path.c_str(), W_OK) == 0;
  look.answer = look.good ? "there" : "may not be written by this user";
  if (!name.is_remote()) look.answer += free_space(name.path);
  if (const Result<std::vector<std::string>> clusters = (*repository)->clusters(); clusters) {
    look.answer += ", holds " + counted(clusters->size(), "cluster");
  }
  return look;
}

Look look_at_destination(const std::string& text, const KeyOptions& key, bool& needs_git) {
  Look look{"destination " + text, false, {}, {}};
  const Result<RepositoryName> name = RepositoryName::parse(text, false);
  if (!name) return with_error(std::move(look), name.error());
  needs_git = needs_git || name->kind == RepositoryName::Kind::kGit;
  if (!name->is_remote() && !path_exists(name->path)) return look_at_new_place(*name, std::move(look));
  return look_at_repository(*name, key, std::move(look));
}

Look look_for_git() {
  const Result<Finished> git =
      run_process({{"git", "--version"}, {}, {}, {}}, Deadline::after(std::chrono::seconds(10)));
  if (git && git->succeeded()) return {"git", true, git->output.substr(0, git->output.find('\n')), {}};
  return {"git", false, "the program git is not installed",
          "dumps work without it, but the history is never consolidated and grows fast"};
}

}  // namespace

Result<ExitStatus> run_check(const CheckOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const zk::ConnectOptions connect, connect_options(options.zk));
  ARKIVE_ASSIGN(zk::Selection selection, selection_of(options.selection));
  std::vector<Look> looks;
  bool needs_git = false;
  for (const std::string& text : options.to)
    looks.push_back(look_at_destination(text, options.key, needs_git));
  if (needs_git) looks.push_back(look_for_git());

  // The whole tree is read, with every ACL, and nothing written: what it finds is what a dump would find.
  zk::ReadOptions read;
  read.selection = std::move(selection);
  read.connections = options.connections;
  read.deadline = connect.deadline;
  const auto begun = SteadyClock::now();
  const Result<zk::Reading> reading = zk::client_source(connect)->read(read);
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begun);
  zk::DumpFacts facts;
  Look ensemble{"ensemble " + options.zk.connect, reading.has_value(), {}, {}};
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
    }
    nlohmann::json document = {{"looks", list}, {"would_be_whole", whole}};
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
      print_line(whole
                     ? "a dump would be whole"
                     : "a dump would not be whole: give an identity that may read them with --zk-auth-file");
    }
  }
  if (!reachable) return kFailed;
  return whole ? kWhole : kNotWhole;
}

}  // namespace arkive::tools

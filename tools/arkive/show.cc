#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"
#include "stores/core/time.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/output.h"
#include "tools/arkive/show_topics.h"
#include "tools/places/repositories.h"
#include "zk/dump/facts.h"
#include "zk/tree_format/redactor.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::tools {
namespace {

// What of this dump no restore can bring back: one line each, the reason with it.
struct NotRestorable {
  std::vector<zk::EphemeralZnode> ephemerals;
  std::vector<zk::UnreadableZnode> unreadable;
  std::vector<std::string> masked_acls;
  bool acls_unknown = false;  ///< none was dumped
  bool redacted = false;
};

Result<NotRestorable> not_restorable(const RunReader& run) {
  NotRestorable lists;
  lists.redacted = run.manifest().redacted;
  ARKIVE_ASSIGN(lists.ephemerals, zk::read_ephemerals(run.record()));
  ARKIVE_ASSIGN(lists.unreadable, zk::read_unreadable(run.record()));
  ARKIVE_ASSIGN(lists.masked_acls, zk::read_masked_acls(run.record()));
  return lists;
}

void print_some(const std::string& heading, const std::vector<std::string>& lines) {
  constexpr std::size_t kOnOneScreen = 8;
  print_line(heading);
  for (std::size_t i = 0; i < std::min(lines.size(), kOnOneScreen); ++i)
    print_line("    " + printable(lines[i]));
  if (lines.size() > kOnOneScreen)
    print_line("    ... and " + std::to_string(lines.size() - kOnOneScreen) + " more (--json lists all)");
}

void print_not_restorable(const NotRestorable& lists) {
  if (lists.ephemerals.empty() && lists.unreadable.empty() && lists.masked_acls.empty() && !lists.redacted) {
    print_line("everything in it can be restored");
    return;
  }
  print_line("cannot be restored from it:");
  if (!lists.ephemerals.empty()) {
    std::vector<std::string> lines;
    for (const zk::EphemeralZnode& znode : lists.ephemerals) lines.push_back(znode.path);
    print_some("  " + counted(lines.size(), "ephemeral znode") + " (their owners make them again):", lines);
  }
  if (!lists.unreadable.empty()) {
    std::vector<std::string> lines;
    for (const zk::UnreadableZnode& znode : lists.unreadable)
      lines.push_back(znode.path + ": " + znode.cause);
    print_some("  " + counted(lines.size(), "unreadable znode") + " with all below:", lines);
  }
  if (!lists.masked_acls.empty()) {
    print_some("  " + counted(lists.masked_acls.size(), "ACL") +
                   (lists.acls_unknown ? " that the dump does not hold (restore znodes --acl gives one):"
                                       : " whose digest hashes the server hid (dump with an identity that "
                                         "has ADMIN):"),
               lists.masked_acls);
  }
  if (lists.redacted) print_line("  secrets: this dump is redacted, they are only fingerprints in it");
}

constexpr std::string_view kWithoutAcls = "burry";  // the source that has none

Result<ExitStatus> show_run(const OpenedRun& opened, const CommonOptions& common) {
  const Manifest& run = opened.run->manifest();
  ARKIVE_ASSIGN(const zk::DumpFacts facts, zk::DumpFacts::from_json(run.facts));
  ARKIVE_ASSIGN(NotRestorable lists, not_restorable(*opened.run));
  lists.acls_unknown = facts.source == kWithoutAcls;
  ARKIVE_ASSIGN(const zk::Tree tree, zk::read_tree(opened.run->tree()));
  const std::vector<zk::ApplicationAt> found = zk::find_applications(tree, known_applications());
  if (common.json) {
    nlohmann::json document = manifest_json(run);
    document["overview"] = nlohmann::json::object();
    for (const zk::ApplicationAt& at : found) {
      nlohmann::json overview = nlohmann::json::object();
      for (const auto& [name, value] : at.application->overview(tree, at.root)) overview[name] = value;
      document["overview"][std::string(at.application->name()) + (at.root.empty() ? "" : " at " + at.root)] =
          std::move(overview);
    }
    for (const zk::EphemeralZnode& znode : lists.ephemerals) document["ephemerals"].push_back(znode.path);
    for (const zk::UnreadableZnode& znode : lists.unreadable) {
      document["unreadable"].push_back({{"path", znode.path}, {"cause", znode.cause}});
    }
    document["masked_acls"] = lists.masked_acls;
    print_json(document);
    return kWhole;
  }
  if (opened.newer_not_whole) {
    print_line("note: the newest run, " + opened.runs.back().id +
               ", is not whole and was passed over; name it with @ to see it");
  }
  print_line("run " + run.id + " of cluster " + run.cluster + " in " + printable(opened.repository->name()));
  Facts screen;
  screen.add("made", time_text(run.started) + " by arkive " + run.arkive_version + " on " + run.host);
  screen.add("whole", run.whole ? "yes" : "no: " + counted(run.missing_count, "thing") + " missing");
  screen.add("read from", facts.server + " (source " + facts.source + ")");
  char zxids[64];
  std::snprintf(zxids, sizeof zxids, "zxid 0x%llx to 0x%llx",
                static_cast<unsigned long long>(facts.zxid_first),
                static_cast<unsigned long long>(facts.zxid_last));
  screen.add("consistency", facts.consistency + ", " + zxids + ", " + std::to_string(facts.passes) +
                                (facts.passes == 1 ? " pass" : " passes"));
  screen.add("holds", counted(facts.znodes, "znode") + ", " + human_size(facts.data_bytes) + " of data, in " +
                          counted(run.tree.files, "file"));
  if (facts.path != "/" || !facts.include.empty() || !facts.exclude.empty()) {
    std::string selection = "path " + facts.path;
    for (const std::string& glob : facts.include) selection += ", include " + glob;
    for (const std::string& glob : facts.exclude) selection += ", exclude " + glob;
    screen.add("selection", selection);
  }
  screen.add("changes", run.summary);
  screen.add("tree sha256", run.tree.sha256);
  screen.print();
  for (const zk::ApplicationAt& at : found) {
    print_line(std::string(at.application->name()) + (at.root.empty() ? "" : " at " + printable(at.root)));
    Facts overview;
    for (auto& [name, value] : at.application->overview(tree, at.root)) overview.add(name, value);
    overview.print();
  }
  print_not_restorable(lists);
  return kWhole;
}

std::string hex_dump(Bytes data) {
  constexpr std::size_t kMost = 4096;
  std::string text;
  for (std::size_t row = 0; row < std::min(data.size(), kMost); row += 16) {
    const Bytes bytes = data.substr(row, 16);
    char offset[16];
    std::snprintf(offset, sizeof offset, "%08zx  ", row);
    text += offset;
    std::string pairs;
    for (char c : bytes) pairs += to_hex(Bytes(&c, 1)) + " ";
    pairs.resize(50, ' ');
    text += pairs;
    for (char c : bytes) text += c >= ' ' && c < '\x7f' ? c : '.';
    text += '\n';
  }
  if (data.size() > kMost) text += "... " + std::to_string(data.size() - kMost) + " more bytes\n";
  return text;
}

// Text line by line, made printable; JSON indented; all else as hex.
void print_data(const std::optional<std::string>& data) {
  if (!data) {
    print_line("data: null");
    return;
  }
  print_line("data: " + counted(data->size(), "byte"));
  if (data->empty()) return;
  if (!is_utf8(*data)) {
    print(hex_dump(*data));
    return;
  }
  const nlohmann::ordered_json document = nlohmann::ordered_json::parse(*data, nullptr, false);
  std::string text = document.is_structured() ? document.dump(2) : *data;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    print_line(printable(std::string_view(text).substr(begin, end - begin)));
    begin = end + 1;
  }
}

nlohmann::json stat_json(const zk::Stat& stat) {
  return {{"czxid", stat.czxid},
          {"mzxid", stat.mzxid},
          {"pzxid", stat.pzxid},
          {"ctime", stat.ctime},
          {"mtime", stat.mtime},
          {"version", stat.version},
          {"cversion", stat.cversion},
          {"aversion", stat.aversion},
          {"num_children", stat.num_children},
          {"next_sequence", stat.next_sequence()}};
}

std::string kind_text(const zk::Znode& znode) {
  if (znode.kind == zk::Kind::kTtl) return "ttl " + std::to_string(znode.ttl) + " ms";
  return znode.kind == zk::Kind::kContainer ? "container" : "persistent";
}

void print_children(const std::vector<std::string>& children) {
  print_line("children: " + std::to_string(children.size()));
  constexpr std::size_t kMost = 100;
  for (std::size_t i = 0; i < std::min(children.size(), kMost); ++i)
    print_line("  " + printable(children[i]));
  if (children.size() > kMost) print_line("  ... (--json lists all)");
}

Result<ExitStatus> show_znode(const OpenedRun& opened, const std::string& path, const CommonOptions& common) {
  const FileTreeReader& tree = opened.run->tree();
  ARKIVE_ASSIGN(const std::optional<zk::Znode> znode, zk::read_znode(tree, &opened.run->record(), path));
  if (!znode) {
    ARKIVE_ASSIGN(const NotRestorable lists, not_restorable(*opened.run));
    for (const zk::EphemeralZnode& ephemeral : lists.ephemerals) {
      if (ephemeral.path != path) continue;
      std::string owner;
      append_big_endian(owner, ephemeral.stat.ephemeral_owner);
      print_line(printable(path) + " was ephemeral (" +
                 (ephemeral.stat.ephemeral_owner == 0 ? "guessed by its path" : "session " + to_hex(owner)) +
                 "): never restored");
      print_data(ephemeral.data);
      return kWhole;
    }
    return fail(Outcome::kNotFound,
                "show '" + path + "': run " + opened.run->manifest().id + " holds no such znode");
  }
  ARKIVE_ASSIGN(const std::vector<std::string> children, zk::read_children(tree, path));
  const bool redacted = (znode->data && zk::holds_redaction(*znode->data)) || zk::holds_redaction(znode->acl);
  if (common.json) {
    nlohmann::json document = {
        {"run", opened.run->manifest().id}, {"path", path},         {"acl", zk::format_acl(znode->acl)},
        {"kind", kind_text(*znode)},        {"children", children}, {"redacted", redacted}};
    document["data"] = nullptr;
    if (znode->data && is_utf8(*znode->data)) document["data"] = *znode->data;
    if (znode->data && !is_utf8(*znode->data)) document["data_base64"] = base64(*znode->data);
    if (znode->stat) document["stat"] = stat_json(*znode->stat);
    print_json(document);
    return kWhole;
  }
  print_line(printable(path) + " in run " + opened.run->manifest().id);
  Facts facts;
  facts.add("ACL", zk::format_acl(znode->acl));
  facts.add("kind", kind_text(*znode));
  if (znode->stat) {
    facts.add("created", time_text(znode->stat->ctime));
    facts.add("modified",
              time_text(znode->stat->mtime) + ", version " + std::to_string(znode->stat->version));
    facts.add("next sequence", std::to_string(znode->stat->next_sequence()));
  }
  if (redacted) facts.add("redacted", "secrets are fingerprints here: a restore refuses this znode");
  facts.print();
  print_data(znode->data);
  if (!children.empty()) print_children(children);
  return kWhole;
}

}  // namespace

Result<ExitStatus> run_show(const ShowOptions& options, const CommonOptions& common) {
  const bool of_topics = !options.path.empty() && options.path.front() != '/';
  if (of_topics) return show_topic(options, common);
  ARKIVE_TRY(refuse_what_is_for_records(options));
  if (!options.path.empty()) {
    ARKIVE_TRY(zk::check_path(options.path));
  }
  ARKIVE_ASSIGN(const bool archived, means_archive(options.from));
  if (archived && options.path.empty()) return show_archive(options, common);
  if (archived) {
    return fail(Outcome::kNotFound,
                "show '" + options.path + "': '" + printable(options.from.from) + "' holds topics, no znodes",
                "a topic is written without a slash before it");
  }
  ARKIVE_ASSIGN(const OpenedRun opened, open_from(options.from, Need::kWholeTree));
  if (!options.path.empty()) return show_znode(opened, options.path, common);
  ARKIVE_ASSIGN(const ExitStatus status, show_run(opened, common));
  ARKIVE_ASSIGN(const std::vector<Manifest> archives, archive_runs_of(options.from, opened.cluster));
  const bool holds_topics = !opened.run->manifest().logs.location.empty();
  if (holds_topics && !common.json) {
    FromOptions same = options.from;
    same.cluster = opened.cluster;
    return show_archive_part(same, opened.run->manifest().id);
  }
  if (!archives.empty() && !common.json) {
    print_line("topics are archived too: run " + archives.back().id + "; name it with @ to see them");
  }
  return status;
}

}  // namespace arkive::tools

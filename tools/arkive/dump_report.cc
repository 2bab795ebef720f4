#include "tools/arkive/dump_report.h"

#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/progress.h"
#include "stores/core/time.h"
#include "tools/arkive/output.h"

namespace arkive::tools {
namespace {

void print_destination(const zk::DumpDestination& destination, const std::string& run_id) {
  const std::string name = printable(destination.repository->name());
  if (!destination.manifest) {
    print_line(name + ": not written: " + printable(destination.error->what));
    if (!destination.error->hint.empty()) print_line("  hint: " + printable(destination.error->hint));
    return;
  }
  print_line(name + ": run " + run_id + ": " + destination.summary);
  std::size_t told = 0;
  for (const zk::Sentence& sentence : destination.sentences) {
    if (sentence.minor) continue;
    if (++told > 20) {
      print_line("  ... (arkive log shows all)");
      break;
    }
    print_line("  " + sentence.text);
  }
}

}  // namespace

void print_dump(const zk::DumpOutcome& outcome, const std::string& run_id) {
  const zk::DumpFacts& facts = outcome.facts;
  print_line("read " + counted(facts.znodes, "znode") + " (" + human_size(facts.data_bytes) + ") from " +
             printable(facts.server) + " in " +
             human_duration(std::chrono::milliseconds(outcome.finished - outcome.started)) + ", " +
             (facts.consistency == "fuzzy" ? "fuzzy: " + counted(facts.still_moving, "znode") +
                                                 " still moved in pass " + std::to_string(facts.passes)
                                           : facts.consistency + ": the tree as it was at one moment"));
  if (facts.ephemerals > 0)
    print_line(counted(facts.ephemerals, "ephemeral znode") + " left out (listed in the run's record)");
  for (const zk::UnreadableZnode& znode : outcome.unreadable) {
    print_line("unreadable: " + printable(znode.path) + ": " + znode.cause + " (with all below it)");
  }
  for (const std::string& path : outcome.masked_acls) {
    print_line("masked ACL: " + printable(path) +
               ": the server hides its digest hashes from a session without ADMIN there");
  }
  print_destinations(outcome, run_id);
}

void print_destinations(const zk::DumpOutcome& outcome, const std::string& run_id) {
  for (const zk::DumpDestination& destination : outcome.destinations) print_destination(destination, run_id);
}

nlohmann::json dump_json(const zk::DumpOutcome& outcome, const std::string& run_id) {
  nlohmann::json document = {{"run", run_id},
                             {"whole", outcome.whole},
                             {"redacted", outcome.redacted},
                             {"started", format_time(outcome.started)},
                             {"finished", format_time(outcome.finished)},
                             {"facts", nlohmann::json::parse(outcome.facts.to_json(), nullptr, false)},
                             {"unreadable", nlohmann::json::array()},
                             {"masked_acls", outcome.masked_acls},
                             {"destinations", nlohmann::json::array()}};
  for (const zk::UnreadableZnode& znode : outcome.unreadable) {
    document["unreadable"].push_back({{"path", znode.path}, {"cause", znode.cause}});
  }
  for (const zk::DumpDestination& destination : outcome.destinations) {
    nlohmann::json one = {{"name", destination.repository->name()},
                          {"committed", destination.manifest.has_value()}};
    if (destination.manifest) {
      one["summary"] = destination.summary;
      one["changed"] = destination.manifest->changed;
      one["changes"] = sentences_json(destination.sentences);
    } else {
      one["error"] = destination.error->what;
    }
    document["destinations"].push_back(std::move(one));
  }
  return document;
}

}  // namespace arkive::tools

#include "tools/arkive/logs_report_text.h"

#include <algorithm>

#include "stores/core/bytes.h"
#include "tools/arkive/output.h"

namespace arkive::tools {
namespace {

using kafka::InspectedDirectory;
using kafka::InspectedPartition;
using Kind = kafka::PartitionDirectory::Kind;

constexpr std::size_t kMostPlacesTold = 10;

struct Totals {
  std::uint64_t live = 0;
  std::uint64_t others = 0;
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;
  std::uint64_t batches = 0;
  std::uint64_t cut_short = 0;
  std::uint64_t damaged = 0;
  std::uint64_t unreadable = 0;
};

void add(Totals& totals, const InspectedDirectory& directory) {
  for (const InspectedPartition& partition : directory.partitions) {
    ++(partition.kind == Kind::kLive ? totals.live : totals.others);
    totals.segments += partition.segments;
    totals.bytes += partition.bytes;
    totals.batches += partition.batches;
    if (partition.cut_short) ++totals.cut_short;
    if (partition.damage_count > 0) ++totals.damaged;
    if (!partition.error.empty()) ++totals.unreadable;
  }
}

std::string owner_of(const InspectedDirectory& directory) {
  if (directory.is_empty()) return "empty";
  if (!directory.meta) return directory.error.empty() ? "no meta.properties" : "not known whose";
  std::string text = directory.meta->broker < 0 ? "of a broker without an id"
                                                : "of broker " + std::to_string(directory.meta->broker);
  if (!directory.meta->cluster_id.empty()) text += " of cluster " + printable(directory.meta->cluster_id);
  return text;
}

std::string end_of(const InspectedDirectory& directory) {
  if (directory.is_empty()) return {};
  if (!directory.meta && !directory.error.empty() && !directory.in_use) return {};
  if (directory.in_use) return ", a broker is running on it";
  return directory.clean_shutdown ? ", ended in good order" : ", not ended in good order";
}

void print_damage(const InspectedPartition& partition) {
  const std::string name = printable(partition.directory);
  for (std::size_t i = 0; i < std::min(partition.damage.size(), kMostPlacesTold); ++i) {
    const kafka::LogDamage& damage = partition.damage[i];
    print_line("  damage: " + name + "/" + printable(damage.file) + ", byte " +
               std::to_string(damage.position) + ": " + printable(damage.cause));
  }
  if (partition.damage_count > kMostPlacesTold) {
    print_line("  ... " + std::to_string(partition.damage_count) + " places of " + name + " in all");
  }
  print_line("    " + name + " is sound up to offset " + std::to_string(partition.log_end) +
             "; a broker that is started on it cuts the log off there, loses what is behind, or serves "
             "what is damaged");
}

void print_directory(const InspectedDirectory& directory, bool quiet) {
  if (!quiet) {
    Totals totals;
    add(totals, directory);
    print_line(printable(directory.path) + ": " + owner_of(directory) + end_of(directory));
    std::string held = "  " + counted(totals.live, "partition");
    if (totals.others > 0) held += " and " + std::to_string(totals.others) + " being deleted or moved";
    print_line(held + ", " + counted(totals.segments, "segment") + " (" + human_size(totals.bytes) + "), " +
               std::to_string(totals.batches) + " batches");
    if (totals.cut_short > 0) {
      print_line("  " + counted(totals.cut_short, "partition") +
                 " whose last batch is cut short, as brokers that were killed leave it");
    }
  }
  if (!directory.error.empty()) print_line("  not read: " + printable(directory.error));
  for (const InspectedPartition& partition : directory.partitions) {
    if (!partition.error.empty()) {
      print_line("  not read: " + printable(partition.directory) + ": " + printable(partition.error));
    }
    if (partition.damage_count > 0) print_damage(partition);
  }
}

}  // namespace

void print_logs_report(const kafka::LogsReport& report, bool headers_only, bool quiet) {
  Totals totals;
  bool in_use = false;
  bool unread = false;
  for (const InspectedDirectory& directory : report.directories) {
    print_directory(directory, quiet);
    add(totals, directory);
    in_use = in_use || directory.in_use;
    unread = unread || !directory.error.empty();
  }
  if (totals.damaged > 0) {
    print_line(counted(totals.damaged, "damaged partition") +
               ": start no broker on these files before they are copied; where another replica is whole, "
               "move the damaged directory away and the broker fetches all of it anew; else take it from "
               "an archive (arkive restore seed)");
  }
  if (in_use) {
    print_line("a broker is running: what was read may have moved on; stop it for a report to plan with");
  }
  if (totals.unreadable > 0 || unread) {
    print_line("not all could be read: run it as the user of the broker, or look for faults of the disk");
  }
  if (report.is_sound() && !quiet) {
    print_line(headers_only ? "headers sound (checksums were not looked at)" : "sound: every checksum fits");
  }
}

}  // namespace arkive::tools

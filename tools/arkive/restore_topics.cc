#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "kafka/replay/replay.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/core/progress.h"
#include "tools/arkive/archives.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/log_sources.h"
#include "tools/arkive/output.h"
#include "tools/arkive/replay_target.h"
#include "tools/arkive/store_history.h"
#include "tools/arkive/topic_globs.h"

namespace arkive::tools {
namespace {

Status add_until_offset(std::string_view text, std::map<kafka::TopicPartition, std::int64_t>& into) {
  const std::size_t sign = text.rfind('=');
  ARKIVE_ASSIGN(const TopicAddress address, TopicAddress::parse(text.substr(0, sign)));
  if (sign == std::string_view::npos || !address.partition || address.offset || address.time) {
    return fail(Outcome::kUsage, "read '" + printable(text) + "': it is no offset of a partition",
                "write topic/partition=offset, for example orders/0=1200");
  }
  ARKIVE_ASSIGN(const std::int64_t offset, parse_offset(text.substr(sign + 1)));
  into[kafka::TopicPartition{address.topic, *address.partition}] = offset;
  return ok();
}

Result<std::map<kafka::TopicPartition, std::int64_t>> read_until_offsets(
    const std::vector<std::string>& texts) {
  std::map<kafka::TopicPartition, std::int64_t> offsets;
  for (const std::string& text : texts) {
    if (text.find('=') != std::string::npos) {
      ARKIVE_TRY(add_until_offset(text, offsets));
      continue;
    }
    const auto read = read_file(text);
    if (!read) {
      Error error = read.error();
      error.hint = "write topic/partition=offset, for example orders/0=1200, or name a file with such lines";
      return fail(std::move(error));
    }
    const std::string& file = *read;
    for (std::string_view rest = file; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.empty() || line.starts_with('#')) continue;
      if (const Status added = add_until_offset(line, offsets); !added) {
        return fail(added.error().within("read '" + printable(text) + "'"));
      }
    }
  }
  return offsets;
}

Result<kafka::ReplaySelection> read_selection(const RestoreTopicsOptions& options, UnixMilliseconds cut) {
  kafka::ReplaySelection selection;
  ARKIVE_ASSIGN(selection.topics, topic_globs(options.topics));
  ARKIVE_ASSIGN(selection.excluded, topic_globs(options.exclude));
  for (const std::string& text : options.rename) {
    ARKIVE_ASSIGN(kafka::Rename rename, kafka::Rename::parse(text));
    selection.renames.push_back(std::move(rename));
  }
  if (options.partitions > 0) selection.partitions = options.partitions;
  if (!options.until.empty()) {
    ARKIVE_ASSIGN(selection.until, parse_record_time(options.until));
  }
  ARKIVE_ASSIGN(selection.until_offsets, read_until_offsets(options.until_offsets));
  if (options.newest > 0) selection.newest = options.newest;
  if (!options.since.empty()) {
    if (const auto span = parse_duration(options.since)) {
      selection.since = cut - span->count();
    } else {
      ARKIVE_ASSIGN(selection.since, parse_record_time(options.since));
    }
  }
  return selection;
}

// The same wish finds the same directory again.
Result<std::string> journal_directory(const RestoreTopicsOptions& options, const OpenedArchive& archive,
                                      kafka::LogSource& source, Deadline deadline) {
  if (!options.journal.empty()) return options.journal;
  const char* const state = std::getenv("XDG_STATE_HOME");
  const char* const home = std::getenv("HOME");
  std::string directory;
  if (state != nullptr && *state == '/') {
    directory = state;
  } else if (home != nullptr && *home == '/') {
    directory = std::string(home) + "/.local/state";
  } else {
    return fail(Outcome::kUsage, "choose a journal: neither XDG_STATE_HOME nor HOME is set",
                "give a directory with --journal");
  }
  ARKIVE_ASSIGN(const kafka::ClusterFacts cluster, source.cluster(deadline));
  std::string wish;
  for (const auto* const list :
       {&options.topics, &options.exclude, &options.rename, &options.until_offsets}) {
    for (const std::string& text : *list) wish += text + "\n";
    wish += "\n";
  }
  wish += std::to_string(options.partitions) + "\n" + options.until + "\n" + std::to_string(options.newest) +
          "\n" + options.since + "\n";
  return directory + "/arkive/restores/" + cluster.cluster_id + "-" + archive.cluster + "-" + archive.run.id +
         "-" + hex(sha256(wish)).substr(0, 8);
}

nlohmann::json left_json(const kafka::LeftOut& left) {
  return {{"control", left.control},
          {"aborted", left.aborted},
          {"open_transaction", left.open},
          {"late", left.late},
          {"too_large", left.too_large}};
}

std::string left_text(const kafka::LeftOut& left) {
  std::string text;
  const auto add = [&](std::int64_t count, const char* what) {
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  add(left.aborted, "of aborted transactions");
  add(left.open, "of transactions that are open in the archive");
  add(left.late, "too late");
  add(left.too_large, "too large for the target");
  add(left.control, "transaction markers");
  return text;
}

nlohmann::json draft_json(const kafka::ReplayDraft& draft) {
  nlohmann::json topics = nlohmann::json::array();
  for (const kafka::DraftTopic& topic : draft.topics) {
    nlohmann::json partitions = nlohmann::json::array();
    for (const kafka::PlannedPartition& one : topic.plan.partitions) {
      partitions.push_back({{"partition", one.partition}, {"begin", one.begin}, {"end", one.end}});
    }
    topics.push_back({{"source", topic.plan.source},
                      {"target", topic.plan.target},
                      {"exists", topic.exists},
                      {"empty", topic.is_empty},
                      {"by_key", topic.plan.by_key},
                      {"target_partitions", topic.plan.begin.size()},
                      {"partitions", std::move(partitions)},
                      {"bytes", topic.bytes},
                      {"offsets", topic.offsets}});
  }
  return {{"topics", std::move(topics)}, {"bytes", draft.bytes}, {"offsets", draft.offsets}};
}

std::string arrow(const std::string& source, const std::string& target) {
  return printable(source) + (source == target ? "" : " -> " + printable(target));
}

void print_draft(const kafka::ReplayDraft& draft) {
  Table table({"topic", "partitions", "offsets", "about", "target"});
  for (const kafka::DraftTopic& topic : draft.topics) {
    std::string state = !topic.exists ? "is made" : topic.is_empty ? "is there, empty" : "holds records";
    if (topic.plan.by_key) state += ", spread by key over " + counted(topic.plan.begin.size(), "partition");
    table.add({arrow(topic.plan.source, topic.plan.target), std::to_string(topic.plan.partitions.size()),
               std::to_string(topic.offsets), human_size(topic.bytes), state});
  }
  table.print();
  print_line("in all: " + counted(draft.topics.size(), "topic") + ", " + std::to_string(draft.offsets) +
             " offsets, about " + human_size(draft.bytes));
}

nlohmann::json report_json(const kafka::ReplayReport& report, const std::string& journal) {
  nlohmann::json topics = nlohmann::json::array();
  for (const kafka::ReplayedTopic& topic : report.topics) {
    topics.push_back({{"source", topic.source},
                      {"target", topic.target},
                      {"by_key", topic.by_key},
                      {"partitions", topic.partitions},
                      {"records", topic.records},
                      {"left_out", left_json(topic.left)},
                      {"foreign", topic.foreign},
                      {"errors", topic.errors}});
  }
  return {{"run", report.plan.run},
          {"target_cluster", report.plan.target_cluster},
          {"journal", journal},
          {"topics", std::move(topics)},
          {"records", report.records()},
          {"left_out", left_json(report.left())},
          {"bytes", report.bytes},
          {"throttled_ms", report.throttled.count()},
          {"resumed", report.resumed},
          {"was_finished", report.was_finished},
          {"complete", report.complete},
          {"damaged", report.damaged},
          {"interrupted", report.interrupted},
          {"notes", report.notes}};
}

void print_report(const kafka::ReplayReport& report, const std::string& journal) {
  for (const std::string& note : report.notes) print_line("note: " + printable(note));
  if (report.throttled.count() > 0) {
    print_line("note: a quota of the target (producer_byte_rate, request_percentage) held it back for " +
               human_duration(report.throttled));
  }
  std::size_t told = 0;
  for (const kafka::ReplayedTopic& topic : report.topics) {
    if (topic.by_key) {
      print_line("note: " + arrow(topic.source, topic.target) + ": spread by key over " +
                 counted(topic.partitions, "partition"));
    }
    if (const std::string left = left_text(topic.left); !left.empty()) {
      print_line("left out of " + printable(topic.source) + ": " + left);
    }
    for (const std::string& foreign : topic.foreign) {
      print_line("somebody else wrote into " + printable(foreign));
    }
    for (const std::string& error : topic.errors) {
      if (++told <= 20) print_line("not complete: " + printable(error));
    }
  }
  if (told > 20) print_line("... " + std::to_string(told) + " partitions in all");
  const std::string what = counted(static_cast<std::uint64_t>(report.records()), "record") + " in " +
                           counted(report.topics.size(), "topic");
  if (report.was_finished) {
    print_line("was done before: " + what + "; nothing was sent");
  } else {
    print_line(std::string(report.complete ? "restored: " : "restored so far: ") + what + ", " +
               human_size(report.bytes) + " sent" + (report.resumed ? " since it went on" : ""));
  }
  print_line("journal: " + printable(journal));
}

nlohmann::json findings_of(const kafka::Preparation& preparation) {
  return nlohmann::json::parse(kafka::findings_json(preparation.findings));
}

Result<ExitStatus> put_back_only(ReplayTarget& ready, const std::string& journal,
                                 const CommonOptions& common) {
  ARKIVE_ASSIGN(const ReplayTarget::PutBack back, ready.put_back(journal));
  if (common.json) {
    print_json({{"journal", journal}, {"topics_put_back", back.topics}, {"notes", back.notes}});
  } else if (!common.quiet) {
    for (const std::string& note : back.notes) print_line("note: " + printable(note));
    print_line("settings put back: " + counted(back.topics, "topic"));
  }
  return kWhole;
}

ExitStatus status_of(const kafka::ReplayReport& report) {
  if (report.damaged) return kDamage;
  if (report.interrupted) return kInterruptedExit;
  const kafka::LeftOut left = report.left();
  bool foreign = false;
  for (const kafka::ReplayedTopic& topic : report.topics) foreign = foreign || !topic.foreign.empty();
  return report.complete && left.open == 0 && left.too_large == 0 && !foreign ? kWhole : kNotWhole;
}

Result<ExitStatus> restore_now(const RestoreTopicsOptions& options, const CommonOptions& common,
                               RestoreHistory& history) {
  ARKIVE_ASSIGN(const kafka::ClientProperties properties, properties_of(options.kafka));
  const std::string writer = reader_for(options.writer, properties);
  ARKIVE_ASSIGN(const OpenedArchive archive, open_archive(options.from));
  ARKIVE_ASSIGN(const kafka::ReplaySelection selection, read_selection(options, archive.index.cut_began));
  const Deadline deadline = Deadline::after(options.kafka.timeout);
  ARKIVE_ASSIGN(const auto source, open_log_source(writer, options.kafka, properties));
  kafka::ReplayRequest request;
  request.archive = {archive.store.get(), archive.store->name(), archive.cluster, archive.run.id,
                     &archive.index};
  request.selection = selection;
  request.append = options.append;
  request.deadline = deadline;
  request.work.workers = options.workers;
  request.work.patience = options.kafka.timeout;
  request.work.most_bytes_per_second = options.limit_rate;
  ReplayTarget ready(options, properties, *source);
  if (options.dry_run) {
    ARKIVE_ASSIGN(const kafka::ReplayDraft draft,
                  kafka::draft_replay(request.archive, selection, *source, deadline));
    ARKIVE_ASSIGN(const kafka::Preparation found, ready.look(draft, deadline));
    if (common.json) {
      print_json({{"run", archive.run.id},
                  {"dry_run", true},
                  {"plan", draft_json(draft)},
                  {"findings", findings_of(found)}});
    } else if (!common.quiet) {
      print_draft(draft);
      print_findings(found);
    }
    ARKIVE_TRY(refusal_of(found));
    return kWhole;
  }
  ARKIVE_ASSIGN(request.journal, journal_directory(options, archive, *source, deadline));
  if (options.put_back) return put_back_only(ready, request.journal, common);
  ARKIVE_TRY(prove_segments(archive, options.from.public_key, [&](std::string_view topic) {
    return is_selected(topic, selection.topics, selection.excluded);
  }));
  history.took(archive.cluster, archive.run, "into " + options.kafka.bootstrap);
  ARKIVE_ASSIGN(const auto target, open_log_target(writer, options.kafka, properties));
  if (!target->exact())
    log_info("librdkafka writes the records: batches are made anew, and a broken connection ends it");
  Progress progress(common.quiet ? ProgressStyle::kNone : default_progress_style(), "restore topics", 0,
                    ProgressUnit::kBytes);
  request.on_plan = [&](std::int64_t offsets) {
    progress.set_steps(static_cast<std::uint64_t>(std::max<std::int64_t>(offsets, 0)));
  };
  request.work.on_progress = [&](std::uint64_t bytes, std::uint64_t offsets) {
    progress.add(bytes);
    progress.step(offsets);
  };
  kafka::Preparation prepared;
  request.prepare = [&](const kafka::ReplayDraft& draft) -> Status {
    ARKIVE_ASSIGN(prepared, ready.make_ready(draft, request.journal, deadline));
    if (!common.json && !common.quiet) print_findings(prepared);
    return ok();
  };
  auto report = kafka::replay(request, *source, *target);
  if (!report) return fail(with_hint_at_damage(report.error()));
  if (report->complete) {
    const auto back = ready.put_back(request.journal);
    if (!back) return fail(back.error().within("all records are restored, but"));
    report->notes.insert(report->notes.end(), back->notes.begin(), back->notes.end());
  }
  if (common.json) {
    nlohmann::json document = report_json(*report, request.journal);
    document["findings"] = findings_of(prepared);
    print_json(document);
  } else if (!common.quiet) {
    print_report(*report, request.journal);
  }
  return status_of(*report);
}

}  // namespace

Result<ExitStatus> run_restore_topics(const RestoreTopicsOptions& options, const CommonOptions& common) {
  RestoreHistory history("restore topics", options.from);
  return history.ended(restore_now(options, common, history));
}

}  // namespace arkive::tools

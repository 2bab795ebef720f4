#include "tools/arkive/archives.h"

#include <algorithm>
#include <charconv>
#include <thread>

#include "kafka/archive/archived_log.h"
#include "kafka/archive/runs.h"
#include "kafka/archive/verify.h"
#include "stores/core/bytes.h"
#include "stores/core/nearest_word.h"
#include "tools/places/proving.h"
#include "tools/places/repositories.h"

namespace arkive::tools {
namespace {

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty() || number < 0) return {};
  return number;
}

tl::unexpected<Error> wrong_address(std::string_view text, std::string_view why) {
  return fail(Outcome::kUsage, "look up '" + printable(text) + "': " + std::string(why),
              "write topic, topic/partition, topic/partition@offset or topic/partition@2026-11-20T23:30:00Z; "
              "an older generation is topic/partition/g0; a znode begins with a slash");
}

// Some of them, so that an error stays one that can be read.
std::string some(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 12;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kMost) text += " and " + std::to_string(names.size() - kMost) + " more";
  return text;
}

}  // namespace

Result<std::vector<Manifest>> archive_runs_of(const FromOptions& from, const std::string& cluster) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(from.from, true));
  if (!name.is_store()) return std::vector<Manifest>();
  ARKIVE_ASSIGN(const auto store, open_store(name, {.key = from.key}));
  return kafka::archive_runs(*store, cluster, Deadline::never());
}

Result<OpenedArchive> open_archive(const FromOptions& from) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(from.from, true));
  OpenedArchive opened;
  ARKIVE_ASSIGN(opened.store, open_store(name, {.key = from.key}));
  ARKIVE_ASSIGN(const auto repository, open_repository(name, {.key = from.key}));
  ARKIVE_ASSIGN(opened.cluster, choose_cluster(*repository, from.cluster));
  ARKIVE_ASSIGN(const std::vector<Manifest> runs,
                kafka::archive_runs(*opened.store, opened.cluster, Deadline::never()));
  if (runs.empty()) {
    return fail(Outcome::kNotFound,
                "open '" + printable(opened.store->name()) + "': it holds no topics of cluster '" +
                    opened.cluster + "'",
                "arkive archive copies topics into it; arkive list shows what it holds");
  }
  ARKIVE_ASSIGN(const std::vector<Manifest> dumps, repository->runs(opened.cluster));
  for (const Manifest& dump : dumps) {
    if (dump.id == name.reference && dump.logs.location.empty()) {
      return fail(Outcome::kNotFound, "open run " + dump.id + ": it holds znodes, no topics",
                  "the newest run that holds topics is " + runs.back().id);
    }
  }
  ARKIVE_ASSIGN(opened.run, choose_run(runs, name.reference, Need::kAnything));
  ARKIVE_TRY(prove(opened.run, from.public_key));
  ARKIVE_ASSIGN(opened.index, kafka::read_index(*opened.store, opened.run, Deadline::never()));
  return opened;
}

Status prove_segments(const OpenedArchive& archive, const std::string& public_key,
                      const std::function<bool(std::string_view topic)>& is_wanted) {
  if (public_key.empty()) return ok();
  kafka::VerifyOptions how;
  how.workers = static_cast<int>(std::max(2U, std::thread::hardware_concurrency()));
  how.is_wanted = is_wanted;
  ARKIVE_ASSIGN(const kafka::VerifyReport report,
                kafka::verify_archive(*archive.store, archive.cluster, archive.run.id, how));
  if (report.findings.empty()) return ok();
  const Finding& first = report.findings.front();
  return fail(
      Outcome::kCorrupt,
      "prove run " + archive.run.id + ": '" + printable(first.object) + "': " + first.what +
          (report.findings.size() == 1 ? ""
                                       : " (and " + std::to_string(report.findings.size() - 1) + " more)"),
      "arkive verify names all that is damaged; restore from another copy of the store");
}

Result<std::int64_t> parse_offset(std::string_view text) {
  if (const auto offset = whole_number<std::int64_t>(text)) return *offset;
  return fail(Outcome::kUsage, "read offset '" + printable(text) + "': not an offset",
              "write a whole number from 0 on");
}

Result<UnixMilliseconds> parse_record_time(std::string_view text) {
  if (text.ends_with("ms")) {
    if (const auto time = whole_number<UnixMilliseconds>(text.substr(0, text.size() - 2))) return *time;
  }
  return parse_time(text);
}

Result<TopicAddress> TopicAddress::parse(std::string_view text) {
  TopicAddress address;
  address.text = text;
  const std::size_t slash = text.find('/');
  const std::string_view topic = text.substr(0, slash);
  const std::size_t id_at = topic.find('@');
  address.topic = topic.substr(0, id_at);
  if (address.topic.empty()) return wrong_address(text, "no topic stands in it");
  if (id_at != std::string_view::npos) {
    const std::string_view word = topic.substr(id_at + 1);
    const auto id = kafka::TopicId::from_text(word == "none" ? "" : word);
    if (!id || word.empty()) {
      return wrong_address(text, "'" + printable(word) +
                                     "' is no topic's id, and offsets and times are those of one partition");
    }
    address.id = *id;
  }
  if (slash == std::string_view::npos) return address;
  const std::string_view rest = text.substr(slash + 1);
  const std::size_t at = rest.find('@');
  const std::string_view where = rest.substr(0, at);
  const std::size_t generation_at = where.find('/');
  address.partition = whole_number<std::int32_t>(where.substr(0, generation_at));
  if (!address.partition) {
    return wrong_address(text, "'" + printable(where.substr(0, generation_at)) + "' is no partition");
  }
  if (generation_at != std::string_view::npos) {
    const std::string_view word = where.substr(generation_at + 1);
    if (word.starts_with('g')) address.generation = whole_number<std::int32_t>(word.substr(1));
    if (!address.generation) return wrong_address(text, "'" + printable(word) + "' is no generation");
  }
  if (at == std::string_view::npos) return address;
  const std::string_view position = rest.substr(at + 1);
  address.offset = whole_number<std::int64_t>(position);
  if (address.offset) return address;
  const auto time = parse_record_time(position);
  if (!time) return wrong_address(text, "'" + printable(position) + "' is neither an offset nor a time");
  address.time = *time;
  return address;
}

Result<kafka::ArchivedTopic> read_topic_of(const OpenedArchive& archive, const TopicAddress& address) {
  const kafka::ArchiveIndex::Topic* const newest = archive.index.find(address.topic);
  std::vector<std::string> names;
  for (const kafka::ArchiveIndex::Topic& one : archive.index.topics) {
    const bool is_named = one.name == address.topic;
    if (is_named && (address.id ? one.id == *address.id : &one == newest)) {
      return kafka::read_topic(*archive.store, one, Deadline::never());
    }
    if (newest != nullptr && is_named) names.push_back(one.id.is_zero() ? "none" : one.id.text());
    if (newest == nullptr && (names.empty() || names.back() != one.name)) names.push_back(one.name);
  }
  const std::string nearest = newest == nullptr ? nearest_word(address.topic, names) : "";
  return fail(Outcome::kNotFound,
              "open topic '" + printable(address.topic) + "': run " + archive.run.id +
                  " holds none of that " + (newest == nullptr ? "name" : "name and id"),
              names.empty()       ? "it holds no topic at all"
              : newest != nullptr ? "it holds those with the ids " + some(names)
              : !nearest.empty()  ? "did you mean " + nearest + "? it holds: " + some(names)
                                  : "it holds: " + some(names));
}

Error with_hint_at_damage(Error error) {
  if (error.outcome == Outcome::kCorrupt && error.hint.empty()) {
    error.hint =
        "arkive verify names all that is damaged; what lies behind can be read from a later offset on";
  }
  return error;
}

Result<const kafka::ArchivedPartition*> partition_of(const kafka::ArchivedTopic& topic,
                                                     std::int32_t partition) {
  if (const kafka::ArchivedPartition* const found = topic.find(partition)) return found;
  std::vector<std::string> numbers;
  for (const kafka::ArchivedPartition& one : topic.partitions)
    numbers.push_back(std::to_string(one.partition));
  return fail(Outcome::kNotFound,
              "open partition " + std::to_string(partition) + " of topic '" + printable(topic.name) +
                  "': there is none in the archive",
              numbers.empty() ? "the topic has no partition there" : "it has partitions " + some(numbers));
}

Result<kafka::ArchivedPartition> partition_at(const OpenedArchive& archive, const kafka::ArchivedTopic& topic,
                                              const TopicAddress& address) {
  ARKIVE_ASSIGN(const kafka::ArchivedPartition* const newest, partition_of(topic, *address.partition));
  if (address.generation.value_or(newest->generation) == newest->generation) return *newest;
  return kafka::older_generation(*archive.store, archive.cluster, topic, *newest, *address.generation);
}

std::vector<std::string> missing_of(const Manifest& run, const std::string& topic) {
  std::vector<std::string> lines;
  const std::string partitions = "partition " + topic + "-";
  for (const Missing& missing : run.missing) {
    const bool of_partition =
        missing.object.starts_with(partitions) &&
        whole_number<std::int32_t>(std::string_view(missing.object).substr(partitions.size()));
    if (of_partition || missing.object == "topic " + topic)
      lines.push_back(missing.object + ": " + missing.cause);
  }
  return lines;
}

}  // namespace arkive::tools

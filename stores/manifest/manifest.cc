#include "stores/manifest/manifest.h"

#include <nlohmann/json.hpp>
#include <tuple>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"
#include "stores/manifest/seal.h"
#include "stores/manifest/statement.h"

namespace arkive {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostMissing = 10'000;

tl::unexpected<Error> corrupt(const std::string& why) {
  return fail(Outcome::kCorrupt, "read manifest: " + why);
}

Json part_to_json(const TreePart& part) {
  return {{"location", part.location}, {"sha256", part.sha256}, {"files", part.files}, {"bytes", part.bytes}};
}

/// Takes fields out of one JSON object; remembers the first that is missing or of the wrong kind.
class Fields {
 public:
  Fields(const Json& object, std::string prefix) : object_(object), prefix_(std::move(prefix)) {}

  void take(const char* name, std::string& to) {
    if (const Json* value = find(name, &Json::is_string, "is no text")) to = value->get<std::string>();
  }
  void take(const char* name, bool& to) {
    if (const Json* value = find(name, &Json::is_boolean, "is neither true nor false"))
      to = value->get<bool>();
  }
  void take(const char* name, std::uint64_t& to) {
    if (const Json* value = find(name, &Json::is_number_unsigned, "is no count"))
      to = value->get<std::uint64_t>();
  }
  void take(const char* name, std::int64_t& to) {
    if (const Json* value = find(name, &Json::is_number_integer, "is no whole number"))
      to = value->get<std::int64_t>();
  }
  const Json* take_object(const char* name) { return find(name, &Json::is_object, "is no object"); }
  const Json* take_list(const char* name) { return find(name, &Json::is_array, "is no list"); }

  void take(const char* name, TreePart& to) {
    const Json* const value = take_object(name);
    if (value == nullptr) return;
    Fields fields(*value, prefix_ + name + ".");
    fields.take("location", to.location);
    fields.take("sha256", to.sha256);
    fields.take("files", to.files);
    fields.take("bytes", to.bytes);
    note(fields.problem_);
  }
  void take(const char* name, std::vector<Missing>& to) {
    const Json* const list = take_list(name);
    if (list == nullptr) return;
    for (const Json& element : *list) {
      if (!element.is_object())
        return note("field '" + prefix_ + name + "' holds something else than objects");
      Fields fields(element, prefix_ + name + "[]" + ".");
      Missing& missing = to.emplace_back();
      fields.take("object", missing.object);
      fields.take("cause", missing.cause);
      if (!fields.problem_.empty()) return note(fields.problem_);
    }
  }

  void take(const char* name, RunProof& to) {
    const Json* const value = take_object(name);
    if (value == nullptr) return;
    Fields fields(*value, prefix_ + name + ".");
    fields.take("key", to.key);
    fields.take("number", to.number);
    fields.take("previous", to.previous);
    fields.take("signature", to.signature);
    note(fields.problem_);
  }

  void note(const std::string& problem) {
    if (problem_.empty()) problem_ = problem;
  }
  const std::string& problem() const { return problem_; }

 private:
  const Json* find(const char* name, bool (Json::*kind)() const noexcept, const char* otherwise) {
    const auto found = object_.find(name);
    if (found == object_.end()) {
      note("field '" + prefix_ + name + "' is missing");
      return nullptr;
    }
    if (!((*found).*kind)()) {
      note("field '" + prefix_ + name + "' " + otherwise);
      return nullptr;
    }
    return &*found;
  }

  const Json& object_;
  std::string prefix_;
  std::string problem_;
};

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

std::string Manifest::to_json() const {
  Json facts_object = Json::parse(facts, nullptr, /*allow_exceptions=*/false);
  if (!facts_object.is_object()) facts_object = Json::object();
  Json missing_list = Json::array();
  for (std::size_t i = 0; i < missing.size() && i < kMostMissing; ++i) {
    missing_list.push_back({{"object", missing[i].object}, {"cause", missing[i].cause}});
  }
  Json object = {{"format", format},
                 {"id", id},
                 {"cluster", cluster},
                 {"what", what},
                 {"arkive_version", arkive_version},
                 {"host", host},
                 {"started_ms", started},
                 {"finished_ms", finished},
                 {"whole", whole},
                 {"changed", changed},
                 {"missing", std::move(missing_list)},
                 {"missing_count", missing_count},
                 {"redacted", redacted},
                 {"summary", summary},
                 {"tree", part_to_json(tree)},
                 {"record", part_to_json(record)},
                 {"facts", std::move(facts_object)}};
  if (!logs.location.empty()) object["logs"] = part_to_json(logs);
  if (!proof.key.empty()) {
    object["proof"] = {{"key", proof.key},
                       {"number", proof.number},
                       {"previous", proof.previous},
                       {"signature", proof.signature}};
  }
  return sealed_json(object.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace));
}

Result<Manifest> Manifest::from_json(std::string_view text) {
  const Json object = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return corrupt("is no JSON object");
  Fields fields(object, "");
  std::uint64_t format = 0;
  fields.take("format", format);
  if (!fields.problem().empty()) return corrupt(fields.problem());
  if (format > static_cast<std::uint64_t>(kFormat)) {
    return fail(Outcome::kUsage,
                "read manifest: format " + std::to_string(format) + " is newer than " +
                    std::to_string(kFormat) + ", the newest this arkive knows",
                "use a newer arkive for this repository");
  }
  if (format == 0) return corrupt("field 'format' is 0");
  if (Status sealed = check_seal(text); !sealed) return corrupt(sealed.error().what);

  Manifest manifest;
  manifest.format = static_cast<int>(format);
  fields.take("id", manifest.id);
  fields.take("cluster", manifest.cluster);
  fields.take("what", manifest.what);
  fields.take("arkive_version", manifest.arkive_version);
  fields.take("host", manifest.host);
  fields.take("started_ms", manifest.started);
  fields.take("finished_ms", manifest.finished);
  fields.take("whole", manifest.whole);
  fields.take("changed", manifest.changed);
  fields.take("missing", manifest.missing);
  fields.take("missing_count", manifest.missing_count);
  fields.take("redacted", manifest.redacted);
  fields.take("summary", manifest.summary);
  fields.take("tree", manifest.tree);
  fields.take("record", manifest.record);
  if (object.contains("logs")) fields.take("logs", manifest.logs);
  if (const Json* facts = fields.take_object("facts")) manifest.facts = facts->dump();
  if (object.contains("proof")) fields.take("proof", manifest.proof);
  if (!fields.problem().empty()) return corrupt(fields.problem());
  if (object.contains("proof") && (!is_sha256(manifest.proof.key) || manifest.proof.number == 0))
    return corrupt("field 'proof' names no key or no number");
  manifest.statement_sha256 = hex(sha256(statement_of(text)));

  for (const auto& [part, name] : {std::pair(&manifest.tree, "tree"), std::pair(&manifest.record, "record"),
                                   std::pair(&manifest.logs, "logs")}) {
    if (!part->sha256.empty() && !is_sha256(part->sha256)) {
      return corrupt(std::string("field '") + name + ".sha256' is no SHA-256 in lower-case hex");
    }
  }
  if (manifest.missing_count < manifest.missing.size()) {
    return corrupt("field 'missing_count' is smaller than the list 'missing'");
  }
  if (manifest.whole && manifest.missing_count > 0) {
    return corrupt("field 'whole' is true though something is missing");
  }
  return manifest;
}

bool earlier_run(const Manifest& a, const Manifest& b) {
  return std::tie(a.started, a.id) < std::tie(b.started, b.id);
}

}  // namespace arkive

#include "stores/proof/record.h"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"
#include "stores/manifest/json_fields.h"
#include "stores/manifest/seal.h"
#include "stores/manifest/statement.h"
#include "stores/proof/run_proof.h"

namespace arkive::proof {

namespace {

using Json = nlohmann::json;

constexpr const char* kKind = "history";
constexpr std::string_view kPrefix = "history/";
constexpr std::string_view kEnding = ".json";
constexpr std::size_t kDigits = 10;

tl::unexpected<Error> corrupt(const std::string& why) {
  return fail(Outcome::kCorrupt, "read record: " + why);
}

Json run_to_json(const RunName& run) {
  Json object = {{"id", run.id}};
  if (!run.key.empty()) {
    object["key"] = run.key;
    object["number"] = run.number;
    object["statement"] = run.statement;
  }
  return object;
}

RunName take_run(JsonFields fields, bool is_signed) {
  RunName run;
  fields.take("id", run.id);
  if (!is_signed) return run;
  fields.take("key", run.key);
  fields.take("number", run.number);
  fields.take("statement", run.statement);
  fields.require(run.number > 0, "number", "is 0");
  return run;
}

}  // namespace

std::string Record::to_json() const {
  Json run_list = Json::array();
  for (const RunName& run : runs) run_list.push_back(run_to_json(run));
  Json removed_list = Json::array();
  for (const Removed& one : removed)
    removed_list.push_back({{"key", one.key}, {"first", one.first}, {"last", one.last}});
  Json object = {{"arkive", kKind},
                 {"format", kFormat},
                 {"number", number},
                 {"id", id},
                 {"previous", previous},
                 {"time_ms", time},
                 {"host", host},
                 {"user", user},
                 {"arkive_version", arkive_version},
                 {"command", command},
                 {"cluster", cluster},
                 {"outcome", outcome},
                 {"words", words},
                 {"runs", std::move(run_list)},
                 {"removed", std::move(removed_list)}};
  if (!key.empty()) object["proof"] = {{"key", key}, {"signature", signature}};
  return sealed_json(object.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace));
}

Result<Record> Record::from_json(std::string_view text) {
  const Json object = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return corrupt("is no JSON object");
  std::string problem;
  JsonFields fields(object, "", problem);
  std::string kind;
  std::uint64_t format = 0;
  fields.take("arkive", kind);
  fields.require(kind == kKind, "arkive", "is not \"history\"");
  fields.take("format", format);
  fields.require(format > 0, "format", "is 0");
  if (!problem.empty()) return corrupt(problem);
  if (format > static_cast<std::uint64_t>(kFormat)) {
    return fail(Outcome::kUsage,
                "read record: format " + std::to_string(format) + " is newer than " +
                    std::to_string(kFormat) + ", the newest this arkive knows",
                "use a newer arkive for this store");
  }
  if (const Status sealed = check_seal(text); !sealed) return corrupt(sealed.error().what);
  Record record;
  fields.take("number", record.number);
  fields.take("id", record.id);
  fields.take("previous", record.previous);
  fields.take("time_ms", record.time, 0, std::numeric_limits<std::int64_t>::max());
  fields.take("host", record.host);
  fields.take("user", record.user);
  fields.take("arkive_version", record.arkive_version);
  fields.take("command", record.command);
  fields.take("cluster", record.cluster);
  fields.take("outcome", record.outcome);
  fields.take("words", record.words);
  std::size_t at = 0;
  fields.for_each("runs", [&](JsonFields run) {
    record.runs.push_back(take_run(std::move(run), object["runs"][at++].contains("key")));
  });
  fields.for_each("removed", [&](JsonFields one) {
    Removed& range = record.removed.emplace_back();
    one.take("key", range.key);
    one.take("first", range.first);
    one.take("last", range.last);
    one.require(range.first > 0 && range.first <= range.last, "first", "is no number up to the last");
  });
  if (object.contains("proof")) {
    JsonFields proof = fields.object("proof");
    proof.take("key", record.key);
    proof.take("signature", record.signature);
    proof.require(!record.key.empty(), "key", "is empty");
  }
  if (!problem.empty()) return corrupt(problem);
  record.sha256 = hex(arkive::sha256(text));
  record.statement_sha256 = hex(arkive::sha256(statement_of(text)));
  return record;
}

void sign_record(Record& record, const SigningKey& key) {
  record.key = key.public_key().id();
  record.signature.clear();
  record.statement_sha256 = hex(arkive::sha256(statement_of(record.to_json())));
  record.signature = base64(key.sign(signed_line(kKind, record.statement_sha256)));
}

bool is_signed_by(const Record& record, const PublicKeys& keys) {
  const PublicKey* const key = keys.find(record.key);
  return key != nullptr &&
         key->verifies(signed_line(kKind, record.statement_sha256), signature_in(record.signature));
}

std::string record_key(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  const std::string zeros(kDigits - std::min(kDigits, digits.size()), '0');
  return std::string(kPrefix) + zeros + digits + std::string(kEnding);
}

std::uint64_t record_number_in(std::string_view key) {
  std::uint64_t number = 0;
  if (!key.starts_with(kPrefix)) return 0;
  const std::string_view digits = key.substr(kPrefix.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return record_key(number) == key ? number : 0;
}

}  // namespace arkive::proof

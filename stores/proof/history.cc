#include "stores/proof/history.h"

#include <algorithm>
#include <utility>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"
#include "stores/many_objects.h"

namespace arkive::proof {

namespace {

constexpr std::string_view kHistory = "history/";
constexpr int kMostTries = 100;

/// Ascending.
Result<std::vector<std::uint64_t>> numbers_in(const Store& store, Deadline deadline) {
  std::vector<std::uint64_t> numbers;
  ARKIVE_TRY(store.list(
      kHistory,
      [&](const Store::Object& object) -> Status {
        if (const std::uint64_t number = record_number_in(object.key); number > 0) numbers.push_back(number);
        return ok();
      },
      deadline));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

/// What is there but damaged; other errors are the caller's.
bool is_damage(const Error& error) {
  return error.outcome == Outcome::kCorrupt || error.outcome == Outcome::kNotFound;
}

bool wrote_runs(const Record& record) {
  return record.command == "dump" || record.command == "archive" || record.command == "backup";
}

}  // namespace

Result<Record> append_record(Store& store, Record record, const SigningKey* key, Deadline deadline) {
  // A create-only put of equal bytes succeeds, and two writers would be one record.
  record.id = to_hex(random_bytes(8));
  for (int tries = 0; tries < kMostTries; ++tries) {
    ARKIVE_ASSIGN(const auto numbers, numbers_in(store, deadline));
    record.number = 1;
    record.previous.clear();
    if (!numbers.empty()) {
      // Whatever stands there: a damaged record must not end the history.
      const auto before = store.get(record_key(numbers.back()), 0, 0, deadline);
      if (!before && !is_damage(before.error())) return fail(before.error());
      record.number = numbers.back() + 1;
      record.previous = before ? hex(sha256(*before)) : std::string();
    }
    if (key != nullptr) sign_record(record, *key);
    const std::string text = record.to_json();
    const Status put = store.put(record_key(record.number), text, PutMode::kCreateOnly, deadline);
    if (put) {
      record.sha256 = hex(sha256(text));
      return record;
    }
    if (put.error().outcome != Outcome::kConflict) return fail(put.error());
  }
  return fail(Outcome::kConflict, "write the history of '" + printable(store.name()) +
                                      "': others took the next number " + std::to_string(kMostTries) +
                                      " times");
}

Result<History> read_history(const Store& store, const PublicKeys* keys, Deadline deadline) {
  History history;
  const auto found = [&](std::uint64_t number, const std::string& what) {
    history.findings.push_back({record_key(number), what});
  };
  ARKIVE_ASSIGN(const auto numbers, numbers_in(store, deadline));
  std::uint64_t expected = 1;
  std::string sha256_before;  // empty: not known, or there is none
  std::vector<std::string> keys_of_records;
  for (const std::uint64_t number : numbers) keys_of_records.push_back(record_key(number));
  std::size_t taken = 0;
  const auto take = [&](const std::string&, const Result<std::string>& text) -> Status {
    const std::uint64_t number = numbers[taken++];
    if (number > expected) {
      found(expected, number - expected == 1
                          ? "it is missing"
                          : "it and the " + std::to_string(number - expected - 1) + " after it are missing");
    }
    const bool follows = number == expected;
    const std::string before = std::exchange(sha256_before, {});
    expected = number + 1;
    if (!text && !is_damage(text.error())) return fail(text.error());
    if (!text) {
      found(number, text.error().what);
      return ok();
    }
    sha256_before = hex(sha256(*text));
    auto record = Record::from_json(*text);
    if (!record && record.error().outcome == Outcome::kUsage)
      return fail(record.error().within("'" + record_key(number) + "'"));
    if (!record) {
      found(number, record.error().what);
      return ok();
    }
    if (record->number != number) {
      found(number, "it is record " + std::to_string(record->number) + ", moved here");
      return ok();
    }
    if (follows && (number == 1 || !before.empty()) && record->previous != before)
      found(number, "it does not follow the record before it: one of the two was exchanged");
    if (keys != nullptr && !record->key.empty() && !is_signed_by(*record, *keys)) {
      found(number, keys->find(record->key) == nullptr
                        ? "it is signed by key " + short_id(record->key) + "..., which was not given"
                        : "its signature does not fit: it was changed after it was signed, or forged");
      return ok();
    }
    history.records.push_back(std::move(*record));
    return ok();
  };
  ARKIVE_TRY(get_each(store, keys_of_records, take, deadline));
  return history;
}

Result<ChainPlace> newest_told(const Store& store, const std::string& cluster, const PublicKey& key,
                               Deadline deadline) {
  ARKIVE_ASSIGN(const auto numbers, numbers_in(store, deadline));
  const PublicKeys keys({key});
  ChainPlace told;
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    const auto text = store.get(record_key(*number), 0, 0, deadline);
    if (!text && !is_damage(text.error())) return fail(text.error());
    if (!text) continue;
    const auto record = Record::from_json(*text);
    if (!record || record->cluster != cluster || !is_signed_by(*record, keys)) continue;
    bool is_of_chain = false;
    for (const RunName& run : record->runs) {
      if (run.key != key.id()) continue;
      is_of_chain = true;
      if (run.number > told.number) told = {run.number, run.statement};
    }
    for (const Removed& removed : record->removed) {
      if (removed.key == key.id() && removed.last > told.number) told = {removed.last, {}};
    }
    if (is_of_chain && wrote_runs(*record)) break;
  }
  return told;
}

}  // namespace arkive::proof

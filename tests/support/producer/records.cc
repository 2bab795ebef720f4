#include "tests/support/producer/records.h"

#include <array>
#include <cstring>

namespace arkive::producer {

namespace {

/// SplitMix64: one number after the other from any start.
class Numbers {
 public:
  Numbers(std::uint64_t seed, std::uint64_t number) : state_(seed) {
    state_ = next() + number * 0xD1342543DE82EF95;
  }
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
  }

 private:
  std::uint64_t state_;
};

constexpr std::array<std::string_view, 16> kWords = {
    "order",  "parcel", "invoice", "customer", "warehouse", "shipped", "paid",    "returned",
    "Zürich", "São",    "Malmö",   "Kraków",   "pending",   "express", "insured", "fragile"};

void fill_random(Numbers& numbers, std::size_t size, std::string& value) {
  value.resize(size);
  std::size_t at = 0;
  for (; at < size; at += sizeof(std::uint64_t)) {
    const auto bits = numbers.next();
    std::memcpy(value.data() + at, &bits, std::min(sizeof bits, size - at));
  }
}

/// Words up to `size` bytes; what no whole word fits into is filled with dots.
void add_words(Numbers& numbers, std::size_t size, std::string& value) {
  while (value.size() < size) {
    const auto word = kWords[numbers.next() % kWords.size()];
    if (value.size() + word.size() + 1 > size) break;
    value += word;
    value += ' ';
  }
  if (value.size() < size) value.append(size - value.size(), '.');
}

void fill_json(Numbers& numbers, std::uint64_t number, std::size_t size, std::string& value) {
  constexpr std::string_view kEnd = "\"}";
  const auto random = numbers.next();
  value = "{\"id\":" + std::to_string(number) + ",\"customer\":" + std::to_string(random % 100'000) +
          ",\"amount\":" + std::to_string(random / 100'000 % 1'000'000) +
          ",\"paid\":" + (random % 3 == 0 ? "true" : "false") + ",\"note\":\"";
  if (value.size() + kEnd.size() < size) add_words(numbers, size - kEnd.size(), value);
  value += kEnd;
}

void add_headers(HeaderKind kind, std::uint64_t number, Record& record) {
  record.headers.clear();
  if (kind == HeaderKind::kNone) return;
  record.headers.emplace_back("trace", "trace-" + std::to_string(number));
  record.headers.emplace_back("source", "record_producer");
  if (kind == HeaderKind::kSome) return;
  record.headers.emplace_back("null", std::nullopt);
  record.headers.emplace_back("empty", "");
  record.headers.emplace_back("doubled", "first");
  record.headers.emplace_back("doubled", "second");
  record.headers.emplace_back("binary", std::string("\x00\xff\x80", 3));
  record.headers.emplace_back("", "of the empty name");
}

}  // namespace

void make_record(const RecordWishes& wishes, std::uint64_t number, Record& record) {
  Numbers numbers(wishes.seed, number);
  record.timestamp = wishes.first_timestamp + wishes.timestamp_step * static_cast<std::int64_t>(number);
  record.key.reset();
  if (wishes.empty_keys) record.key = "";
  if (wishes.keys > 0) record.key = "key-" + std::to_string(numbers.next() % wishes.keys);
  add_headers(wishes.headers, number, record);

  const bool tombstone = wishes.tombstone_every > 0 && (number + 1) % wishes.tombstone_every == 0;
  if (tombstone || wishes.value == ValueKind::kNull) {
    record.value.reset();
    return;
  }
  if (!record.value) record.value.emplace();
  record.value->clear();
  if (wishes.value == ValueKind::kRandom) fill_random(numbers, wishes.size, *record.value);
  if (wishes.value == ValueKind::kJson) fill_json(numbers, number, wishes.size, *record.value);
  if (wishes.value == ValueKind::kText) add_words(numbers, wishes.size, *record.value);
}

Result<ValueKind> value_kind(std::string_view word) {
  if (word == "random") return ValueKind::kRandom;
  if (word == "json") return ValueKind::kJson;
  if (word == "text") return ValueKind::kText;
  if (word == "empty") return ValueKind::kEmpty;
  if (word == "null") return ValueKind::kNull;
  return fail(Outcome::kUsage, "read kind of value '" + std::string(word) + "': no such kind",
              "known are: random, json, text, empty, null");
}

Result<HeaderKind> header_kind(std::string_view word) {
  if (word == "none") return HeaderKind::kNone;
  if (word == "some") return HeaderKind::kSome;
  if (word == "odd") return HeaderKind::kOdd;
  return fail(Outcome::kUsage, "read kind of headers '" + std::string(word) + "': no such kind",
              "known are: none, some, odd");
}

}  // namespace arkive::producer

// Test 7 of docs/reliability.md for archives: whatever is changed in whatever file of an archive, verify
// finds it and names the file; of a segment also the byte or the offset, where a checksum inside it tells.
#include <cstdlib>
#include <fstream>
#include <random>

#include "kafka/archive/verify.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::full_form;
using arkive::test::scoreboard;

/// The damaged content of a file, and what was done.
struct Damage {
  std::string what;
  std::string content;
  bool is_one_bit = false;
  std::size_t byte = 0;  ///< the first that differs
};

class Damaged : public ScriptedArchive {
 protected:
  /// About 64 KiB in all kinds of files: segments with all three indexes, lists, manifests.
  Damaged() {
    request_.segment_bytes = 6000;
    cluster_.make("orders", 2, 1);
    cluster_.make("payments", 1, 2);
    cluster_.groups.push_back(
        {"billing", "Empty", "consumer", 0, 1, {{{"orders", 0}, 5, 0, "half way"}}, ""});
    for (int k = 1; k <= 2; ++k) {
      for (int batch = 0; batch < 24; ++batch) cluster_.at("orders", 0).append(4, {}, 140);
      cluster_.at("orders", 1).append(k, {}, 3000);
      for (int transaction = 0; transaction < 6; ++transaction) {
        BatchOptions options;
        options.transactional = true;
        options.producer_id = 10 * k + transaction;
        options.producer_epoch = 0;
        cluster_.at("payments").append(3, options, 400);
        cluster_.at("payments")
            .end_transaction(options.producer_id, static_cast<std::int16_t>(transaction % 2));
      }
      run_whole();
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch("store"))) {
      const std::string path = entry.path();
      if (!entry.is_regular_file() || path.ends_with(".lock")) continue;
      const std::string key = path.substr(scratch("store").size() + 1);
      files_[key] = value_of(read_file(path));
      keys_.push_back(key);
    }
    std::sort(keys_.begin(), keys_.end());
  }

  void write(const std::string& key, const std::string& content) {
    std::ofstream(scratch("store") + "/" + key, std::ios::binary | std::ios::trunc) << content;
  }

  /// Objects that verify complains of, and its words. An error is a complaint too.
  std::map<std::string, std::string> complaints() {
    std::map<std::string, std::string> all;
    const auto store = DirectoryStore::open(scratch("store"));
    if (!store) return {{"", store.error().what}};
    VerifyOptions options;
    options.workers = 1;
    const auto report = verify_archive(**store, "main", "", options);
    if (!report) return {{"", report.error().what}};
    for (const Finding& finding : report->findings) all[finding.object] += finding.what + "\n";
    return all;
  }

  /// Empty when verify found that `key` is damaged.
  static std::string trouble(const std::string& key, const Damage& damage,
                             const std::map<std::string, std::string>& complaints) {
    if (complaints.empty()) return "not found";
    const auto is_named = std::find_if(complaints.begin(), complaints.end(), [&](const auto& one) {
      return one.first == key || (one.first.empty() && one.second.find(key) != std::string::npos);
    });
    if (is_named == complaints.end()) return "it is not named: " + complaints.begin()->second;
    // The first 17 bytes of a batch are in no checksum of its own.
    const bool tells_where = is_named->second.find("byte ") != std::string::npos ||
                             is_named->second.find("offset ") != std::string::npos ||
                             is_named->second.find("SHA-256") != std::string::npos ||
                             is_named->second.find("bytes, not") != std::string::npos;
    if (key.ends_with(".log") && !tells_where) return "no place is named: " + is_named->second;
    if (key.ends_with(".log") && damage.is_one_bit && is_named->second.find("SHA-256") == std::string::npos)
      return "its hash is not named: " + is_named->second;
    return {};
  }

  /// Puts it right again.
  std::string try_damage(const std::string& key, const Damage& damage) {
    write(key, damage.content);
    std::string found = trouble(key, damage, complaints());
    write(key, files_.at(key));
    return found;
  }

  static Damage flip(std::string content, std::size_t bit) {
    Damage damage;
    damage.byte = bit / 8;
    damage.what = "bit " + std::to_string(bit % 8) + " of byte " + std::to_string(damage.byte);
    content[damage.byte] = static_cast<char>(content[damage.byte] ^ (1 << bit % 8));
    damage.content = std::move(content);
    damage.is_one_bit = true;
    return damage;
  }

  Damage random_damage(const std::string& key, std::mt19937_64& random) {
    const std::string& content = files_.at(key);
    const std::size_t at = random() % content.size();
    Damage damage;
    damage.content = content;
    const std::size_t length = std::min<std::size_t>(content.size() - at, 1 + random() % 4096);
    switch (random() % 6) {
      case 0:
        damage.what = "cut short at byte " + std::to_string(at);
        damage.content.resize(at);
        break;
      case 1:
        damage.what = "zeroed from byte " + std::to_string(at) + " for " + std::to_string(length);
        damage.content.replace(at, length, length, '\0');
        break;
      case 2:
        damage.what = "doubled from byte " + std::to_string(at) + " for " + std::to_string(length);
        damage.content.insert(at, content.substr(at, length));
        break;
      case 3: {
        const std::string& other = keys_[random() % keys_.size()];
        damage.what = "replaced by " + other;
        damage.content = files_.at(other);
        break;
      }
      case 4: {
        const std::size_t to = random() % content.size();
        damage.what = "byte " + std::to_string(at) + " exchanged with byte " + std::to_string(to);
        std::swap(damage.content[at], damage.content[to]);
        break;
      }
      default:
        return flip(content, random() % (content.size() * 8));
    }
    return damage;
  }

  std::map<std::string, std::string> files_;
  std::vector<std::string> keys_;
};

TEST_F(Damaged, AnUndamagedArchiveHasNoFindings) {
  EXPECT_TRUE(complaints().empty()) << complaints().begin()->first << ": " << complaints().begin()->second;
  std::size_t bytes = 0;
  std::map<std::string, int> kinds;
  for (const auto& [key, content] : files_) {
    bytes += content.size();
    ++kinds[key.substr(key.rfind('.'))];
  }
  EXPECT_GE(bytes, 64U << 10);
  EXPECT_THAT(kinds, testing::UnorderedElementsAre(
                         testing::Pair(".log", testing::Ge(6)), testing::Pair(".index", testing::Ge(4)),
                         testing::Pair(".timeindex", testing::Ge(4)),
                         testing::Pair(".txnindex", testing::Ge(2)), testing::Pair(".json", testing::Ge(7))));
}

TEST_F(Damaged, RandomDamageOfAnyFileIsFoundAndNamed) {
  const char* const wanted = std::getenv("ARKIVE_DAMAGE_SEED");
  const std::uint64_t seed = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : std::random_device{}();
  std::printf("ARKIVE_DAMAGE_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const std::uint64_t rounds = full_form() ? 100'000 : 1'000;
  std::uint64_t injected = 0;
  std::uint64_t failures = 0;
  while (injected < rounds) {
    const std::string& key = keys_[random() % keys_.size()];
    const Damage damage = random_damage(key, random);
    if (damage.content == files_.at(key)) continue;  // zeros zeroed, equal bytes exchanged
    ++injected;
    const std::string found = try_damage(key, damage);
    if (found.empty()) continue;
    ++failures;
    ADD_FAILURE() << key << ": " << damage.what << ": " << found;
    if (failures > 20) break;
  }
  scoreboard("archive_damage", seed, injected, injected - failures, failures);
}

TEST_F(Damaged, AFileThatIsMissingIsNamed) {
  std::uint64_t failures = 0;
  std::uint64_t injected = 0;
  for (const std::string& key : keys_) {
    // Nothing names a manifest: a run without one is no run.
    if (key.starts_with("runs/") || key == "arkive.json") continue;
    ++injected;
    std::filesystem::remove(scratch("store") + "/" + key);
    const auto found = complaints();
    if (!found.contains(key)) {
      ++failures;
      ADD_FAILURE() << key << " is missing, and verify does not say so";
    }
    write(key, files_.at(key));
  }
  scoreboard("archive_missing_file", 0, injected, injected - failures, failures);
}

TEST_F(Damaged, EachFlippedBitIsFoundAndNamed) {
  // The quick form takes every 997th; 997 is prime, so every bit of a byte has its turn.
  const std::size_t step = full_form() ? 1 : 997;
  std::uint64_t injected = 0;
  std::uint64_t failures = 0;
  std::size_t bit = 0;
  for (const std::string& key : keys_) {
    const std::string& content = files_.at(key);
    for (; bit < content.size() * 8 && failures <= 20; bit += step) {
      ++injected;
      const Damage damage = flip(content, bit);
      const std::string found = try_damage(key, damage);
      if (found.empty()) continue;
      ++failures;
      ADD_FAILURE() << key << ": " << damage.what << ": " << found;
    }
    bit -= std::min(bit, content.size() * 8);
  }
  scoreboard("archive_bit_flips", 0, injected, injected - failures, failures);
}

}  // namespace
}  // namespace arkive::kafka::test

#include <functional>
#include <nlohmann/json.hpp>

#include "restore-plans/observe/exact_text.h"
#include "stores/manifest/seal.h"
#include "tests/restore-plans/observe/observations.h"
#include "tests/support/evil_names.h"

namespace arkive::restore_plans::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string sealed(const json& document) {
  return sealed_json(document.dump());
}

TEST(ObservationJson, ComesBackAsItWas) {
  const Observation seen = some_observation();
  const std::string text = seen.to_json();
  EXPECT_EQ(value_of(Observation::from_json(text)), seen);
  EXPECT_EQ(value_of(Observation::from_json(text)).to_json(), text);
  EXPECT_EQ(value_of(Observation::from_json(Observation().to_json())), Observation());
}

TEST(ObservationJson, ComesBackWhateverWasSeen) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomObservations random(seed);
  for (int i = 0; i < 500; ++i) {
    const Observation seen = random.next();
    const auto again = Observation::from_json(seen.to_json());
    ASSERT_TRUE(succeeded(again)) << seen.to_json();
    ASSERT_EQ(*again, seen) << seen.to_json();
  }
}

TEST(ObservationJson, KeepsNamesApartThatAreNoText) {
  Observation seen;
  for (const std::string& name : arkive::test::evil_names()) {
    seen.zookeeper.znodes["/" + name] = "-";
    seen.zookeeper.unreadable.push_back("/" + name);
  }
  seen.zookeeper.znodes["/\xff"] = "-";
  seen.zookeeper.znodes["/\xfe"] = "-";
  seen.zookeeper.znodes["/\\xff"] = "-";
  EXPECT_EQ(value_of(Observation::from_json(seen.to_json())), seen);
}

TEST(ObservationJson, RefusesAnyByteThatChanged) {
  const std::string text = some_observation().to_json();
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 300; ++i) {
    std::string damaged = text;
    const std::size_t at = random() % damaged.size();
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    const auto read = Observation::from_json(damaged);
    ASSERT_FALSE(read) << "byte " << at;
    // A digit of the format may have become a newer one.
    ASSERT_TRUE(read.error().outcome == Outcome::kCorrupt || read.error().outcome == Outcome::kUsage);
  }
  for (std::size_t size = 0; size < text.size(); size += 7) {
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, Observation::from_json(text.substr(0, size)))) << size;
  }
}

TEST(ObservationJson, RefusesANewerFormatAndAnotherFile) {
  json document = json::parse(some_observation().to_json());
  document["format"] = 2;
  EXPECT_TRUE(failed_with(Outcome::kUsage, Observation::from_json(sealed(document))));
  document["format"] = 0;
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, Observation::from_json(sealed(document))));
  document["format"] = 1;
  document["file"] = "plan";
  const auto read = Observation::from_json(sealed(document));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read));
  EXPECT_THAT(read.error().what, HasSubstr("field 'file' is not \"observation\""));
}

/// Members of these are named by what was seen: one more or less is another observation, not a wrong file.
bool holds_names(const std::string& field) {
  return field == "topics" || field == "groups" || field == "config" || field == "znodes" ||
         field == "releases";
}

/// Calls visit(pointer, field) for every value of the document: the field is what an error should name. The
/// reports of log directories are left whole.
void for_each_value(const json& value, const json::json_pointer& at, const std::string& field,
                    const std::function<void(const json::json_pointer&, const std::string&)>& visit) {
  if (!at.empty()) visit(at, field);
  if (field == "logs" && value.is_object()) return;
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) for_each_value(value[i], at / i, field, visit);
  } else if (value.is_object()) {
    const bool names = !at.empty() && holds_names(at.back());
    for (const auto& [key, member] : value.items()) {
      for_each_value(member, at / key, names ? field : key, visit);
    }
  }
}

class EveryField : public testing::Test {
 protected:
  void refuses(const json& damaged, const json::json_pointer& at, const std::string& field,
               const std::string& what) {
    const auto read = Observation::from_json(sealed(damaged));
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, read)) << what << " " << at.to_string();
    EXPECT_THAT(read.error().what, HasSubstr(field)) << what << " " << at.to_string();
  }
  json document_ = json::parse(some_observation().to_json());
};

TEST_F(EveryField, IsRefusedWhenItIsOfAnotherKind) {
  const std::vector<json> others = {7, -7, "text", "", true, json::array(), json::object(), nullptr};
  int tried = 0;
  for_each_value(document_, json::json_pointer(), "",
                 [&](const json::json_pointer& at, const std::string& field) {
                   if (field == "seal") return;
                   for (const json& other : others) {
                     json damaged = document_;
                     json& value = damaged[at];
                     if (value.type() == other.type() || (value.is_number() && other.is_number())) continue;
                     if (other.is_null() && (field == "kafka_root" || field == "producer_ids")) continue;
                     value = other;
                     refuses(damaged, at, field, other.dump() + " as");
                     ++tried;
                   }
                 });
  EXPECT_GT(tried, 500);
}

TEST_F(EveryField, IsRefusedWhenItIsMissing) {
  for_each_value(document_, json::json_pointer(), "",
                 [&](const json::json_pointer& at, const std::string& field) {
                   const json::json_pointer parent = at.parent_pointer();
                   const bool named = !parent.empty() && holds_names(parent.back());
                   if (field == "seal" || named || !document_[parent].is_object()) return;
                   json damaged = document_;
                   damaged[parent].erase(at.back());
                   refuses(damaged, at, field, "without");
                 });
}

TEST_F(EveryField, IsRefusedWhenItsNumberIsOutOfRange) {
  const std::vector<json> others = {1.5, -1e300, std::uint64_t{1} << 63, INT64_MIN, 0.0};
  for_each_value(
      document_, json::json_pointer(), "", [&](const json::json_pointer& at, const std::string& field) {
        if (!document_[at].is_number()) return;
        const bool is_wide = field == "log_start" || field == "log_end" || field == "zxid" ||
                             field == "end" || field == "controller_epoch" || field == "observed_ms";
        for (const json& other : others) {
          if (is_wide && other == INT64_MIN) continue;
          if (at.to_string() == "/kafka/groups/billing/offsets" && other.is_number_unsigned()) continue;
          json damaged = document_;
          damaged[at] = other;
          refuses(damaged, at, other.is_number_float() ? "" : field, other.dump() + " as");
        }
      });
}

TEST(ObservationJson, RefusesWhatItNeverWrites) {
  const auto refuses = [](const char* at, const json& value, const std::string& what) {
    json document = json::parse(some_observation().to_json());
    document[json::json_pointer(at)] = value;
    const auto read = Observation::from_json(sealed(document));
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, read)) << at;
    EXPECT_THAT(read.error().what, HasSubstr(what)) << at;
  };
  refuses("/zookeeper/reached", "perhaps", "field 'zookeeper.reached' is none of its three words");
  refuses("/zookeeper/znodes/~1", "abc", "field 'zookeeper.znodes' holds what is no SHA-256");
  refuses("/zookeeper/znodes/~1", std::string(64, 'A'), "holds what is no SHA-256");
  refuses("/zookeeper/address", "\\x41", "field 'zookeeper.address' holds a backslash");
  refuses("/zookeeper/unreadable/0", "\\", "field 'zookeeper.unreadable' holds a backslash");
  refuses("/zookeeper/topics/a\\b", json::object(), "field 'zookeeper.topics' holds a backslash");
  refuses("/zookeeper/brokers/1/id", 1, "field 'zookeeper.brokers' is not ascending");
  refuses("/zookeeper/brokers/1/port", 65536, "field 'zookeeper.brokers[1].port' is out of range");
  refuses("/zookeeper/topics/orders/partitions", {1, 0}, "partitions' is not ascending");
  refuses("/zookeeper/topics/orders/partitions", {-1, 0}, "partitions[0]' is out of range");
  refuses("/kafka/topics/orders/partitions/1/partition", 0, "partitions' is not ascending");
  refuses("/kafka/groups/billing/members", -1, "field 'kafka.groups.billing.members' is out of range");
  refuses("/logs/0/host", "elsewhere", "field 'logs[0]'");
  refuses("/logs/0", json::parse(some_logs(3).to_json()), "field 'logs' is not ascending");
}

TEST(ExactText, IsTheBytesAgain) {
  EXPECT_EQ(exact_text("/kafka/ä€"), "/kafka/ä€");
  EXPECT_EQ(exact_text("a\\b"), "a\\\\b");
  EXPECT_EQ(exact_text("a\xff\xc3"), "a\\xff\\xc3");
  for (const char* text : {"\\", "\\x", "\\xf", "\\xFF", "\\x41", "\\n", "\xff", "a\\xff\\"}) {
    EXPECT_EQ(bytes_of_exact_text(text), std::nullopt) << text;
  }
  EXPECT_EQ(bytes_of_exact_text("a\\xff\\\\"), "a\xff\\");
}

}  // namespace
}  // namespace arkive::restore_plans::test

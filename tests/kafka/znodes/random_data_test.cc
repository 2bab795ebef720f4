#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "kafka/znodes/json_scan.h"
#include "kafka/znodes/kafka_application.h"
#include "tests/kafka/znodes/recorded_znodes.h"

namespace arkive::kafka::test {
namespace {

// Breaks znodes of real clusters in every way that comes to mind.
class Breaker {
 public:
  explicit Breaker(unsigned int seed) : random_(seed) {
    for (const std::string& version : recorded_versions()) {
      for (const Step& step : recorded_steps(version)) {
        for (const zk::ZnodeChange& change : step.changes) {
          paths_.push_back(change.path);
          if (change.after && change.after->data) data_.push_back(*change.after->data);
        }
      }
    }
  }

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

  std::string path() {
    std::string path = paths_[below(paths_.size())];
    if (below(4) != 0) return path;
    static const std::vector<std::string> parts = {"/x",       "/partitions", "/99999999999", "/-1",
                                                   "/%",       "/%zz",        "/%41",         "/<default>",
                                                   "/clients", "/state",      "/\xff"};
    const std::size_t slash = path.rfind('/');
    return (below(2) == 0 && slash > 0 ? path.substr(0, slash) : path) + parts[below(parts.size())];
  }

  std::optional<std::string> data() {
    if (below(12) == 0) return std::nullopt;
    std::string data = below(6) == 0 ? random_json(0) : data_[below(data_.size())];
    for (std::size_t times = below(4); times > 0 && !data.empty(); --times) break_once(data);
    return data;
  }

  std::optional<zk::Znode> znode_at(const std::string& path) {
    if (below(5) == 0) return std::nullopt;
    zk::Znode made = znode(path, data());
    if (below(8) == 0)
      made.acl = {{static_cast<std::uint32_t>(below(32)), "digest", "u:" + std::to_string(below(3))}};
    return made;
  }

 private:
  void break_once(std::string& data) {
    static const std::vector<std::string> pieces = {"\"",
                                                    "\\",
                                                    "{",
                                                    "}",
                                                    "[",
                                                    "]",
                                                    ",",
                                                    ":",
                                                    "null",
                                                    "-1",
                                                    "1e999",
                                                    "0",
                                                    "99999999999999999999",
                                                    "\\ud800",
                                                    "\\u0000",
                                                    "\xff",
                                                    "\n",
                                                    "\x1b",
                                                    "{\"a\":{}}",
                                                    "true",
                                                    "salt=",
                                                    ",,",
                                                    "=="};
    const std::size_t at = below(data.size());
    switch (below(4)) {
      case 0:
        data.erase(at, 1 + below(8));
        break;
      case 1:
        data.insert(at, pieces[below(pieces.size())]);
        break;
      case 2:
        data[at] = static_cast<char>(below(256));
        break;
      default:
        data.resize(at);
    }
  }

  std::string random_json(int depth) {
    switch (below(depth > 4 ? 3 : 5)) {
      case 0:
        return std::to_string(static_cast<std::int64_t>(random_()) << below(33));
      case 1:
        return "\"SCRAM-x" + std::to_string(below(9)) + "\"";
      case 2:
        return "null";
      case 3:
        return "[" + random_json(depth + 1) + "," + random_json(depth + 1) + "]";
      default: {
        static const std::vector<std::string> keys = {"version",  "config", "partitions",  "acls",
                                                      "0",        "isr",    "leader",      "owner",
                                                      "features", "status", "leader_epoch"};
        return "{\"" + keys[below(keys.size())] + "\":" + random_json(depth + 1) + ",\"" +
               keys[below(keys.size())] + "\":" + random_json(depth + 1) + "}";
      }
    }
  }

  std::mt19937 random_;
  std::vector<std::string> paths_;
  std::vector<std::string> data_;
};

unsigned int seed() {
  const char* given = std::getenv("ARKIVE_SEED");
  return given != nullptr ? static_cast<unsigned int>(std::strtoul(given, nullptr, 10))
                          : std::random_device()();
}

TEST(RandomData, NeverBreaksAnythingAndEachChangeIsEitherToldOrUnknown) {
  const unsigned int used = seed();
  SCOPED_TRACE("ARKIVE_SEED=" + std::to_string(used));
  std::printf("ARKIVE_SEED=%u\n", used);
  Breaker breaker(used);
  const auto application = kafka_application();
  for (int round = 0; round < 400; ++round) {
    std::vector<zk::ZnodeChange> changes;
    zk::Tree tree;
    for (std::size_t i = 1 + breaker.below(40); i > 0; --i) {
      const std::string path = breaker.path();
      zk::ZnodeChange changed{path, breaker.znode_at(path), breaker.znode_at(path)};
      if (!changed.before && !changed.after) continue;
      if (changed.after && changed.after->data) {
        const std::string& data = *changed.after->data;
        tree.set_data(tree.make(path), Bytes(data));
        std::size_t done = 0;
        for (const zk::SecretRange& range : application->secrets(path, data, "")) {
          ASSERT_LE(done, range.begin) << path << " " << printable(data);
          ASSERT_LT(range.begin, range.end) << path << " " << printable(data);
          ASSERT_LE(range.end, data.size()) << path << " " << printable(data);
          done = range.end;
        }
      }
      changes.push_back(std::move(changed));
    }
    std::vector<std::size_t> unknown;
    const std::vector<zk::Sentence> sentences = application->describe(changes, "", unknown);
    for (const zk::Sentence& sentence : sentences) {
      ASSERT_EQ(sentence.text, printable(sentence.text));
      ASSERT_LT(sentence.text.size(), 4000U);
    }
    ASSERT_TRUE(std::is_sorted(unknown.begin(), unknown.end()));
    ASSERT_TRUE(unknown.empty() || unknown.back() < changes.size());
    (void)application->summarise(sentences);
    (void)application->find_roots(tree);
    for (const auto& [name, value] : application->overview(tree, "")) ASSERT_EQ(value, printable(value));
    for (const zk::View& view : application->views(tree, "")) {
      ASSERT_FALSE(view.content.empty());
      ASSERT_EQ(view.content.back(), '\n');
      ASSERT_TRUE(is_utf8(view.content)) << view.path;
      ASSERT_TRUE(is_utf8(view.path));
    }
  }
}

TEST(RandomData, DeeplyNestedJsonIsRefusedNotFollowed) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  const std::string config = R"({"version":1,"config":{"a":)" + deep + "}}";
  EXPECT_EQ(kafka_application()->secrets("/config/users/a", config, "").size(), 1U);
  EXPECT_THAT(tell({change("/config/topics/t", std::nullopt, config)}).unknown, testing::ElementsAre(0));
}

TEST(JsonScan, TellsWhereValuesStand) {
  const std::string text = R"( {"a": "x\"y", "b":[1,{"c":true}], "d\u00e9":"" } )";
  std::vector<std::string> found;
  EXPECT_TRUE(scan_json(text, [&](const JsonScalar& scalar) {
    std::string line;
    for (const std::string& key : scalar.keys) line += key + "/";
    found.push_back(line + "=" + text.substr(scalar.begin, scalar.end - scalar.begin));
  }));
  EXPECT_THAT(found, testing::ElementsAre("a/=x\\\"y", "b/=1", "b/c/=true", "d\xc3\xa9/="));
  for (const char* wrong :
       {"", "{", "{\"a\"}", "{\"a\":}", "[1,]", "{} x", "\"", "\"\\", "{\"a\":\"b\n\"}", "{,}"}) {
    EXPECT_FALSE(scan_json(wrong, [](const JsonScalar&) {})) << wrong;
  }
  EXPECT_EQ(unescape_json(R"(\ud83d\ude00\u0041\n\/\u12)"),
            "\xf0\x9f\x98\x80"
            "A\n/\\u12");
}

}  // namespace
}  // namespace arkive::kafka::test

#include "stores/manifest/json_fields.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace arkive::test {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Json = nlohmann::json;

class JsonFieldsTest : public testing::Test {
 protected:
  JsonFields fields() { return {document_, "", problem_}; }
  Json document_ = {{"text", "abc"},
                    {"flag", true},
                    {"count", std::uint64_t{1} << 63},
                    {"number", -5},
                    {"none", nullptr},
                    {"texts", {"a", "b"}},
                    {"ids", {3, 1}},
                    {"config", {{"a", "1"}, {"b", "2"}}},
                    {"inner", {{"number", 7}}},
                    {"list", {{{"number", 1}}, {{"number", 2}}}},
                    {"members", {{"x", {{"number", 3}}}}}};
  std::string problem_;
};

TEST_F(JsonFieldsTest, TakesWhatIsThere) {
  JsonFields all = fields();
  std::string text;
  bool flag = false;
  std::uint64_t count = 0;
  std::int32_t number = 0;
  std::vector<std::string> texts;
  std::vector<std::int32_t> ids;
  std::map<std::string, std::string> config;
  all.take("text", text);
  all.take("flag", flag);
  all.take("count", count);
  all.take("number", number, -5, -5);
  all.take("texts", texts);
  all.take("ids", ids, 1);
  all.take("config", config);
  EXPECT_EQ(text, "abc");
  EXPECT_TRUE(flag);
  EXPECT_EQ(count, std::uint64_t{1} << 63);
  EXPECT_EQ(number, -5);
  EXPECT_THAT(texts, ElementsAre("a", "b"));
  EXPECT_THAT(ids, ElementsAre(3, 1));
  EXPECT_THAT(config, ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_TRUE(all.is_null("none"));
  EXPECT_FALSE(all.is_null("text"));
  EXPECT_FALSE(all.is_null("absent"));
  std::vector<std::int64_t> numbers;
  const auto take = [&](JsonFields each) { each.take("number", numbers.emplace_back(), 0, 9); };
  take(all.object("inner"));
  all.for_each("list", take);
  all.for_each_member("members", [&](const std::string& key, JsonFields each) {
    EXPECT_EQ(key, "x");
    take(each);
  });
  EXPECT_THAT(numbers, ElementsAre(7, 1, 2, 3));
  EXPECT_EQ(problem_, "");
}

TEST_F(JsonFieldsTest, NamesTheFirstThatIsWrongAndLeavesItsValue) {
  std::int64_t number = 42;
  JsonFields all = fields();
  all.object("inner").take("number", number, 0, 6);
  EXPECT_EQ(problem_, "field 'inner.number' is out of range");
  all.take("absent", number, 0, 6);
  EXPECT_EQ(problem_, "field 'inner.number' is out of range");
  EXPECT_EQ(number, 42);
}

TEST_F(JsonFieldsTest, NamesElementsAndMembers) {
  const auto problem_with = [&](const char* at, const Json& value, const auto& take) {
    Json changed = document_;
    changed[Json::json_pointer(at)] = value;
    std::string problem;
    take(JsonFields(changed, "", problem));
    return problem;
  };
  std::int32_t number = 0;
  const auto take_number = [&](JsonFields each) { each.take("number", number, 0, 9); };
  const auto list = [&](JsonFields all) { all.for_each("list", take_number); };
  EXPECT_EQ(problem_with("/list/1", 7, list), "field 'list[1]' is no object");
  EXPECT_EQ(problem_with("/list/1/number", true, list), "field 'list[1].number' is no whole number");
  const auto members = [&](JsonFields all) {
    all.for_each_member("members", [&](const std::string&, JsonFields each) { take_number(each); });
  };
  EXPECT_EQ(problem_with("/members/x", 7, members), "field 'members.x' is no object");
  EXPECT_EQ(problem_with("/members/x/number", 10, members), "field 'members.x.number' is out of range");
  EXPECT_EQ(problem_with("/members/a\nb", 7, members), "field 'members.a\\x0ab' is no object");
  std::vector<std::int32_t> ids;
  const auto take_ids = [&](JsonFields all) { all.take("ids", ids, 1); };
  EXPECT_EQ(problem_with("/ids/1", 0, take_ids), "field 'ids[1]' is out of range");
  EXPECT_EQ(problem_with("/ids/1", std::int64_t{1} << 31, take_ids), "field 'ids[1]' is out of range");
  EXPECT_EQ(problem_with("/ids/1", "1", take_ids), "field 'ids[1]' is no whole number");
  std::map<std::string, std::string> config;
  EXPECT_EQ(problem_with("/config/b", 2, [&](JsonFields all) { all.take("config", config); }),
            "field 'config.b' is no text");
  EXPECT_EQ(problem_with("/number", std::uint64_t{1} << 63,
                         [](JsonFields all) {
                           std::int64_t wide = 0;
                           all.take("number", wide, INT64_MIN, INT64_MAX);
                         }),
            "field 'number' is out of range");
}

}  // namespace
}  // namespace arkive::test

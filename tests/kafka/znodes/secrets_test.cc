#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "kafka/znodes/kafka_application.h"
#include "tests/kafka/znodes/recorded_znodes.h"
#include "zk/tree_format/redactor.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> secrets_in(const std::string& path, const std::string& data,
                                    const std::string& root = "") {
  std::vector<std::string> found;
  std::size_t before = 0;
  for (const zk::SecretRange& range : kafka_application()->secrets(path, data, root)) {
    EXPECT_LE(before, range.begin);
    EXPECT_LT(range.begin, range.end);
    EXPECT_LE(range.end, data.size());
    before = range.end;
    found.push_back(data.substr(range.begin, range.end - range.begin));
  }
  return found;
}

std::string config(const std::string& entries) {
  return R"({"version":1,"config":{)" + entries + "}}";
}

TEST(Secrets, SaltAndKeysOfScramButNotItsIterations) {
  const std::string value =
      R"("SCRAM-SHA-256":"salt=c2FsdA==,stored_key=a2V5,server_key=c2VydmVy,iterations=4096")";
  for (const std::string root : {"", "/kafka"}) {
    EXPECT_THAT(
        secrets_in(root + "/config/users/alice", config(value + R"(,"producer_byte_rate":"1024")"), root),
        ElementsAre("c2FsdA==", "a2V5", "c2VydmVy"));
  }
  EXPECT_THAT(secrets_in("/config/users/a/clients/b", config(value)),
              ElementsAre("c2FsdA==", "a2V5", "c2VydmVy"));
}

TEST(Secrets, AreFoundBehindEscapesSpacesAndDuplicates) {
  EXPECT_THAT(
      secrets_in("/config/users/a", "{ \"config\" : {\"SCRAM\\u002dSHA-256\" :\n\"salt=x,iterations=1\"} }"),
      ElementsAre("x"));
  EXPECT_THAT(secrets_in("/config/users/a", config(R"("SCRAM-SHA-256":"salt=a\/b,iterations=1")")),
              ElementsAre(R"(salt=a\/b,iterations=1)"));
  EXPECT_THAT(secrets_in("/config/users/a", config(R"("SCRAM-X":"salt=a","SCRAM-X":"salt=b")")),
              ElementsAre("a", "b"));
  EXPECT_THAT(secrets_in("/config/users/a", config(R"("SCRAM-X":"unheard of")")), ElementsAre("unheard of"));
}

TEST(Secrets, PasswordsOfBrokers) {
  const auto whole = [](const std::string& key) {
    return secrets_in("/config/brokers/1", config("\"" + key + R"(":"canary")"));
  };
  for (const char* key :
       {"ssl.keystore.password", "ssl.key.password", "ssl.truststore.password", "sasl.jaas.config",
        "ssl.keystore.key", "ssl.keystore.certificate.chain", "ssl.truststore.certificates",
        "password.encoder.secret", "password.encoder.old.secret", "delegation.token.secret.key",
        "delegation.token.master.key", "listener.name.external.ssl.keystore.password",
        "listener.name.sasl.plain.sasl.jaas.config", "my.plugin.api.token", "MY.PASSWORD"}) {
    EXPECT_THAT(whole(key), ElementsAre("canary")) << key;
  }
  for (const char* key : {"log.cleaner.threads", "ssl.keystore.location", "ssl.keystore.type",
                          "sasl.enabled.mechanisms", "listener.name.x.ssl.client.auth"}) {
    EXPECT_THAT(whole(key), IsEmpty()) << key;
  }
  EXPECT_THAT(secrets_in("/config/brokers/<default>",
                         config(R"("x":"keyLength:128,encryptedPassword:abc=,iterations:1")")),
              ElementsAre("keyLength:128,encryptedPassword:abc=,iterations:1"));
}

TEST(Secrets, EveryRecordedPasswordIsCovered) {
  std::size_t covered = 0;
  for (const std::string& version : recorded_versions()) {
    for (const Step& step : recorded_steps(version)) {
      for (const zk::ZnodeChange& change : step.changes) {
        if (!change.after || !change.after->data) continue;
        std::string data = *change.after->data;
        const auto ranges = kafka_application()->secrets(change.path, data, "");
        for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
          data.replace(range->begin, range->end - range->begin, "***");
          ++covered;
        }
        EXPECT_THAT(data, Not(testing::ContainsRegex("(salt|_key)=[^*]"))) << change.path;
        EXPECT_THAT(data, Not(HasSubstr("encryptedPassword"))) << change.path;
        EXPECT_TRUE(ranges.empty() || nlohmann::json::accept(data)) << data;
      }
    }
  }
  EXPECT_GE(covered, 20U);
}

TEST(Secrets, DataNotUnderstoodIsSecretAsAWholeWhereSecretsAreKept) {
  for (const char* path : {"/config/users/alice", "/config/users/alice/clients/app", "/config/users/a/b/c",
                           "/config/brokers/1", "/delegation_token/tokens/abc"}) {
    for (const char* data :
         {"{", "canary", "[]", R"({"config":{"a":{"b":"canary"}}})", "{\"config\":{\"a\":\"\xff\"}}"}) {
      EXPECT_THAT(secrets_in(path, data), ElementsAre(data)) << path;
      const Told told = tell({change(path, std::nullopt, data)});
      EXPECT_THAT(told.unknown, IsEmpty()) << path;
      ASSERT_EQ(told.major.size(), 1U);
      EXPECT_THAT(told.major[0], HasSubstr("not shown"));
      EXPECT_THAT(told.major[0], Not(HasSubstr("canary")));
    }
    EXPECT_THAT(secrets_in(path, ""), IsEmpty());
  }
  EXPECT_THAT(secrets_in("/config/topics/t", "{"), IsEmpty());
}

TEST(Secrets, OfUsersWhateverIsNoNumberAndOfTokensTheHmacAlone) {
  EXPECT_THAT(secrets_in("/config/users/a", config(R"("new_quota":"10.5","new_login":"canary")")),
              ElementsAre("canary"));
  EXPECT_THAT(
      secrets_in(
          "/delegation_token/tokens/id",
          R"({"owner":"User%3Aa","expiryTimestamp":1,"maxTimestamp":2,"tokenId":"id","HMAC":"canary"})"),
      ElementsAre("canary"));
}

TEST(Secrets, NoneInOtherZnodes) {
  for (const char* path :
       {"/brokers/topics/password", "/kafka-acl/Topic/secret", "/solr/security.json", "/"}) {
    EXPECT_THAT(secrets_in(path, config(R"("ssl.key.password":"x")")), IsEmpty()) << path;
  }
}

TEST(Secrets, NoCanaryInSentencesViewsOrOverview) {
  const std::string before = "c4n4ry-before";
  const std::string after = "c4n4ry-after";
  const auto znodes = [](const std::string& canary) {
    const std::string scram =
        R"("SCRAM-SHA-256":"salt=)" + canary + ",stored_key=" + canary + ",server_key=" + canary;
    return std::vector<std::pair<std::string, std::string>>{
        {"/brokers/topics/t", R"({"version":1,"partitions":{"0":[1]}})"},
        {"/config/users/alice", config(scram + R"(,iterations=4096")")},
        {"/config/users/bob", config(scram + ",iterations=" + canary + "\"")},
        {"/config/users/carol", config(R"("SCRAM-SHA-512":")" + canary + "\"")},
        {"/config/users/dave", config(R"("x":")" + canary + "\"")},
        {"/config/users/erin", canary},
        {"/config/users/frank/what/is/this", canary},
        {"/config/brokers/1",
         config(R"("ssl.key.password":")" + canary + R"(","a.b":"encryptedPassword:)" + canary + "\"")},
        {"/config/brokers/2", "{" + canary},
        {"/config/topics/t", config(R"("my.password":")" + canary + "\"")},
        {"/config/clients/c", config(R"("some.secret":")" + canary + "\"")},
        {"/config/groups/g", config(R"("some.secret":")" + canary + "\"")},
        {"/delegation_token/tokens/id",
         R"({"owner":"User%3Aa","expiryTimestamp":1,"maxTimestamp":2,"hmac":")" + canary + "\"}"},
        {"/delegation_token/tokens/bad", canary},
    };
  };
  const auto application = kafka_application();
  const auto old_znodes = znodes(before);
  const auto new_znodes = znodes(after);
  std::vector<zk::ZnodeChange> created;
  std::vector<zk::ZnodeChange> changed;
  std::vector<zk::ZnodeChange> removed;
  const zk::Redactor redactor(std::string(32, 'k'));
  for (std::size_t i = 0; i < old_znodes.size(); ++i) {
    const std::string& path = old_znodes[i].first;
    created.push_back(change(path, std::nullopt, old_znodes[i].second));
    changed.push_back(change(path, old_znodes[i].second, new_znodes[i].second));
    removed.push_back(change(path, old_znodes[i].second, std::nullopt));
    std::string redacted = old_znodes[i].second;
    const auto ranges = application->secrets(path, redacted, "");
    for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
      redacted.replace(range->begin, range->end - range->begin, redactor.fingerprint("x"));
    }
    EXPECT_THAT(redacted, Not(HasSubstr("c4n4ry"))) << path;
  }
  for (const auto& changes : {created, changed, removed}) {
    const Told told = tell(changes);
    EXPECT_THAT(told.unknown, IsEmpty());
    for (const zk::Sentence& sentence : told.sentences) EXPECT_THAT(sentence.text, Not(HasSubstr("c4n4ry")));
    EXPECT_THAT(application->summarise(told.sentences), Not(HasSubstr("c4n4ry")));
  }
  const zk::Tree tree = tree_of(new_znodes);
  for (const zk::View& view : application->views(tree, ""))
    EXPECT_THAT(view.content, Not(HasSubstr("c4n4ry")));
  for (const auto& [name, value] : application->overview(tree, ""))
    EXPECT_THAT(value, Not(HasSubstr("c4n4ry")));
}

}  // namespace
}  // namespace arkive::kafka::test

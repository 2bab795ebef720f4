// The kinds of Store and Repository that are in a bucket, of a real MinIO.
#include <mutex>
#include <set>
#include <thread>

#include "tests/contract/buckets/minio_bucket.h"
#include "tests/contract/object_places/object_place.h"
#include "tests/support/scoreboard.h"
#include "tests/support/stopped_holder.h"

namespace arkive::test {
namespace {

INSTANTIATE_TEST_SUITE_P(Buckets, StoreContract, testing::ValuesIn(object_store_kinds("minio", open_bucket)),
                         store_kind_name);
INSTANTIATE_TEST_SUITE_P(Buckets, RepositoryContract,
                         testing::ValuesIn(object_repository_kinds("minio", open_bucket)), kind_name);
INSTANTIATE_TEST_SUITE_P(Buckets, ObjectPlaceContract,
                         testing::Values(ObjectPlace{
                             .name = "minio",
                             .open = open_bucket,
                             .open_missing = []() -> std::unique_ptr<Store> {
                               s3::Settings settings = settings_for("zoo");
                               settings.location.bucket = "no-such-bucket";
                               return value_of(S3Store::open(settings, credentials()));
                             },
                             .missing = "there is no bucket 'no-such-bucket'",
                             .server = []() -> rehearse::Server& { return Minio::server(); }}),
                         object_place_name);

TEST_F(Bucket, AWrongKeyIsDeniedAtOnceAndNotShown) {
  for (const s3::Credentials& wrong :
       {s3::Credentials{"arkive", "canary-wrong-secret"}, s3::Credentials{"nobody", "canary-wrong-secret"}}) {
    const auto store = value_of(S3Store::open(settings_for("zoo"), s3::fixed_credentials(wrong, "the test")));
    const Status done = store->put("k", "x", PutMode::kCreateOnly, soon());
    ASSERT_TRUE(failed_with(Outcome::kDenied, done));
    EXPECT_EQ((done.error().what + done.error().hint).find("canary"), std::string::npos);
    EXPECT_FALSE(done.error().hint.empty());
  }
}

TEST_F(Bucket, AHolderThatStoodStillWritesNothingMore) {
  s3::Settings settings = settings_for(place("stopped").substr(1));
  settings.lease = std::chrono::seconds(5);
  const auto open = [&] { return value_of(S3Store::open(settings, credentials())); };
  StoppedHolder holder(open, "prod", "manifest");
  ASSERT_TRUE(holder.holds());
  holder.stop();
  const auto store = open();
  const auto held = value_of(store->lock("prod", Deadline::after(std::chrono::seconds(20))));
  EXPECT_EQ(holder.wake_and_write(), StoppedHolder::kConflict);
  EXPECT_TRUE(succeeded(store->put("manifest", "ours", PutMode::kCreateOnly, soon())));
  EXPECT_EQ(value_of(store->get("manifest", 0, 0, soon())), "ours");
}

/// Test 12 of docs/reliability.md on a limit of a real server: MinIO sends away by 429 what it has no place
/// for, and asks to wait for a minute. --full: they do, and all is written.
TEST_F(Bucket, OfAServerThatTakesOneRequestAtATimeManyClientsLoseNothing) {
  const auto server = value_of(rehearse::MinioServer::start_new(
      scratch("limited"),
      minio_settings({{"MINIO_API_REQUESTS_MAX", "1"}, {"MINIO_API_REQUESTS_DEADLINE", "1ms"}}), soon()));
  constexpr int kClients = 32;
  const int objects = full_form() ? 3 : 10;
  std::mutex mutex;
  std::set<std::string> written;
  std::size_t sent_away = 0;
  {
    std::vector<std::jthread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] {
        s3::Settings settings = settings_for("zoo", *server);
        if (!full_form()) settings.retries.most_tries = 1;
        const auto store = value_of(S3Store::open(settings, credentials()));
        for (int i = 0; i < objects; ++i) {
          const std::string key = std::to_string(client) + "/" + std::to_string(i);
          const Status done =
              store->put(key, key, PutMode::kCreateOnly, Deadline::after(std::chrono::minutes(20)));
          const std::lock_guard lock(mutex);
          if (done) {
            written.insert(key);
          } else {
            EXPECT_TRUE(failed_with(Outcome::kRetry, done));
            ++sent_away;
          }
        }
      });
    }
  }
  const auto store = value_of(S3Store::open(settings_for("zoo", *server), credentials()));
  std::set<std::string> listed;
  EXPECT_TRUE(succeeded(store->list(
      "",
      [&](const Store::Object& object) {
        listed.insert(object.key);
        EXPECT_EQ(value_of(store->get(object.key, 0, 0, soon())), object.key);
        return ok();
      },
      soon())));
  EXPECT_EQ(listed, written);
  EXPECT_EQ(written.size() + sent_away, static_cast<std::size_t>(kClients * objects));
  if (full_form()) {
    EXPECT_EQ(sent_away, 0U);
  } else {
    EXPECT_GT(sent_away, 0U) << "a limit that nobody meets proves nothing";
  }
  scoreboard("minio_limit", 0, written.size() + sent_away, sent_away, listed == written ? 0 : 1);
}

}  // namespace
}  // namespace arkive::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new arkive::test::Minio);
  return RUN_ALL_TESTS();
}

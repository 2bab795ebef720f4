// How a lock of a container fences what is written (rule R5 of docs/reliability.md); that it does is in
// tests/stores/remote.
#include "stores/remote/lease.h"

#include "stores/azure/connection.h"
#include "tests/stores/azure/scripted_container.h"

namespace arkive::test {
namespace {

using std::chrono::seconds;

TEST(AzureLease, WithTheAccountsKeyWhatIsWrittenIsSignedForTheRestOfTheLeaseAndForThatBlobAlone) {
  ScriptedContainer container;
  azure::Settings settings = container.settings();
  settings.lease = seconds(5);
  const auto store = container.open(settings);
  const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
  EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kCreateOnly, Deadline::after(seconds(5)))));
  HttpRequest request = container.server().requests().back();
  EXPECT_EQ(request.header("authorization"), "");
  EXPECT_EQ(request.query.at("sr"), "b");
  EXPECT_EQ(request.query.at("sp"), "cw");
  const UnixMilliseconds end = value_of(parse_time(request.query.at("se")));
  EXPECT_LE(end, wall_clock_now() + 5000);
  EXPECT_TRUE(succeeded(store->remove("k", Deadline::after(seconds(5)))));
  EXPECT_EQ(container.server().requests().back().query.at("sp"), "d");
}

TEST(AzureLease, ARequestWhoseTimeIsOverIsAConflictWhoeverSaysSo) {
  const remote::Validity over{wall_clock_now() - 10'000, seconds(5)};
  ScriptedContainer container;
  for (const azure::Credentials& credentials :
       {ScriptedContainer::key(),
        value_of(azure::shared_access_signature("sv=2021-12-02&sp=racwdl&sig=given"))}) {
    const std::size_t before = container.server().request_count();
    const azure::Connection connection(container.settings(),
                                       azure::fixed_credentials(credentials, "the test"));
    EXPECT_TRUE(failed_with(Outcome::kConflict, connection.call({.operation = "put",
                                                                 .method = "PUT",
                                                                 .key = "k",
                                                                 .headers = {{"x-ms-blob-type", "BlockBlob"}},
                                                                 .body = "late",
                                                                 .valid = over},
                                                                Deadline::after(seconds(5)))));
    const bool asks = credentials.kind == azure::Credentials::Kind::kAccountKey;
    EXPECT_EQ(container.server().request_count() - before, asks ? 1U : 0U);
  }
  EXPECT_TRUE(container.objects().empty());
}

}  // namespace
}  // namespace arkive::test

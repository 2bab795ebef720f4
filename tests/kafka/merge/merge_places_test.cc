// Merges in stores of every kind, of signed runs, and copied to another store.
#include "kafka/copy/copy.h"
#include "stores/proof/run_proof.h"
#include "tests/kafka/merge/merge_fixture.h"
#include "tests/kafka/prune/faults/places.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class MergePlaces : public ScriptedArchive, public testing::WithParamInterface<const char*> {
 protected:
  void archive_into(Store& store, int runs) {
    for (int i = 0; i < runs; ++i) {
      arkive::test::until_next_moment();
      request_.compress = i >= runs / 2;
      cluster_.at("orders").append(5);
      ScriptedLogSource source(cluster_);
      value_of(archive(source, store, request_));
    }
  }
};

TEST_P(MergePlaces, HoldMergedSegmentsAsTheyHoldAnyOther) {
  cluster_.make("orders");
  const PrunedPlace place = value_of(open_place(GetParam(), scratch("place")));
  archive_into(*place.store, 6);
  const auto newest = [&] { return value_of(archive_runs(*place.store, "main", Deadline::never())).back(); };
  const auto logs = logs_of(*place.store, newest());
  arkive::test::until_next_moment();
  MergeRequest request;
  request.cluster = "main";
  const MergeReport report = value_of(merge(*place.store, request));
  EXPECT_EQ(report.segments_before, 6U);
  EXPECT_EQ(report.segments_after, 2U) << "one of each form";
  EXPECT_EQ(logs_of(*place.store, newest()), logs);
  EXPECT_THAT(problems_of(*place.store), IsEmpty());
  arkive::test::until_next_moment();
  PruneRequest prune_to_one = prune_request(place);
  prune_to_one.rules.last = 1;
  EXPECT_EQ(value_of(prune(prune_to_one)).segments, 6U);
  EXPECT_EQ(logs_of(*place.store, newest()), logs);
  EXPECT_THAT(problems_of(*place.store), IsEmpty());
  archive_into(*place.store, 1);
  EXPECT_EQ(logs_of(*place.store, newest()).at("orders/0/0"), cluster_.at("orders").bytes());
}

INSTANTIATE_TEST_SUITE_P(Kinds, MergePlaces, testing::Values("directory", "objects", "sealed"),
                         [](const auto& each) { return std::string(each.param); });

class SignedMerge : public MergedStore {};

TEST_F(SignedMerge, IsSignedAndTheNextInTheChainAndRefusedWithoutAKey) {
  value_of(proof::make_signing_key(scratch("key")));
  request_.signing_key = value_of(proof::SigningKey::read(scratch("key")));
  archive_runs_of(3);
  EXPECT_TRUE(failed_with(Outcome::kUsage, try_merge()));
  MergeRequest request = merge_request();
  request.signing_key = request_.signing_key;
  const Manifest made = value_of(merge(*store_, request)).manifest.value();
  EXPECT_EQ(made.proof.number, 4U);
  const Manifest read = newest();
  EXPECT_EQ(read.id, made.id);
  EXPECT_EQ(read.proof.previous.size(), 64U);
  EXPECT_TRUE(succeeded(proof::check_run(read, proof::PublicKeys({request.signing_key->public_key()}))));
}

TEST_F(SignedMerge, OfARunThatIsNotAcceptedIsNone) {
  archive_runs_of(3);
  const auto before = keys();
  MergeRequest request = merge_request();
  request.accept = [](const Manifest& run) -> Status { return fail(Outcome::kDenied, "not " + run.id); };
  EXPECT_TRUE(failed_with(Outcome::kDenied, merge(*store_, request)));
  EXPECT_EQ(keys(), before);
}

class CopiedMerge : public MergedStore {};

TEST_F(CopiedMerge, GoesBesideTheRunsThatTheOtherStoreHas) {
  archive_runs_of(3);
  const auto other = value_of(arkive::test::open_objects(scratch("other"), true));
  const auto other_store = value_of(DirectoryStore::open(scratch("other")));
  CopyRequest request;
  request.from = {store_.get(), repository_.get()};
  request.to = {other_store.get(), other.get()};
  request.cluster = "main";
  value_of(copy_runs(request));
  const Manifest merged = *merge_it().manifest;
  const CopyReport report = value_of(copy_runs(request));
  EXPECT_THAT(report.copied, SizeIs(1));
  EXPECT_EQ(report.segments, 1U);
  EXPECT_EQ(logs_of(*other_store, merged), held_.at(merged.id));
  EXPECT_THAT(problems_of(*other_store), IsEmpty());
}

}  // namespace
}  // namespace arkive::kafka::test

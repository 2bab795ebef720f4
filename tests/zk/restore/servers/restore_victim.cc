// restore_victim CONNECT SEED ZNODES ONTO: restores /app of a random tree, as the operator. Made to be
// killed.
#include <cstdio>
#include <cstdlib>

#include "tests/zk/restore/random_tree.h"
#include "zk/restore/restore.h"

int main(int argc, char** argv) {
  using namespace arkive;
  if (argc != 5) return 2;
  auto connect = zk::ConnectString::parse(argv[1]);
  if (!connect) return 2;
  zk::ConnectOptions target;
  target.connect = *connect;
  target.identities = {test::kOperator};
  target.deadline = Deadline::after(std::chrono::seconds(60));
  const zk::Tree tree = test::RandomTree(std::strtoull(argv[2], nullptr, 10),
                                         {.znodes = std::strtoull(argv[3], nullptr, 10), .kinds = false})
                            .make();
  zk::RestoreSource source;
  source.tree = &tree;
  zk::RestoreOptions options;
  options.path = "/app";
  options.onto = argv[4];
  options.packet_limit = 20'000;  // many small batches: many moments to die at
  const auto plan = zk::plan_restore(source, target, options);
  if (!plan) {
    std::fprintf(stderr, "%s\n", plan.error().what.c_str());
    return 1;
  }
  // Tells the killer that writing begins.
  std::puts("planned");
  std::fflush(stdout);
  const auto report = zk::run_restore(source, *plan, target, options);
  if (!report) {
    std::fprintf(stderr, "%s\n", report.error().what.c_str());
    return 1;
  }
  for (const auto& failure : report->failed) {
    std::fprintf(stderr, "%s: %s\n", failure.path.c_str(), failure.reason.c_str());
  }
  for (const auto& failure : report->differing) {
    std::fprintf(stderr, "%s: %s\n", failure.path.c_str(), failure.reason.c_str());
  }
  return report->failed.empty() && report->differing.empty() ? 0 : 3;
}

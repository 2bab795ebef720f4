// Restoring 200,000 znodes of 120 bytes in 200 directories into an empty ZooKeeper 3.8.4, against the bare
// creates of the same in multis of 1,000, on the same server. With the open ACL, with an ACL of the session's
// own, and with ACLs that lock the session out. Prints seconds, rates, ratios and peak memory.
//
//   restore_bench [znodes] [runs]
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <semaphore>
#include <string>

#include "restore-plans/rehearse/zookeeper.h"
#include "stores/core/files.h"
#include "zk/client/session.h"
#include "zk/restore/restore.h"
#include "zk/restore/rights.h"

namespace arkive {
namespace {

using namespace std::chrono_literals;

const zk::Identity kOperator{"digest", "operator:secret"};
constexpr std::size_t kDirectories = 200;
constexpr std::size_t kBatch = 1000;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "error: %s\n", result.error().what.c_str());
  std::exit(1);
}

zk::Tree make_tree(std::size_t znodes, const zk::Acl& acl) {
  zk::Tree tree;
  tree.set_data(zk::kRoot, Bytes());
  const zk::AclId id = tree.intern(acl);
  const std::string data(120, 'd');
  for (std::size_t d = 0; d < kDirectories; ++d) {
    char name[32];
    std::snprintf(name, sizeof name, "/directory-%04zu", d);
    const zk::NodeIndex directory = tree.make(name);
    tree[directory].acl = id;
    tree[directory].has_stat = true;
    tree[directory].cversion = tree[directory].num_children =
        static_cast<std::int32_t>(znodes / kDirectories);
    zk::NodeIndex previous = zk::kNoNode;
    for (std::size_t i = 0; i < znodes / kDirectories; ++i) {
      std::snprintf(name, sizeof name, "znode-%08zu", i);
      previous = tree.add_child_after(directory, previous, name);
      tree.set_data(previous, Bytes(data));
      tree[previous].acl = id;
      tree[previous].has_stat = true;
    }
  }
  return tree;
}

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// What a restore is held against.
double bare_creates(const zk::Tree& tree, const zk::ConnectOptions& options) {
  const std::unique_ptr<zk::Session> session = must(zk::Session::open(options));
  const SteadyClock::time_point start = SteadyClock::now();
  std::counting_semaphore<8> free_places(8);
  std::vector<zk::WriteOperation> batch;
  const auto send = [&] {
    free_places.acquire();
    session->multi(std::exchange(batch, {}), [&](const std::vector<zk::Answer>& answers) {
      if (answers.front() != zk::Answer::kOk) std::abort();
      free_places.release();
    });
  };
  tree.walk(zk::kRoot, [&](zk::NodeIndex index, const std::string& path) {
    if (index == zk::kRoot) return true;
    zk::WriteOperation operation;
    operation.path = path;
    if (!tree[index].is_null()) operation.data = std::string(tree[index].data());
    // A directory that locked the session out could not be filled.
    operation.acl = tree[index].has_children() ? zk::open_acl() : tree.acl(tree[index].acl);
    batch.push_back(std::move(operation));
    if (batch.size() == kBatch) send();
    return true;
  });
  if (!batch.empty()) send();
  for (int i = 0; i < 8; ++i) free_places.acquire();
  return seconds_since(start);
}

struct Times {
  double plan = 0, run = 0;
};

Times restore(const zk::Tree& tree, const zk::ConnectOptions& options, bool every_acl) {
  zk::RestoreSource source;
  source.tree = &tree;
  zk::RestoreOptions how;
  how.verify_every_acl = every_acl;
  Times times;
  SteadyClock::time_point start = SteadyClock::now();
  const zk::RestorePlan plan = must(zk::plan_restore(source, options, how));
  times.plan = seconds_since(start);
  start = SteadyClock::now();
  const zk::RestoreReport report = must(zk::run_restore(source, plan, options, how));
  times.run = seconds_since(start);
  if (!report.failed.empty() || !report.differing.empty()) {
    std::fprintf(stderr, "error: %zu failed, %zu differ\n", report.failed.size(), report.differing.size());
    std::exit(1);
  }
  return times;
}

double megabytes_of(const char* field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field))
      return std::strtod(line.c_str() + std::string(field).size() + 1, nullptr) / 1024;
  }
  return 0;
}

/// A server with nothing in it.
class FreshServer {
 public:
  FreshServer() : directory_(must(TemporaryDirectory::create("restore-bench"))) {
    rehearse::ZooKeeperSettings settings;
    settings.heap = "1g";
    settings.quick = false;
    zookeeper_.emplace(
        must(rehearse::ZooKeeper::start(directory_.path() + "/zk", settings, Deadline::after(60s))));
  }
  zk::ConnectOptions options() {
    zk::ConnectOptions options;
    options.connect = must(zk::ConnectString::parse(zookeeper_->connect_string()));
    options.identities = {kOperator};
    options.deadline = Deadline::after(60s);
    return options;
  }

 private:
  TemporaryDirectory directory_;
  std::optional<rehearse::ZooKeeper> zookeeper_;
};

void measure(const char* name, const zk::Acl& acl, std::size_t znodes, bool every_acl) {
  const zk::Tree tree = make_tree(znodes, acl);
  FreshServer server;
  {
    // The virtual machine runs slowly until it has compiled what matters.
    FreshServer* warm = &server;
    const zk::Tree small = make_tree(znodes / 4, zk::open_acl());
    zk::RestoreOptions elsewhere;
    elsewhere.onto = "/warm";
    zk::RestoreSource source;
    source.tree = &small;
    const auto plan = must(zk::plan_restore(source, warm->options(), elsewhere));
    must(zk::run_restore(source, plan, warm->options(), elsewhere));
  }
  const auto below = [&](const char* chroot) {
    zk::ConnectOptions options = server.options();
    auto session = must(zk::Session::open(options));
    zk::WriteOperation make;
    make.path = chroot;
    make.acl = zk::open_acl();
    std::binary_semaphore made(0);
    session->multi({make}, [&](const auto&) { made.release(); });
    made.acquire();
    options.connect.chroot = chroot;
    return options;
  };
  const double processor_before = processor_seconds();
  const double bare = bare_creates(tree, below("/bare"));
  const double bare_processor = processor_seconds() - processor_before;
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak from here on
  const double before = megabytes_of("VmRSS");
  const Times times = restore(tree, below("/restored"), every_acl);
  const double processor = processor_seconds() - processor_before - bare_processor;
  const double total = times.plan + times.run;
  std::printf(
      "%-28s bare %5.2f s (processor %.2f)  restore %5.2f s (plan %.2f, run %.2f, processor %.2f)  rates "
      "%.0f and "
      "%.0f/s, ratio %.2f  %.0f B/znode besides the backup's tree\n",
      name, bare, bare_processor, total, times.plan, times.run, processor, static_cast<double>(znodes) / bare,
      static_cast<double>(znodes) / total, bare / total,
      (megabytes_of("VmHWM") - before) * 1048576 / static_cast<double>(znodes));
  std::fflush(stdout);
}

}  // namespace
}  // namespace arkive

int main(int argc, char** argv) {
  using namespace arkive;
  const std::size_t znodes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
  const int runs = argc > 2 ? std::atoi(argv[2]) : 2;
  const zk::Acl own{{zk::kAllPermissions, "digest", zk::digest_id(kOperator.id)}};
  const zk::Acl foreign{{zk::kAllPermissions, "digest", zk::digest_id("kafka:other")},
                        {zk::kReadPermission, "world", "anyone"}};
  for (int run = 0; run < runs; ++run) {
    measure("open ACL", zk::open_acl(), znodes, false);
    measure("digest ACL of ours", own, znodes, false);
    measure("digest ACL of others", foreign, znodes, false);
  }
  measure("digest ACL, every one read", own, znodes, true);
  return 0;
}

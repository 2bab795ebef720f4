// Writing and reading a store in a directory against `tar x` + sync of the same tree, in one run, so that the
// ratios hold on any machine:
//   directory_bench [DIRECTORIES [FILES IN EACH [ROUNDS]]]
// Seconds are on the wall and include making it durable. Each round makes a new store; the median of the
// rounds is printed, for a disk that others use too. Beside it, for a machine that others use: seconds of the
// processor. TMPDIR says on which disk.

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "stores/core/files.h"
#include "stores/core/process.h"
#include "stores/directory/directory_repository.h"
#include "tests/support/synthetic_tree.h"

namespace {

using namespace arkive;

template <class T>
T require(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "error: %s\n", result.error().what.c_str());
  std::exit(1);
}

struct Seconds {
  double wall = 0;
  double processor = 0;
};

/// Of this process and of children that have ended.
double processor_seconds() {
  double sum = 0;
  for (const int whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    struct rusage usage = {};
    ::getrusage(whose, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
      sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    }
  }
  return sum;
}

Seconds seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  const double processor = processor_seconds();
  work();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
          processor_seconds() - processor};
}

long peak_kilobytes() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Counts what would be written.
class Totals final : public FileTreeWriter {
 public:
  Status add(std::string_view path, Bytes content, const Sha256Digest& sha256) override {
    digest_.add(path, sha256);
    part_.bytes += content.size();
    return ok();
  }
  TreePart take() {
    part_.files = digest_.files();
    part_.sha256 = hex(digest_.finish());
    return part_;
  }

 private:
  TreeDigest digest_;
  TreePart part_;
};

void run(const std::string& command) {
  const Finished finished = require(run_process({{"sh", "-c", command}, {}, {}, {}}, Deadline::never()));
  if (finished.succeeded()) return;
  std::fprintf(stderr, "error: %s: %s\n", command.c_str(), finished.error_output.c_str());
  std::exit(1);
}

/// One run into the store; the seconds it took, without what its caller (the tree format) would do.
Seconds write_run(Repository& repository, const test::SyntheticTree& tree, int number) {
  Manifest manifest;
  manifest.whole = true;
  manifest.started = number;
  Totals of_tree;
  Totals of_record;
  require(tree.write_tree(of_tree));
  require(tree.write_record(of_record));
  manifest.tree = of_tree.take();
  manifest.record = of_record.take();
  ::sync();
  return seconds_of([&] {
    auto writer = require(
        repository.begin("prod", "20260101T000000Z-" + std::to_string(100000 + number), Deadline::never()));
    require(tree.write_tree(writer->tree()));
    require(writer->finish_tree());
    require(tree.write_record(writer->record()));
    require(writer->commit(manifest, ""));
  });
}

Seconds read_run(Repository& repository, int number) {
  return seconds_of([&] {
    auto reader = require(repository.open_run("prod", "20260101T000000Z-" + std::to_string(100000 + number)));
    std::uint64_t bytes = 0;
    require(reader->tree().for_each({}, [&](std::string_view, Bytes content) {
      bytes += content.size();
      return ok();
    }));
  });
}

class Row {
 public:
  explicit Row(const char* name) : name_(name) {}
  void add(Seconds seconds) { rounds_.push_back(seconds); }
  Seconds median() const {
    Seconds median;
    for (double Seconds::*kind : {&Seconds::wall, &Seconds::processor}) {
      std::vector<double> sorted;
      for (const Seconds& each : rounds_) sorted.push_back(each.*kind);
      std::sort(sorted.begin(), sorted.end());
      median.*kind = sorted[sorted.size() / 2];
    }
    return median;
  }
  void print(const Seconds& baseline) const {
    const Seconds own = median();
    std::printf("%-30s %8.3f s %5.2f x   %8.3f s %5.2f x\n", name_, own.wall, own.wall / baseline.wall,
                own.processor, own.processor / baseline.processor);
  }

 private:
  const char* name_;
  std::vector<Seconds> rounds_;
};

}  // namespace

int main(int count, char** arguments) {
  const auto number = [&](int place, int otherwise) {
    return count > place ? std::atoi(arguments[place]) : otherwise;
  };
  const int rounds = number(3, 3);
  Row tar("tar x + sync");
  Row first("first run");
  Row unchanged("nothing changed");
  Row changed("100 changed");
  Row read("whole tree read and checked");
  Row checked("check_storage, 3 runs");
  Row pruned("prune of 1 run");
  long memory = 0;
  std::size_t files = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto scratch = require(TemporaryDirectory::create("directory-bench"));
    test::SyntheticTree tree(static_cast<std::size_t>(number(1, 200)),
                             static_cast<std::size_t>(number(2, 1000)), 1);
    files = tree.files();
    auto repository = require(open_directory_repository(scratch.path() + "/store", true));
    const long before = peak_kilobytes();
    first.add(write_run(*repository, tree, 1));
    unchanged.add(write_run(*repository, tree, 2));
    tree.change(100);
    changed.add(write_run(*repository, tree, 3));
    if (round == 0) memory = peak_kilobytes() - before;
    read.add(read_run(*repository, 3));
    checked.add(seconds_of([&] {
      if (!require(repository->check_storage("prod")).empty()) std::printf("check_storage found damage\n");
    }));
    run("tar cf " + scratch.path() + "/tree.tar -C " + scratch.path() +
        "/store/trees/prod/20260101T000000Z-100001/tree . && mkdir " + scratch.path() + "/out");
    ::sync();
    tar.add(seconds_of([&] {
      run("tar xf " + scratch.path() + "/tree.tar -C " + scratch.path() + "/out && sync -f " +
          scratch.path());
    }));
    pruned.add(seconds_of([&] { require(repository->prune("prod", {"20260101T000000Z-100003"}, false)); }));
  }
  std::printf("%zu files, %d rounds, medians     on the wall           of the processor\n", files, rounds);
  for (const Row* row : {&tar, &first, &unchanged, &changed, &read, &checked, &pruned})
    row->print(tar.median());
  std::printf("peak memory above the tree's own: %ld KiB, %.1f B a file\n", memory,
              static_cast<double>(memory) * 1024 / static_cast<double>(files));
  return 0;
}

// Writing and reading a git history against what git itself takes, in one run, so that the ratios hold on any
// machine:
//   git_pack_bench pack [DIRECTORIES [FILES IN EACH]]   first run against `git fast-import` of the same tree
//   git_pack_bench year [DAYS [CHANGES]]                size and times of a year of daily runs
//   git_pack_bench read REPOSITORY                      whole-tree read of the newest run

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "stores/core/files.h"
#include "stores/core/process.h"
#include "stores/git/git_repository.h"
#include "tests/support/synthetic_tree.h"

namespace {

using namespace arkive;

/// Processor time of this process and of children that have ended: on a machine with other work, time on the
/// wall says little. What the disk makes us wait is not in it.
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

bool on_the_wall = false;

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  const double processor = processor_seconds();
  work();
  if (!on_the_wall) return processor_seconds() - processor;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

template <class T>
T require(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "error: %s\n", result.error().what.c_str());
  std::exit(1);
}

long peak_kilobytes() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

std::uint64_t size_of(const std::string& directory) {
  std::uint64_t size = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) size += entry.file_size();
  }
  return size;
}

std::string id_of(int day) {
  return "20260101T000000Z-" + std::to_string(100000 + day);
}

struct Times {
  double early = 0;
  double tree = 0;
  double record = 0;
  double commit = 0;
  double all = 0;
};

Times run(Repository& repository, const test::SyntheticTree& tree, int day, bool early) {
  Times times;
  times.all = seconds_of([&] {
    auto writer = require(repository.begin("prod", id_of(day), Deadline::never()));
    times.early = seconds_of([&] {
      if (early) require(writer->tree().store_early(tree.contents()));
    });
    times.tree = seconds_of([&] {
      require(tree.write_tree(writer->tree()));
      require(writer->finish_tree());
    });
    times.record = seconds_of([&] { require(tree.write_record(writer->record())); });
    times.commit = seconds_of([&] {
      Manifest manifest;
      manifest.whole = true;
      manifest.what = "dump";
      manifest.finished = 1'767'225'600'000 + day * 86'400'000LL;
      require(writer->commit(manifest, "some changes\n\nArkive-Zxid: 0x1\n"));
    });
  });
  return times;
}

double read_all(Repository& repository, const std::string& id, std::uint64_t* bytes) {
  return seconds_of([&] {
    auto reader = require(repository.open_run("prod", id));
    require(reader->tree().for_each({}, [&](std::string_view, Bytes content) {
      *bytes += content.size();
      return ok();
    }));
  });
}

/// The stream and the import, timed together without making the stream.
double fast_import(const test::SyntheticTree& tree, const std::string& path) {
  Command command;
  command.arguments = {"git", "init", "-q", "--bare", path};
  require(run_process(command, Deadline::never()));
  std::string stream = "commit refs/heads/prod\ncommitter a <a@b> 0 +0000\ndata 2\nx\n";
  require(tree.for_each_file([&](std::string_view name, Bytes content) {
    stream += "M 100644 inline ";
    stream += name;
    stream += "\ndata " + std::to_string(content.size()) + "\n";
    stream += content;
    stream += "\n";
    return ok();
  }));
  command.arguments = {"git", "--git-dir=" + path, "fast-import", "--quiet", "--done"};
  command.input = stream + "done\n";
  return seconds_of([&] { require(run_process(command, Deadline::never())); });
}

void bench_pack(std::size_t directories, std::size_t files_in_each) {
  const auto scratch = require(TemporaryDirectory::create("bench"));
  const test::SyntheticTree tree(directories, files_in_each, 1);
  const std::string path = scratch.path() + "/zoo.git";
  auto repository = require(git::open_git_repository(path, true));
  const long before = peak_kilobytes();
  const Times first = run(*repository, tree, 0, false);
  const long after = peak_kilobytes();
  std::printf("%zu files, first run: %.3f s (tree %.3f, record %.3f, commit %.3f), %.1f MB\n", tree.files(),
              first.all, first.tree, first.record, first.commit, static_cast<double>(size_of(path)) / 1e6);
  std::printf("peak memory: %ld KiB above the tree's own, %.0f B a file\n", after - before,
              static_cast<double>(after - before) * 1024 / static_cast<double>(tree.files()));
  const Times unchanged = run(*repository, tree, 1, false);
  std::printf("unchanged run: %.3f s (tree %.3f, record %.3f, commit %.3f)\n", unchanged.all, unchanged.tree,
              unchanged.record, unchanged.commit);
  auto other = require(git::open_git_repository(scratch.path() + "/early.git", true));
  const Times early = run(*other, tree, 0, true);
  std::printf("first run with contents stored early: %.3f s early, then %.3f s\n", early.early,
              early.all - early.early);
  std::uint64_t bytes = 0;
  std::printf("whole tree read: %.3f s\n", read_all(*repository, id_of(0), &bytes));
  const double import = fast_import(tree, scratch.path() + "/import.git");
  std::printf("git fast-import of the same tree: %.3f s; ratio %.2f\n", import,
              (first.all - first.record) / import);
}

void bench_year(int days, std::size_t changes) {
  auto scratch = require(TemporaryDirectory::create("bench"));
  if (std::getenv("BENCH_KEEP") != nullptr) scratch.keep();
  test::SyntheticTree tree(200, 1000, 1);
  const std::string path = scratch.path() + "/zoo.git";
  auto repository = require(git::open_git_repository(path, true));
  std::uint64_t largest = 0;
  double slowest = 0;
  double sum = 0;
  for (int day = 0; day < days; ++day) {
    if (day != 0) tree.change(changes);
    const Times times = run(*repository, tree, day, false);
    const std::uint64_t size = size_of(path);
    largest = std::max(largest, size);
    if (day != 0) slowest = std::max(slowest, times.all);
    if (day != 0) sum += times.all;
    if (day % 60 == 0 || day + 1 == days) {
      std::uint64_t bytes = 0;
      std::printf(
          "day %d: %.1f MB, run %.3f s (tree %.3f, record %.3f, commit %.3f), whole tree read %.3f s\n", day,
          static_cast<double>(size) / 1e6, times.all, times.tree, times.record, times.commit,
          read_all(*repository, id_of(day), &bytes));
    }
  }
  std::printf("%d runs of %zu changes: largest %.1f MB, run %.3f s on average, %.3f s at most\n", days,
              changes, static_cast<double>(largest) / 1e6, sum / (days - 1), slowest);
  std::printf("runs() of all: %.3f s\n", seconds_of([&] { require(repository->runs("prod")); }));
  Command fsck;
  fsck.arguments = {"git", "--git-dir=" + path, "fsck", "--strict", "--full"};
  const Finished checked = require(run_process(fsck, Deadline::never()));
  std::printf("git fsck: %d %s%s\n", checked.status, checked.output.c_str(), checked.error_output.c_str());
}

}  // namespace

int main(int count, char** arguments) {
  on_the_wall = std::getenv("BENCH_WALL") != nullptr;
  std::printf("seconds %s\n", on_the_wall ? "on the wall" : "of the processor (BENCH_WALL=1: on the wall)");
  const std::string mode = count > 1 ? arguments[1] : "pack";
  const auto number = [&](int place, int otherwise) {
    return count > place ? std::atoi(arguments[place]) : otherwise;
  };
  if (mode == "pack") {
    bench_pack(static_cast<std::size_t>(number(2, 200)), static_cast<std::size_t>(number(3, 1000)));
  } else if (mode == "read" && count > 2) {
    auto repository = require(git::open_git_repository(arguments[2], false));
    std::uint64_t bytes = 0;
    const std::string id = require(repository->runs("prod")).back().id;
    std::printf("whole tree read: %.3f s, ", read_all(*repository, id, &bytes));
    std::printf("%llu bytes\n", static_cast<unsigned long long>(bytes));
  } else {
    bench_year(number(2, 365), static_cast<std::size_t>(number(3, 100)));
  }
  return 0;
}

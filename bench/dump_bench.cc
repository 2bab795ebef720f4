// A dump of 200,000 znodes of 120 bytes in 200 directories from ZooKeeper 3.8.4, as the whole program `arkive
// dump`, against
//   - the bare pipelined getACL of the same znodes on the same server (nothing else: no data, no files),
//   - a walker that asks one thing at a time (python3-kazoo), on a tenth of the tree.
// All in one run. Prints seconds, ratios, peak memory of the program a znode.
//
//   dump_bench ARKIVE [znodes] [directories]
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <semaphore>
#include <string>
#include <vector>

#include "restore-plans/rehearse/zookeeper.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/process.h"
#include "zk/client/session.h"

extern char** environ;

namespace arkive {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kDataSize = 120;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "error: %s\n", result.error().what.c_str());
  std::exit(1);
}

std::string directory_path(std::size_t d) {
  char name[32];
  std::snprintf(name, sizeof name, "/directory-%04zu", d);
  return name;
}

std::string znode_path(std::size_t d, std::size_t i) {
  char name[32];
  std::snprintf(name, sizeof name, "/znode-%08zu", i);
  return directory_path(d) + name;
}

struct Tree {
  std::size_t znodes;
  std::size_t directories;
  std::size_t each() const { return znodes / directories; }
};

zk::ConnectOptions connect_options(const std::string& address) {
  zk::ConnectOptions options;
  options.connect = must(zk::ConnectString::parse(address));
  options.deadline = Deadline::after(60s);
  return options;
}

// Sends operations in multis of 1,000, eight in flight.
void write_all_operations(const std::string& address, std::vector<zk::WriteOperation> operations) {
  const auto session = must(zk::Session::open(connect_options(address)));
  std::counting_semaphore<8> free_places(8);
  std::atomic<std::size_t> failed{0};
  for (std::size_t begin = 0; begin < operations.size(); begin += 1000) {
    const std::size_t end = std::min(begin + 1000, operations.size());
    std::vector<zk::WriteOperation> batch(
        std::make_move_iterator(operations.begin() + static_cast<std::ptrdiff_t>(begin)),
        std::make_move_iterator(operations.begin() + static_cast<std::ptrdiff_t>(end)));
    free_places.acquire();
    session->multi(std::move(batch), [&](const std::vector<zk::Answer>& answers) {
      for (const zk::Answer answer : answers) failed += answer != zk::Answer::kOk;
      free_places.release();
    });
  }
  for (int i = 0; i < 8; ++i) free_places.acquire();
  if (failed > 0) {
    std::fprintf(stderr, "error: %zu writes failed\n", failed.load());
    std::exit(1);
  }
}

void fill(const std::string& address, const Tree& tree) {
  std::vector<zk::WriteOperation> operations;
  for (std::size_t d = 0; d < tree.directories; ++d) {
    operations.push_back({zk::WriteOperation::Type::kCreate, directory_path(d), "", zk::open_acl(), -1});
    for (std::size_t i = 0; i < tree.each(); ++i) {
      std::string data = znode_path(d, i);
      data.resize(kDataSize, 'd');
      operations.push_back(
          {zk::WriteOperation::Type::kCreate, znode_path(d, i), std::move(data), zk::open_acl(), -1});
    }
  }
  write_all_operations(address, std::move(operations));
}

void change_some(const std::string& address, const Tree& tree, std::size_t count, int round) {
  std::vector<zk::WriteOperation> operations;
  for (std::size_t i = 0; i < count; ++i) {
    std::string data = "changed in round " + std::to_string(round);
    data.resize(kDataSize, 'c');
    operations.push_back({zk::WriteOperation::Type::kSetData,
                          znode_path(i % tree.directories, (i * 37) % tree.each()),
                          data,
                          {},
                          -1});
  }
  write_all_operations(address, std::move(operations));
}

struct Run {
  double seconds = 0;
  double processor_seconds = 0;
  long peak_kib = 0;
};

Run run_program(std::vector<std::string> arguments) {
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  const auto begun = Clock::now();
  pid_t id = 0;
  if (posix_spawnp(&id, pointers[0], &actions, nullptr, pointers.data(), environ) != 0) std::exit(1);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  rusage usage{};
  wait4(id, &status, 0, &usage);
  Run run;
  run.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  run.processor_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  run.peak_kib = usage.ru_maxrss;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "error: '%s %s' ended with status %d\n", arguments[0].c_str(), arguments[1].c_str(),
                 status);
    std::exit(1);
  }
  return run;
}

// A raw session that asks getACL (opcode 6) of every znode, 512 at most unanswered, and throws the answers
// away.
double bare_get_acl(std::uint16_t port, const Tree& tree) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::exit(1);
  const auto send_packet = [&](std::string& to, const std::string& body) {
    append_big_endian(to, static_cast<std::int32_t>(body.size()));
    to += body;
  };
  std::string buffer;
  std::size_t at = 0;
  const auto read_packet = [&] {
    while (true) {
      if (buffer.size() - at >= 4) {
        const auto size = static_cast<std::size_t>(load_big_endian<std::int32_t>(buffer.data() + at));
        if (buffer.size() - at >= 4 + size) {
          at += 4 + size;
          return;
        }
      }
      buffer.erase(0, at);
      at = 0;
      char chunk[1 << 16];
      const ssize_t got = ::recv(fd, chunk, sizeof chunk, 0);
      if (got <= 0) std::exit(1);
      buffer.append(chunk, static_cast<std::size_t>(got));
    }
  };
  std::string hello;
  append_big_endian(hello, std::int32_t{0});
  append_big_endian(hello, std::int64_t{0});
  append_big_endian(hello, std::int32_t{30000});
  append_big_endian(hello, std::int64_t{0});
  append_big_endian(hello, std::int32_t{16});
  hello.append(17, '\0');
  std::string out;
  send_packet(out, hello);
  must(write_all(fd, out, "connection"));
  read_packet();

  const auto begun = Clock::now();
  std::size_t sent = 0;
  std::size_t answered = 0;
  const std::size_t all = tree.directories * (tree.each() + 1);
  std::int32_t xid = 1;
  while (answered < all) {
    out.clear();
    while (sent < all && sent - answered < 512) {
      const std::size_t d = sent / (tree.each() + 1);
      const std::size_t i = sent % (tree.each() + 1);
      const std::string path = i == 0 ? directory_path(d) : znode_path(d, i - 1);
      std::string body;
      append_big_endian(body, xid++);
      append_big_endian(body, std::int32_t{6});
      append_big_endian(body, static_cast<std::int32_t>(path.size()));
      body += path;
      send_packet(out, body);
      ++sent;
    }
    if (!out.empty()) must(write_all(fd, out, "connection"));
    const std::size_t wanted = std::min(all, answered + 256);
    for (; answered < wanted; ++answered) read_packet();
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  ::close(fd);
  return seconds;
}

constexpr const char* kWalker = R"(
import sys, time
from kazoo.client import KazooClient
z = KazooClient(hosts=sys.argv[1]); z.start()
begun = time.time(); count = 0
for directory in sorted(z.get_children('/'))[:int(sys.argv[2])]:
    if directory == 'zookeeper': continue
    for name in z.get_children('/' + directory):
        path = '/' + directory + '/' + name
        z.get(path); z.get_acls(path); z.get_children(path); count += 1
print(count, time.time() - begun)
z.stop()
)";

void report(const char* what, const Run& run, const Tree& tree, double base) {
  std::printf("%-44s %7.2f s  %5.2f s processor  %6.1f MiB peak (%4.0f B a znode)", what, run.seconds,
              run.processor_seconds, static_cast<double>(run.peak_kib) / 1024,
              static_cast<double>(run.peak_kib) * 1024 / static_cast<double>(tree.znodes));
  if (base > 0) std::printf("  %.2f x bare getACL", run.seconds / base);
  std::printf("\n");
  std::fflush(stdout);
}

int run(int argc, char** argv) {
  const std::string arkive = argv[1];
  const Tree tree{argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200'000,
                  argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 200};
  const TemporaryDirectory scratch = must(TemporaryDirectory::create("dump-bench"));
  rehearse::ZooKeeperSettings settings;
  settings.heap = tree.znodes > 500'000 ? "3g" : "1g";
  settings.quick = false;
  // A directory of very many children answers with a large packet; that is the server's business, not a limit
  // of clients that read it.
  const auto zookeeper =
      must(rehearse::ZooKeeper::start(scratch.path() + "/servers", settings, Deadline::after(120s)));
  const std::string address = zookeeper.connect_string();
  const auto port =
      static_cast<std::uint16_t>(std::strtoul(address.substr(address.rfind(':') + 1).c_str(), nullptr, 10));
  fill(address, tree);
  std::printf("%zu znodes of %zu B in %zu directories (path and data %zu B a znode)\n", tree.znodes,
              kDataSize, tree.directories, kDataSize + znode_path(0, 0).size());
  bare_get_acl(port, tree);  // the server's first look at them is slower: not counted
  const std::string git = "git:" + scratch.path() + "/zoo.git";
  const std::string store = "dir:" + scratch.path() + "/store";
  const auto dump = [&](const std::string& to) {
    return run_program({arkive, "dump", "--quiet", "--zk", address, "--to", to});
  };

  const double base = bare_get_acl(port, tree);
  std::printf("%-44s %7.2f s\n", "bare pipelined getACL of every znode", base);
  report("first dump with ACLs into git", dump(git), tree, base);
  report("bare getACL again, for the noise", {bare_get_acl(port, tree), 0, 0}, tree, base);
  report("second dump into git, nothing changed", dump(git), tree, 0);
  change_some(address, tree, 100, 1);
  report("dump into git, 100 znodes changed", dump(git), tree, 0);
  report("first dump with ACLs into dir", dump(store), tree, base);
  report("second dump into dir, nothing changed", dump(store), tree, 0);
  change_some(address, tree, 100, 2);
  report("dump into dir, 100 znodes changed", dump(store), tree, 0);
  report("arkive show (reads the whole tree) from git",
         run_program({arkive, "show", "--quiet", "--from", git}), tree, 0);

  if (tree.directories >= 10) {
    const Result<Finished> walker = run_process(
        {{"/usr/bin/python3", "-c", kWalker, address, std::to_string(tree.directories / 10)}, {}, {}, {}},
        Deadline::after(1200s));
    std::size_t count = 0;
    double seconds = 0;
    if (walker && walker->succeeded() &&
        std::sscanf(walker->output.c_str(), "%zu %lf", &count, &seconds) == 2 && count > 0) {
      std::printf("one-by-one walker (kazoo), %zu znodes: %.2f s, so all: %.0f s = %.0f x bare getACL\n",
                  count, seconds, seconds * static_cast<double>(tree.znodes) / static_cast<double>(count),
                  seconds * static_cast<double>(tree.znodes) / static_cast<double>(count) / base);
    } else {
      std::printf("one-by-one walker: skipped (needs the Debian package python3-kazoo)\n");
    }
  }
  return 0;
}

}  // namespace
}  // namespace arkive

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: dump_bench ARKIVE [znodes] [directories]\n");
    return 2;
  }
  return arkive::run(argc, argv);
}

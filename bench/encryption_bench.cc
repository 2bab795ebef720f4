// An encrypted directory against the same directory in the clear, in one run, so that the ratios hold on any
// machine:
//   encryption_bench [MEGABYTES [SMALL OBJECTS [ROUNDS]]]
// Writes (begin, 1 MiB at a time, finish, settle) and reads (1 MiB ranges) a large object, hashing it as an
// archive does, then puts and gets small ones. The median of the rounds is printed: seconds on the wall and
// of the processor. TMPDIR says on which disk.

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
#include "stores/core/hash.h"
#include "stores/directory/directory_store.h"
#include "stores/encrypted/encrypted_store.h"

namespace {

using namespace arkive;

constexpr std::uint64_t kPiece = 1 << 20;

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

double processor_seconds() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  double sum = 0;
  for (const timeval& time : {usage.ru_utime, usage.ru_stime})
    sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  return sum;
}

Seconds seconds_of(const std::function<void()>& work) {
  ::sync();
  const auto begin = std::chrono::steady_clock::now();
  const double processor = processor_seconds();
  work();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
          processor_seconds() - processor};
}

Seconds median(std::vector<Seconds> all) {
  const auto middle = [&](double Seconds::*what) {
    std::sort(all.begin(), all.end(), [&](const Seconds& a, const Seconds& b) { return a.*what < b.*what; });
    return all[all.size() / 2].*what;
  };
  return {middle(&Seconds::wall), middle(&Seconds::processor)};
}

struct Work {
  const char* name;
  std::function<void(Store&)> run;
};

std::vector<Work> works(std::uint64_t pieces, std::uint64_t small) {
  static const std::string piece = random_bytes(kPiece);
  static const std::string object = random_bytes(2048);
  const auto never = Deadline::never();
  return {
      {"write 1 MiB at a time, hashed, synced",
       [=](Store& store) {
         Sha256Stream hash;
         const auto writer = require(store.begin("large", never));
         for (std::uint64_t i = 0; i < pieces; ++i) {
           hash.update(piece);
           require(writer->write(piece));
         }
         (void)hash.finish();
         require(writer->finish());
         require(store.settle(never));
       }},
      {"read 1 MiB at a time, hashed",
       [=](Store& store) {
         Sha256Stream hash;
         for (std::uint64_t i = 0; i < pieces; ++i)
           hash.update(require(store.get("large", i * kPiece, kPiece, never)));
         (void)hash.finish();
       }},
      {"read 1 MiB at a time",
       [=](Store& store) {
         for (std::uint64_t i = 0; i < pieces; ++i)
           (void)require(store.get("large", i * kPiece, kPiece, never));
       }},
      {"put 2 KiB objects, each durable",
       [=](Store& store) {
         for (std::uint64_t i = 0; i < small; ++i)
           require(store.put("small/" + std::to_string(i), object, PutMode::kReplace, never));
       }},
      {"get 2 KiB objects",
       [=](Store& store) {
         for (std::uint64_t i = 0; i < small; ++i)
           (void)require(store.get("small/" + std::to_string(i), 0, 0, never));
       }},
      {"list them",
       [=](Store& store) {
         std::uint64_t count = 0;
         require(store.list(
             "small/",
             [&](const Store::Object&) -> Status {
               ++count;
               return ok();
             },
             never));
         if (count != small) std::exit(1);
       }},
  };
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int number, std::uint64_t otherwise) {
    return argc > number ? std::strtoull(argv[number], nullptr, 10) : otherwise;
  };
  const std::uint64_t megabytes = argument(1, 1024);
  const std::uint64_t small = argument(2, 2000);
  const std::uint64_t rounds = argument(3, 3);
  const auto scratch = require(TemporaryDirectory::create("encryption-bench"));
  std::vector<std::unique_ptr<Store>> stores;
  for (const char* kind : {"plain", "sealed", "hidden"}) {
    require(make_directories(scratch.path() + "/" + kind));
    std::unique_ptr<Store> store = require(DirectoryStore::open(scratch.path() + "/" + kind));
    if (!stores.empty()) {
      encrypted::StoreKey key("bench", encrypted::Secret(random_bytes(encrypted::kKeySize)),
                              encrypted::kDefaultChunk, stores.size() == 2);
      store = std::make_unique<EncryptedStore>(std::move(store), std::move(key));
    }
    stores.push_back(std::move(store));
  }
  std::printf("%llu MiB in one object, %llu small ones; wall and processor, encrypted to plain\n",
              static_cast<unsigned long long>(megabytes), static_cast<unsigned long long>(small));
  for (const Work& work : works(megabytes, small)) {
    std::vector<std::vector<Seconds>> taken(stores.size());
    for (std::uint64_t round = 0; round < rounds; ++round) {
      // Each comes first once: who comes first pays for what the others left on the disk.
      for (std::size_t turn = 0; turn < stores.size(); ++turn) {
        const std::size_t i = (turn + round) % stores.size();
        taken[i].push_back(seconds_of([&] { work.run(*stores[i]); }));
      }
    }
    const Seconds plain = median(taken[0]);
    std::printf("%-40s plain %6.2f s %6.2f s", work.name, plain.wall, plain.processor);
    for (std::size_t i = 1; i < stores.size(); ++i) {
      const Seconds sealed = median(taken[i]);
      std::printf("; %s %6.2f s (%.2f x) %6.2f s (%.2f x)", i == 1 ? "sealed" : "names hidden", sealed.wall,
                  sealed.wall / plain.wall, sealed.processor, sealed.processor / plain.processor);
    }
    std::printf("\n");
  }
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf("peak memory %ld KiB\n", usage.ru_maxrss);
  return 0;
}

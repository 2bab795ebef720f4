// What bench/object_store_bench.py measures beside `mc cp` and `rclone copy`: files into a bucket and back,
// by S3Store and the readers and writers that arkive itself uses.
//   object_store_client put FILE s3://BUCKET/PREFIX KEY
//   object_store_client get s3://BUCKET/PREFIX KEY FILE
//   object_store_client put-all DIRECTORY s3://BUCKET/PREFIX THREADS
//   object_store_client get-all s3://BUCKET/PREFIX DIRECTORY THREADS
// The server and its keys are those of the environment (docs/stores.md). Files are not synced, as those of
// the others are not.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "stores/core/handle.h"
#include "stores/s3/environment.h"
#include "stores/s3/s3_store.h"

namespace {

using namespace arkive;

constexpr std::size_t kPiece = 1 << 20;

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "error: %s\n", what.c_str());
  std::exit(1);
}

template <class T>
T require(Result<T> result) {
  if (!result) give_up(result.error().what);
  return std::move(*result);
}

UniqueFd opened(const std::string& path, int flags) {
  UniqueFd file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (!file) give_up("open '" + path + "': " + std::strerror(errno));
  return file;
}

std::size_t read_some(const UniqueFd& file, char* to, std::size_t most) {
  const ssize_t got = ::read(file.get(), to, most);
  if (got < 0) give_up(std::string("read: ") + std::strerror(errno));
  return static_cast<std::size_t>(got);
}

void write_all(const UniqueFd& file, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0) give_up(std::string("write: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::shared_ptr<Store> open_store(std::string_view name) {
  if (!name.starts_with("s3://")) give_up("no bucket: " + std::string(name));
  const remote::Environment environment = remote::process_environment();
  s3::Settings settings =
      require(s3::settings_from(environment, require(s3::Location::parse(name.substr(5)))));
  auto credentials = require(s3::credentials_from(environment, settings));
  return require(S3Store::open(std::move(settings), std::move(credentials)));
}

void put(Store& store, const std::string& path, const std::string& key) {
  const UniqueFd file = opened(path, O_RDONLY);
  const auto writer = require(store.begin(key, Deadline::never()));
  const std::size_t most = std::min<std::size_t>(kPiece, std::filesystem::file_size(path) + 1);
  const auto piece = std::make_unique_for_overwrite<char[]>(most);
  while (const std::size_t got = read_some(file, piece.get(), most))
    require(writer->write(Bytes(piece.get(), got)));
  require(writer->finish());
}

void get(const Store& store, const std::string& key, const std::string& path) {
  const UniqueFd file = opened(path, O_WRONLY | O_CREAT | O_TRUNC);
  const std::uint64_t size = require(store.head(key, Deadline::never())).size;
  const auto write = [&](Bytes bytes) {
    write_all(file, bytes);
    return ok();
  };
  if (size > 0) require(store.stream(key, 0, size, write, Deadline::never()));
}

template <class Work>
void for_each_name(const std::vector<std::string>& names, int threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      for (std::size_t at = next++; at < names.size(); at = next++) work(names[at]);
    });
  }
  for (std::thread& worker : workers) worker.join();
}

void put_all(Store& store, const std::string& directory, int threads) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  for_each_name(names, threads, [&](const std::string& name) { put(store, directory + "/" + name, name); });
}

void get_all(const Store& store, const std::string& directory, int threads) {
  std::vector<std::string> names;
  require(store.list(
      "",
      [&](const Store::Object& object) -> Status {
        names.push_back(object.key);
        return ok();
      },
      Deadline::never()));
  for_each_name(names, threads, [&](const std::string& name) {
    write_all(opened(directory + "/" + name, O_WRONLY | O_CREAT | O_TRUNC),
              require(store.get(name, 0, 0, Deadline::never())));
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() != 4)
    give_up("put FILE STORE KEY, get STORE KEY FILE, put-all DIRECTORY STORE THREADS, ...");
  if (words[0] == "put") {
    put(*open_store(words[2]), words[1], words[3]);
  } else if (words[0] == "get") {
    get(*open_store(words[1]), words[2], words[3]);
  } else if (words[0] == "put-all") {
    put_all(*open_store(words[2]), words[1], std::stoi(words[3]));
  } else if (words[0] == "get-all") {
    get_all(*open_store(words[1]), words[2], std::stoi(words[3]));
  } else {
    give_up("what is " + words[0] + "?");
  }
  return 0;
}

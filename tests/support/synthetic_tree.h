/// SyntheticTree: a tree of many small files in equal directories, as a large ZooKeeper gives it, with a
/// record beside it, and days on which some of it changes. For tests and benches of repositories.
#pragma once

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "stores/file_tree.h"

namespace arkive::test {

/// Same seed, same tree, same days.
class SyntheticTree {
 public:
  SyntheticTree(std::size_t directories, std::size_t files_in_each, std::uint64_t seed)
      : files_in_each_(files_in_each), random_(seed) {
    for (std::size_t i = 0; i < directories * files_in_each; ++i) {
      Znode znode;
      znode.czxid = znode.mzxid = ++zxid_;
      znode.ctime = znode.mtime = now_ += random_() % 50;
      znode.content = content(i);
      znodes_.push_back(std::move(znode));
    }
  }

  /// A day passes: `count` files chosen at random get other bytes.
  void change(std::size_t count) {
    now_ += 86'400'000;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t which = random_() % znodes_.size();
      Znode& znode = znodes_[which];
      znode.mzxid = ++zxid_;
      znode.mtime = now_ + static_cast<std::int64_t>(i);
      ++znode.version;
      znode.content = content(which);
    }
  }

  std::size_t files() const { return znodes_.size(); }

  /// Each file in order: each(path, content) -> Status.
  template <class Each>
  Status for_each_file(Each each) const {
    std::string path;
    for (std::size_t i = 0; i < znodes_.size(); ++i) {
      path = "znodes/" + directory(i) + "/" + name(i);
      ARKIVE_TRY(each(std::string_view(path), Bytes(znodes_[i].content)));
    }
    return ok();
  }

  Status write_tree(FileTreeWriter& to) const {
    return for_each_file(
        [&](std::string_view path, Bytes bytes) { return to.add(path, bytes, sha256(bytes)); });
  }

  ContentWalk contents() const {
    return [this](const std::function<Status(Bytes)>& each) {
      return for_each_file([&](std::string_view, Bytes bytes) { return each(bytes); });
    };
  }

  /// A list of stats for each directory.
  Status write_record(FileTreeWriter& to) const {
    std::string list;
    for (std::size_t begin = 0; begin < znodes_.size(); begin += files_in_each_) {
      list.clear();
      for (std::size_t i = begin; i < begin + files_in_each_; ++i) {
        const Znode& znode = znodes_[i];
        char line[128];
        const int size = std::snprintf(
            line, sizeof(line), "%s\t%llx\t%llx\t%lld\t%lld\t%u\t0\t0\n", name(i).c_str(),
            static_cast<unsigned long long>(znode.czxid), static_cast<unsigned long long>(znode.mzxid),
            static_cast<long long>(znode.ctime), static_cast<long long>(znode.mtime), znode.version);
        list.append(line, static_cast<std::size_t>(size));
      }
      ARKIVE_TRY(to.add("stats/" + directory(begin) + "/%list", list, sha256(list)));
    }
    return ok();
  }

 private:
  struct Znode {
    std::uint64_t czxid = 0;
    std::uint64_t mzxid = 0;
    std::int64_t ctime = 0;
    std::int64_t mtime = 0;
    unsigned version = 0;
    std::string content;
  };

  std::string directory(std::size_t i) const { return numbered("service-", i / files_in_each_, 4); }
  std::string name(std::size_t i) const { return numbered("instance-", i % files_in_each_, 6); }
  static std::string numbered(const char* prefix, std::size_t number, std::size_t digits) {
    const std::string text = std::to_string(number);
    return prefix + std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
  }
  /// 120 bytes that look like what applications keep: some JSON, an address, some entropy.
  std::string content(std::size_t i) {
    char text[160];
    const int size = std::snprintf(
        text, sizeof(text),
        R"({"host":"10.%llu.%llu.%llu","port":%llu,"id":"%016llx","epoch":%zu,"state":"serving","weight":%llu)",
        static_cast<unsigned long long>(random_() % 256), static_cast<unsigned long long>(random_() % 256),
        static_cast<unsigned long long>(random_() % 256),
        static_cast<unsigned long long>(1024 + random_() % 60000), static_cast<unsigned long long>(random_()),
        i, static_cast<unsigned long long>(random_() % 100));
    std::string bytes(text, static_cast<std::size_t>(size));
    bytes.resize(119, ' ');
    return bytes + "}";
  }

  std::size_t files_in_each_;
  std::mt19937_64 random_;
  std::uint64_t zxid_ = 0x1'0000'0000;
  std::int64_t now_ = 1'760'000'000'000;
  std::vector<Znode> znodes_;
};

}  // namespace arkive::test

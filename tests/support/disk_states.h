/// A directory in memory, what was done to it, and every state in which a disk may be found after the power
/// has failed in between. The disk promises what POSIX has it promise and nothing more: what was synced is
/// there, whole; of what was not, any part may be, in any order. Bytes go in sectors of 512, each by itself;
/// a file may have its size and not its bytes; a name made, moved or removed is sure once the directory is
/// synced (every directory that a move touches), whatever was synced of the file. A move is never half.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace arkive::test {

struct DiskFile {
  bool is_directory = false;
  std::string bytes;                         ///< of a file
  std::map<std::string, std::size_t> names;  ///< of a directory: which of the disk's files
};

/// The first is the directory itself. What no name leads to is not seen.
using Disk = std::vector<DiskFile>;

struct DiskOperation {
  enum class What : std::uint8_t { kWrite, kResize, kName, kSync, kSyncAll };
  struct Name {
    std::size_t directory;
    std::string name;
    std::optional<std::size_t> file;  ///< nothing: the name is gone
  };

  What what;
  std::size_t file = 0;          ///< of kWrite, kResize, kSync
  std::uint64_t offset = 0;      ///< of kWrite; the size of kResize
  std::string bytes = {};        ///< of kWrite
  std::vector<Name> names = {};  ///< of kName: both of a move
};

struct DiskRecord {
  Disk before;  ///< with all files that are made later, nameless
  std::vector<DiskOperation> operations;
};

constexpr std::size_t kSector = 512;

inline void carry_out(const DiskOperation& operation, Disk& disk) {
  switch (operation.what) {
    case DiskOperation::What::kWrite: {
      std::string& bytes = disk[operation.file].bytes;
      const std::size_t end = operation.offset + operation.bytes.size();
      if (bytes.size() < end) bytes.resize(end);
      bytes.replace(operation.offset, operation.bytes.size(), operation.bytes);
      break;
    }
    case DiskOperation::What::kResize:
      disk[operation.file].bytes.resize(operation.offset);
      break;
    case DiskOperation::What::kName:
      for (const DiskOperation::Name& name : operation.names) {
        if (name.file) {
          disk[name.directory].names[name.name] = *name.file;
        } else {
          disk[name.directory].names.erase(name.name);
        }
      }
      break;
    case DiskOperation::What::kSync:
    case DiskOperation::What::kSyncAll:
      break;
  }
}

/// The disk once the first `count` operations are done and the power stays on.
inline Disk disk_after(const DiskRecord& record, std::size_t count) {
  Disk disk = record.before;
  for (std::size_t i = 0; i < count; ++i) carry_out(record.operations[i], disk);
  return disk;
}

/// What a power loss makes of the operations that no sync has covered.
class DiskStates {
 public:
  DiskStates(const DiskRecord& record, std::uint64_t seed) : record_(record), random_(seed) {}

  /// Moments at which the power can fail: 0 .. moments() - 1 operations were done.
  std::size_t moments() const { return record_.operations.size() + 1; }

  /// Nothing that was not synced.
  Disk least(std::size_t moment) {
    return disk_at(moment, [](const DiskOperation&, Disk&) {});
  }
  /// All names, and of the files that were not synced the sizes alone.
  Disk names_before_bytes(std::size_t moment) {
    return disk_at(moment, [](const DiskOperation& operation, Disk& disk) {
      if (operation.what == DiskOperation::What::kWrite) {
        std::string& bytes = disk[operation.file].bytes;
        bytes.resize(std::max<std::size_t>(bytes.size(), operation.offset + operation.bytes.size()));
      } else {
        carry_out(operation, disk);
      }
    });
  }
  /// Some of what was not synced, as the dice fall; how many is drawn for each state. Writes may be torn.
  Disk random(std::size_t moment) {
    const int of_ten = number(0, 10);
    return disk_at(moment, [&](const DiskOperation& operation, Disk& disk) {
      if (number(1, 10) > of_ten) return;
      if (operation.what == DiskOperation::What::kWrite && number(0, 1) == 1) {
        torn(operation, disk);
      } else {
        carry_out(operation, disk);
      }
    });
  }
  std::size_t random_moment() { return static_cast<std::size_t>(number(0, static_cast<int>(moments()) - 1)); }

 private:
  int number(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }

  /// `loose(operation, disk)` does with each that is not covered what it likes.
  template <class Loose>
  Disk disk_at(std::size_t moment, Loose loose) const {
    const std::vector<bool> covered = covered_at(moment);
    // In their order: what is sure is later than what may have come about before it.
    Disk disk = record_.before;
    for (std::size_t i = 0; i < moment; ++i) {
      if (covered[i]) {
        carry_out(record_.operations[i], disk);
      } else {
        loose(record_.operations[i], disk);
      }
    }
    return disk;
  }

  std::vector<bool> covered_at(std::size_t moment) const {
    std::vector<bool> covered(moment);
    bool all = false;
    std::vector<bool> synced(record_.before.size());
    for (std::size_t i = moment; i-- > 0;) {
      const DiskOperation& operation = record_.operations[i];
      if (operation.what == DiskOperation::What::kSyncAll) all = true;
      if (operation.what == DiskOperation::What::kSync) synced[operation.file] = true;
      covered[i] = all || (operation.what == DiskOperation::What::kName
                               ? std::all_of(operation.names.begin(), operation.names.end(),
                                             [&](const auto& name) { return synced[name.directory]; })
                               : synced[operation.file]);
    }
    return covered;
  }

  /// Some of its sectors.
  void torn(const DiskOperation& whole, Disk& disk) {
    const std::size_t end = whole.offset + whole.bytes.size();
    for (std::size_t at = whole.offset; at < end;) {
      const std::size_t next = std::min(end, (at / kSector + 1) * kSector);
      if (number(0, 1) == 1) {
        DiskOperation sector{DiskOperation::What::kWrite, whole.file, at};
        sector.bytes = whole.bytes.substr(at - whole.offset, next - at);
        carry_out(sector, disk);
      }
      at = next;
    }
  }

  const DiskRecord& record_;
  std::mt19937_64 random_;
};

/// What can be seen of `disk`: names, bytes, and which names are one file. Two that look alike are one state.
inline std::string text_of(const Disk& disk) {
  std::string text;
  std::map<std::size_t, std::size_t> seen;
  const auto add = [&](const auto& self, std::size_t directory) -> void {
    for (const auto& [name, file] : disk[directory].names) {
      const auto [number, is_new] = seen.emplace(file, seen.size());
      text += name + '\0' + std::to_string(number->second) + (disk[file].is_directory ? "/" : " ");
      if (disk[file].is_directory) {
        self(self, file);
      } else if (is_new) {
        text += std::to_string(disk[file].bytes.size()) + ' ' + disk[file].bytes;
      }
    }
    text += '\n';
  };
  add(add, 0);
  return text;
}

/// Makes `path`, which is not there, look as `disk` does. Files have mode 0600, directories 0700.
inline void write_disk(const Disk& disk, const std::string& path) {
  std::map<std::size_t, std::string> written;
  const auto write = [&](const auto& self, std::size_t directory, const std::string& at) -> void {
    std::filesystem::create_directory(at);
    std::filesystem::permissions(at, std::filesystem::perms::owner_all);
    for (const auto& [name, file] : disk[directory].names) {
      const std::string below = at + "/" + name;
      if (disk[file].is_directory) {
        self(self, file, below);
      } else if (const auto [first, is_new] = written.emplace(file, below); !is_new) {
        std::filesystem::create_hard_link(first->second, below);
      } else {
        std::ofstream(below, std::ios::binary) << disk[file].bytes;
        std::filesystem::permissions(
            below, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
      }
    }
  };
  write(write, 0, path);
}

/// What is at `path`. `number(path of a file or directory below)` is called once for each file: it gives an
/// identity that hard links share.
template <class Identity>
Disk read_disk(const std::string& path, Identity identity) {
  Disk disk(1);
  disk[0].is_directory = true;
  std::map<decltype(identity(path)), std::size_t> known{{identity(path), 0}};
  const auto read = [&](const auto& self, std::size_t directory, const std::string& at) -> void {
    for (const auto& entry : std::filesystem::directory_iterator(at)) {
      const auto [file, is_new] = known.emplace(identity(entry.path().string()), disk.size());
      disk[directory].names[entry.path().filename().string()] = file->second;
      if (!is_new) continue;
      const std::size_t made = disk.size();
      disk.emplace_back().is_directory = entry.is_directory();
      if (entry.is_directory()) {
        self(self, made, entry.path().string());
      } else if (entry.is_regular_file()) {
        std::ifstream in(entry.path(), std::ios::binary);
        disk[made].bytes.assign(std::istreambuf_iterator<char>(in), {});
      } else {
        throw std::runtime_error("neither file nor directory: " + entry.path().string());
      }
    }
  };
  read(read, 0, path);
  return disk;
}

}  // namespace arkive::test

#include "stores/objects/tar_header.h"

#include <algorithm>
#include <cstdio>

namespace arkive::objects {

namespace {

// POSIX.1-2017, pax, "ustar Interchange Format": where a field begins, and how long it is.
constexpr std::size_t kNameBytes = 100;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeDigits = 11;
constexpr std::size_t kChecksumAt = 148;
constexpr std::size_t kChecksumBytes = 8;
constexpr char kFile = '0';
constexpr char kExtendedHeader = 'x';
constexpr std::string_view kExtendedName = "././@PaxHeader";

std::string block_of(std::string_view name, std::uint64_t size, char type) {
  std::string block(kTarBlock, '\0');
  const auto set = [&](std::size_t at, std::string_view text) {
    std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(at));
  };
  set(0, name.substr(0, kNameBytes));
  set(100, "0000600");
  set(108, "0000000");
  set(116, "0000000");
  char octal[32];
  (void)std::snprintf(octal, sizeof octal, "%011llo", static_cast<unsigned long long>(size));
  set(kSizeAt, octal);
  set(136, "00000000000");
  set(kChecksumAt, std::string(kChecksumBytes, ' '));
  block[156] = type;
  set(257, std::string_view("ustar\00000", 8));
  set(329, "0000000");
  set(337, "0000000");
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  (void)std::snprintf(octal, sizeof octal, "%06o", sum);
  set(kChecksumAt, std::string_view(octal, 7));
  return block;
}

/// "<length> path=<path>\n", where the length counts itself.
std::string path_record(std::string_view path) {
  std::string rest = " path=" + std::string(path) + "\n";
  std::size_t length = rest.size();
  while (length != rest.size() + std::to_string(length).size()) {
    length = rest.size() + std::to_string(length).size();
  }
  return std::to_string(length) + rest;
}

}  // namespace

std::size_t tar_padding(std::uint64_t size) {
  return static_cast<std::size_t>((kTarBlock - size % kTarBlock) % kTarBlock);
}

std::string tar_long_path(std::string_view path) {
  if (path.size() <= kNameBytes) return {};
  const std::string record = path_record(path);
  return block_of(kExtendedName, record.size(), kExtendedHeader) + record +
         std::string(tar_padding(record.size()), '\0');
}

std::string tar_block(std::string_view path, std::uint64_t size) {
  return block_of(path, size, kFile);
}

Result<std::uint64_t> tar_size(std::string_view block) {
  std::uint64_t size = 0;
  for (const char digit : block.substr(kSizeAt, kSizeDigits)) {
    if (digit < '0' || digit > '7') return fail(Outcome::kCorrupt, "a size is no octal number");
    size = size * 8 + static_cast<std::uint64_t>(digit - '0');
  }
  if (size > kMostFileBytes) return fail(Outcome::kCorrupt, "a file is too large");
  return size;
}

}  // namespace arkive::objects

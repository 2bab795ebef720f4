#include "stores/objects/tar_reader.h"

#include <algorithm>

#include "stores/core/hash.h"
#include "stores/objects/tar_header.h"

namespace arkive::objects {

namespace {

// So that memory grows with what is there, not with what a header says.
constexpr std::size_t kPiece = 1 << 20;

}  // namespace

TarReader::TarReader(std::unique_ptr<layout::ByteSource> from, std::string object)
    : from_(std::move(from), object), object_(std::move(object)) {}

Status TarReader::read(std::string& to, std::size_t size) {
  to.clear();
  while (to.size() < size) {
    const std::size_t before = to.size();
    to.resize(std::min(size, before + kPiece));
    const auto got = from_.read(to.data() + before, to.size() - before);
    to.resize(before + (got ? *got : 0));
    if (!got) return fail(got.error());
    if (*got == 0) return fail(Outcome::kCorrupt, "read '" + printable(object_) + "': ends too early");
  }
  return ok();
}

Result<bool> TarReader::has(Bytes expected) {
  ARKIVE_TRY(read(block_, expected.size()));
  return block_ == expected;
}

Status TarReader::next(const layout::HashLine& line, std::string& content) {
  can_go_on_ = false;
  const auto damaged = [&](const char* why) {
    return fail(Outcome::kCorrupt,
                "read '" + printable(line.path) + "' in '" + printable(object_) + "': " + why,
                "restore from another run, or with another path");
  };
  ARKIVE_ASSIGN(const bool is_path, has(tar_long_path(line.path)));
  ARKIVE_TRY(read(block_, is_path ? kTarBlock : 0));
  const auto size = is_path ? tar_size(block_) : fail(Outcome::kCorrupt, "no size");
  if (!size || block_ != tar_block(line.path, *size)) {
    return damaged("its header is not the one that was written");
  }
  ARKIVE_TRY(read(content, *size));
  ARKIVE_ASSIGN(const bool is_padded, has(std::string(tar_padding(*size), '\0')));
  if (!is_padded) return damaged("what stands behind it is not what was written");
  if (sha256(content) == line.sha256) return ok();
  can_go_on_ = true;
  return damaged("its bytes are not those that were written (sha256)");
}

Status TarReader::end() {
  ARKIVE_ASSIGN(const bool is_end, has(std::string(kTarEnd, '\0')));
  char more = 0;
  ARKIVE_ASSIGN(const std::size_t left, is_end ? from_.read(&more, 1) : Result<std::size_t>(1));
  if (left == 0) return ok();
  return fail(Outcome::kCorrupt,
              "read '" + printable(object_) + "': more stands in it than the list of hashes names");
}

}  // namespace arkive::objects

#include "stores/layout/hash_list.h"

#include "stores/file_tree.h"
#include "stores/layout/keys.h"

namespace arkive::layout {

namespace {

constexpr std::size_t kChunk = 128 * 1024;
constexpr std::size_t kHexSize = 64;
constexpr std::size_t kPathAt = kHexSize + 2;  // two spaces: sha256sum's text mode
constexpr std::size_t kLongestLine = 16 << 20;
constexpr int kLevel = 1;  // hashes do not compress; the paths do at any level

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool parse_digest(std::string_view text, Sha256Digest& to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    to[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return true;
}

tl::unexpected<Error> damaged(const std::string& object, const std::string& why) {
  return fail(Outcome::kCorrupt, "read list of hashes '" + printable(object) + "': " + why);
}

}  // namespace

HashListReader::HashListReader(std::unique_ptr<ByteSource> from, std::string object)
    : object_(std::move(object)), from_(std::move(from), object_) {}

/// Appends more text; sets at_end_ when there is none.
Status HashListReader::fill() {
  text_.erase(0, text_at_);
  text_at_ = 0;
  const std::size_t before = text_.size();
  text_.resize(before + kChunk);
  const auto got = from_.read(text_.data() + before, kChunk);
  text_.resize(before + (got ? *got : 0));
  if (!got) return fail(got.error());
  at_end_ = *got == 0;
  stream_.update(Bytes(text_).substr(before));
  return ok();
}

Result<const HashLine*> HashListReader::next() {
  std::size_t end;
  while ((end = text_.find('\n', text_at_)) == std::string::npos) {
    if (text_.size() - text_at_ > kLongestLine) return damaged(object_, "a line is too long");
    ARKIVE_TRY(fill());
    if (!at_end_) continue;
    if (text_at_ != text_.size()) return damaged(object_, "the last line is not whole");
    return nullptr;
  }
  const std::string_view line = std::string_view(text_).substr(text_at_, end - text_at_);
  text_at_ = end + 1;
  if (line.size() <= kPathAt || line.substr(kHexSize, 2) != "  " || !parse_digest(line, line_.sha256)) {
    return damaged(object_, "a line is not '<sha256>  <path>'");
  }
  line_.path = line.substr(kPathAt);
  if (!check_tree_path(line_.path)) return damaged(object_, "a path is not one of a tree");
  if (!last_path_.empty() && compare_paths(last_path_, line_.path) >= 0) {
    return damaged(object_, "its paths are not in order");
  }
  last_path_ = line_.path;
  return &line_;
}

Result<std::uint64_t> check_hash_list(HashListReader list, std::string_view sha256) {
  std::uint64_t files = 0;
  for (;; ++files) {
    ARKIVE_ASSIGN(const HashLine* const line, list.next());
    if (line == nullptr) break;
  }
  if (hex(list.digest()) == sha256) return files;
  return fail(Outcome::kCorrupt, "it is not the list in the manifest: sha256 differs");
}

HashListWriter::HashListWriter(std::unique_ptr<ObjectWriter> to, std::string object)
    : to_(std::move(to), kLevel, std::move(object)) {}

Status HashListWriter::add(std::string_view path, const Sha256Digest& sha256) {
  text_ += hex(sha256);
  text_ += "  ";
  text_ += path;
  text_ += '\n';
  return text_.size() < kChunk ? ok() : compress();
}

Status HashListWriter::compress() {
  stream_.update(text_);
  ARKIVE_TRY(to_.write(text_));
  text_.clear();
  return ok();
}

Result<Sha256Digest> HashListWriter::finish() {
  ARKIVE_TRY(compress());
  ARKIVE_TRY(to_.end_frame());
  ARKIVE_TRY(to_.object().finish());
  return stream_.finish();
}

}  // namespace arkive::layout

#include "stores/objects/tar_writer.h"

#include "stores/objects/tar_header.h"

namespace arkive::objects {

namespace {

// A single file costs a read of this much, compressed; smaller frames would compress worse.
constexpr std::uint64_t kFrameBytes = 1 << 20;
constexpr int kLevel = 3;

}  // namespace

/// Hashes and counts what becomes the object.
class TarWriter::HashedObject final : public ObjectWriter {
 public:
  explicit HashedObject(std::unique_ptr<ObjectWriter> to) : to_(std::move(to)) {}
  Status write(Bytes data) override {
    hash_.update(data);
    bytes_ += data.size();
    return to_->write(data);
  }
  Status finish() override {
    const Sha256Digest digest = hash_.finish();
    ARKIVE_TRY(to_->write(Bytes(reinterpret_cast<const char*>(digest.data()), digest.size())));
    return to_->finish();
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::unique_ptr<ObjectWriter> to_;
  Sha256Stream hash_;
  std::uint64_t bytes_ = 0;
};

TarWriter::TarWriter(std::unique_ptr<ObjectWriter> to, std::string object)
    : object_(std::move(object)), to_(nullptr, kLevel, object_) {
  auto hashed = std::make_unique<HashedObject>(std::move(to));
  hashed_ = hashed.get();
  to_ = layout::ZstdWriter(std::move(hashed), kLevel, object_);
}

TarWriter::~TarWriter() = default;

Status TarWriter::add(std::string_view path, Bytes content) {
  if (content.size() > kMostFileBytes) {
    return fail(Outcome::kUsage, "write '" + printable(object_) + "': file '" + printable(path) + "' of " +
                                     human_size(content.size()) + " is too large for it");
  }
  if (size_ >= kFrameBytes) ARKIVE_TRY(end_frame());
  const std::string header = tar_long_path(path) + tar_block(path, content.size());
  const std::string padding(tar_padding(content.size()), '\0');
  for (const Bytes piece : {Bytes(header), content, Bytes(padding)}) {
    ARKIVE_TRY(to_.write(piece));
    size_ += piece.size();
  }
  ++files_;
  return ok();
}

Status TarWriter::end_frame() {
  ARKIVE_TRY(to_.end_frame());
  table_.add(hashed_->bytes() - table_.end(), size_, files_);
  size_ = 0;
  files_ = 0;
  return ok();
}

Status TarWriter::finish() {
  ARKIVE_TRY(to_.write(std::string(kTarEnd, '\0')));
  size_ += kTarEnd;
  ARKIVE_TRY(end_frame());
  ARKIVE_TRY(to_.object().write(table_.without_hash()));
  return to_.object().finish();
}

}  // namespace arkive::objects

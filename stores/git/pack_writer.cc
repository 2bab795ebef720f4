#include "stores/git/pack_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>

#include "stores/core/fault.h"
#include "stores/core/files.h"
#include "stores/git/delta.h"
#include "stores/git/object_store.h"
#include "stores/git/zlib_internal.h"

namespace arkive::git {

namespace {

constexpr std::size_t kBufferSize = 256 << 10;
/// Below this a delta saves nothing worth a longer chain.
constexpr std::size_t kLeastForDelta = 256;
/// Deltas are made in memory.
constexpr std::size_t kMostForDelta = 64 << 20;
/// A link costs a copy of the object when the newest version is read (a year of daily runs: 0.1 s for a tree
/// of 200,000 files), a chain begun anew costs the whole object on disk.
constexpr int kLongestChain = 400;

std::uint32_t crc_of(Bytes bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

/// SHA-1 over a file just written.
Result<Sha1Digest> checksum(const std::string& path) {
  constexpr std::size_t kStep = 1 << 20;
  ARKIVE_ASSIGN(const MappedFile file, MappedFile::open(path));
  Sha1Stream sum;
  for (Bytes left = file.bytes(); !left.empty(); left.remove_prefix(std::min(kStep, left.size()))) {
    sum.update(left.substr(0, kStep));
    file.forget_pages();
  }
  return sum.finish();
}

}  // namespace

PackWriter::PackWriter(std::string directory, ObjectStore& objects, std::shared_ptr<const PackFile> carried)
    : directory_(std::move(directory)),
      objects_(objects),
      carried_(std::move(carried)),
      temporary_(directory_ + "/" + std::string(kTemporaryPrefix) + to_hex(random_bytes(8))),
      deflater_(std::make_unique<Deflater>()) {}

Result<std::unique_ptr<PackWriter>> PackWriter::create(const std::string& repository, ObjectStore& objects,
                                                       std::shared_ptr<const PackFile> carried) {
  std::unique_ptr<PackWriter> writer(
      new PackWriter(repository + "/objects/pack", objects, std::move(carried)));
  const int error_number = ARKIVE_FAULT_ERRNO();
  if (error_number == 0) {
    writer->fd_ = UniqueFd(::open((writer->temporary_ + ".pack.part").c_str(),
                                  O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  }
  if (!writer->fd_) {
    return fail(
        system_error("create", writer->temporary_ + ".pack.part", error_number != 0 ? error_number : errno));
  }
  if (writer->carried_ != nullptr) {
    // With its old count; seal() writes the new one.
    const Bytes old = writer->carried_->bytes();
    ARKIVE_TRY(
        write_all(writer->fd_.get(), old.substr(0, old.size() - kPackTrailerSize), writer->temporary_));
    writer->carried_->forget_pages();
    writer->flushed_ = old.size() - kPackTrailerSize;
  } else {
    writer->buffer_ = std::string("PACK\0\0\0\2\0\0\0\0", kPackHeaderSize);
  }
  return writer;
}

PackWriter::~PackWriter() {
  ::unlink((temporary_ + ".pack.part").c_str());
  ::unlink((temporary_ + ".idx.part").c_str());
}

bool PackWriter::contains(const ObjectId& id) const {
  return ids_.find(id) || (carried_ != nullptr && carried_->find(id));
}

Status PackWriter::add(ObjectType type, Bytes content, const ObjectId& id) {
  if (contains(id)) return ok();
  return append(id, static_cast<std::uint8_t>(type), 0, content);
}

Status PackWriter::add_version(ObjectType type, Bytes content, const ObjectId& id, const ObjectId& before) {
  if (contains(id)) return ok();
  ARKIVE_ASSIGN(const Delta delta, find_delta(type, content, before));
  if (delta.bytes.empty()) return append(id, static_cast<std::uint8_t>(type), 0, content);
  return append(id, PackedHeader::kOffsetDelta, delta.base_offset, delta.bytes);
}

Result<PackWriter::Delta> PackWriter::find_delta(ObjectType type, Bytes content, const ObjectId& before) {
  Delta none;
  if (carried_ == nullptr || content.size() < kLeastForDelta || content.size() > kMostForDelta) return none;
  const std::optional<std::uint32_t> number = carried_->find(before);
  if (!number) return none;
  ARKIVE_ASSIGN(const std::uint64_t offset, carried_->offset(*number));
  ARKIVE_ASSIGN(const PackedHeader header, carried_->header(offset));
  const auto delta_from = [&](std::uint64_t base_offset, std::size_t most) -> Result<Delta> {
    ARKIVE_ASSIGN(const auto base, objects_.read_base(*carried_, base_offset));
    if (base->type != type || base->content.size() > kMostForDelta) return Delta{};
    return Delta{base_offset, make_delta(base->content, content, most)};
  };
  // Versions that differ little share a base: the chain grows by a link only when the difference from that
  // base has become long.
  if (header.is_delta()) {
    ARKIVE_ASSIGN(Delta shared,
                  delta_from(header.base_offset, std::max<std::size_t>(64, content.size() / 1000)));
    if (!shared.bytes.empty()) return shared;
    int links = 1;
    for (PackedHeader link = header; link.is_delta(); ++links) {
      if (links > kLongestChain) return none;
      ARKIVE_ASSIGN(link, carried_->header(link.base_offset));
    }
  }
  return delta_from(offset, content.size() / 2);
}

Status PackWriter::append(const ObjectId& id, std::uint8_t type, std::uint64_t base_offset, Bytes content) {
  const std::uint64_t offset = flushed_ + buffer_.size();
  const std::size_t begin = buffer_.size();
  append_packed_header(buffer_, type, content.size());
  if (type == PackedHeader::kOffsetDelta) append_base_distance(buffer_, offset - base_offset);
  deflater_->deflate(content, buffer_);
  ids_.insert(id);
  places_.push_back({crc_of(Bytes(buffer_).substr(begin)), static_cast<std::uint32_t>(offset >> 32),
                     static_cast<std::uint32_t>(offset)});
  if (buffer_.size() < kBufferSize) return ok();
  return flush();
}

Status PackWriter::flush() {
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("write", temporary_ + ".pack.part", e));
  ARKIVE_TRY(write_all(fd_.get(), buffer_, temporary_ + ".pack.part"));
  flushed_ += buffer_.size();
  buffer_.clear();
  return ok();
}

std::uint32_t PackWriter::count() const {
  return ids_.size() + (carried_ == nullptr ? 0 : carried_->count());
}

Status PackWriter::seal() {
  const std::string path = temporary_ + ".pack.part";
  ARKIVE_TRY(flush());
  std::string number;
  append_big_endian(number, count());
  if (::pwrite(fd_.get(), number.data(), number.size(), 8) != static_cast<ssize_t>(number.size())) {
    return fail(system_error("write", path, errno));
  }
  ARKIVE_ASSIGN(const Sha1Digest sum, checksum(path));
  buffer_.assign(reinterpret_cast<const char*>(sum.data()), sum.size());
  ARKIVE_TRY(flush());
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("sync", path, e));
  if (::fsync(fd_.get()) != 0) return fail(system_error("sync", path, errno));
  ARKIVE_TRY(write_index(sum));
  name_ = "pack-" + hex(sum);
  fd_.reset();
  return ok();
}

Status PackWriter::write_index(const Sha1Digest& pack_checksum) {
  const std::string path = temporary_ + ".idx.part";
  const std::string content = index_content(pack_checksum);
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("create", path, e));
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return fail(system_error("create", path, errno));
  ARKIVE_TRY(write_all(fd.get(), content, path));
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("sync", path, e));
  if (::fsync(fd.get()) != 0) return fail(system_error("sync", path, errno));
  return ok();
}

std::string PackWriter::index_content(const Sha1Digest& pack_checksum) const {
  // By id: first the numbers of this pack's own objects, then those of the carried one, shifted by kCarried.
  const std::uint32_t own = ids_.size();
  std::vector<std::uint32_t> order(own);
  for (std::uint32_t i = 0; i < own; ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return ids_[a] < ids_[b]; });
  const std::uint32_t carried = carried_ == nullptr ? 0 : carried_->count();
  std::vector<std::uint32_t> merged;
  merged.reserve(count());
  std::uint32_t next_carried = 0;
  for (const std::uint32_t number : order) {
    while (next_carried < carried && carried_->id(next_carried) < ids_[number]) {
      merged.push_back(own + next_carried++);
    }
    merged.push_back(number);
  }
  while (next_carried < carried) merged.push_back(own + next_carried++);
  std::vector<std::uint32_t>().swap(order);

  const auto id_of = [&](std::uint32_t number) {
    return number < own ? ids_[number] : carried_->id(number - own);
  };
  std::string content("\377tOc\0\0\0\2", 8);
  content.reserve(content.size() + 256 * 4 + merged.size() * 28 + 40);
  std::uint32_t counts[256] = {};
  for (const std::uint32_t number : merged) ++counts[id_of(number)[0]];
  std::uint32_t sum = 0;
  for (const std::uint32_t one : counts) append_big_endian(content, sum += one);
  for (const std::uint32_t number : merged) {
    const ObjectId id = id_of(number);
    content.append(reinterpret_cast<const char*>(id.data()), id.size());
  }
  for (const std::uint32_t number : merged) {
    append_big_endian(content, number < own ? places_[number].crc : carried_->crc(number - own));
  }
  std::string large_offsets;
  for (const std::uint32_t number : merged) {
    // A carried pack is small and its offsets are checked by whoever reads them.
    const std::uint64_t offset =
        number < own ? places_[number].offset() : carried_->offset(number - own).value_or(0);
    if (offset < 0x80000000) {
      append_big_endian(content, static_cast<std::uint32_t>(offset));
    } else {
      append_big_endian(content, static_cast<std::uint32_t>(0x80000000 | large_offsets.size() / 8));
      append_big_endian(large_offsets, offset);
    }
  }
  content += large_offsets;
  content.append(reinterpret_cast<const char*>(pack_checksum.data()), pack_checksum.size());
  const Sha1Digest own_checksum = sha1(content);
  content.append(reinterpret_cast<const char*>(own_checksum.data()), own_checksum.size());
  return content;
}

Status PackWriter::publish() {
  const std::string keep = directory_ + "/" + name_ + ".keep";
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("create", keep, e));
  const UniqueFd fd(::open(keep.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return fail(system_error("create", keep, errno));
  // The index last: a pack without one is not looked at.
  for (const char* extension : {".pack", ".idx"}) {
    const std::string from = temporary_ + extension + ".part";
    const std::string to = directory_ + "/" + name_ + extension;
    if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("rename", from, e));
    if (::rename(from.c_str(), to.c_str()) != 0) return fail(system_error("rename", from, errno));
  }
  return sync_directory(directory_);
}

void PackWriter::release() {
  ARKIVE_FAULT_POINT();
  ::unlink((directory_ + "/" + name_ + ".keep").c_str());
}

void PackWriter::withdraw() {
  release();
  ::unlink((directory_ + "/" + name_ + ".idx").c_str());
  ::unlink((directory_ + "/" + name_ + ".pack").c_str());
}

void PackWriter::drop_carried() {
  if (carried_ == nullptr || carried_->stem() == directory_ + "/" + name_) return;
  for (const char* extension : {".idx", ".rev", ".bitmap", ".mtimes", ".pack"}) {
    ARKIVE_FAULT_POINT();
    ::unlink((carried_->stem() + extension).c_str());
  }
}

}  // namespace arkive::git

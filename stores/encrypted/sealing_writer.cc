#include "stores/encrypted/sealing_writer.h"

#include <algorithm>

#include "stores/core/hash.h"
#include "stores/encrypted/object_format.h"

namespace arkive::encrypted {

namespace {

constexpr std::size_t kHandOn = 1 << 20;

class SealingWriter final : public ObjectWriter {
 public:
  SealingWriter(std::unique_ptr<ObjectWriter> below, const StoreKey& store, std::string_view key)
      : below_(std::move(below)),
        chunk_(store.chunk),
        sealer_(store, key, random_bytes(kSaltSize)),
        sealed_(sealer_.header()) {
    sealed_.reserve(kHandOn + 2 * (chunk_ + kTagSize));
    held_.reserve(chunk_);
  }

  Status write(Bytes data) override {
    // A full chunk is sealed only when more comes: the last one carries a flag.
    while (!data.empty()) {
      if (held_.size() == chunk_) {
        ARKIVE_TRY(hand_on(held_));
        held_.clear();
      }
      if (held_.empty() && data.size() > chunk_) {
        ARKIVE_TRY(hand_on(data.substr(0, chunk_)));
        data.remove_prefix(chunk_);
        continue;
      }
      const Bytes piece = data.substr(0, chunk_ - held_.size());
      held_.append(piece);
      data.remove_prefix(piece.size());
    }
    return ok();
  }

  Status finish() override {
    sealer_.seal(held_, /*last=*/true, sealed_);
    ARKIVE_TRY(below_->write(sealed_));
    return below_->finish();
  }

 private:
  Status hand_on(Bytes plain) {
    sealer_.seal(plain, /*last=*/false, sealed_);
    if (sealed_.size() < kHandOn) return ok();
    const Status written = below_->write(sealed_);
    sealed_.clear();
    return written;
  }

  std::unique_ptr<ObjectWriter> below_;
  std::size_t chunk_;
  ChunkSealer sealer_;
  std::string sealed_;
  std::string held_;
};

}  // namespace

std::unique_ptr<ObjectWriter> seal_into(std::unique_ptr<ObjectWriter> below, const StoreKey& store,
                                        std::string_view key) {
  return std::make_unique<SealingWriter>(std::move(below), store, key);
}

}  // namespace arkive::encrypted

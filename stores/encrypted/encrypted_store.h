/// EncryptedStore: a Store whose objects are sealed before they reach another Store, and opened and checked
/// when they come back (docs/format-encryption.md). keyring.h makes and opens one.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "stores/encrypted/names.h"
#include "stores/encrypted/object_format.h"
#include "stores/encrypted/store_key.h"
#include "stores/store.h"

namespace arkive {

/// Any thread. Sizes are those of the plaintext. Errors are those of the store below, and kCorrupt, with its
/// cause, for what was not sealed with this key under this very key of the store; no byte of it is given out.
/// "arkive.json", "keys/..." and "locks/..." pass through as they are.
class EncryptedStore final : public Store {
 public:
  EncryptedStore(std::unique_ptr<Store> below, encrypted::StoreKey key);

  std::string name() const override { return below_->name(); }
  bool is_remote() const override { return below_->is_remote(); }
  /// kCreateOnly compares plaintexts: sealed again, the same bytes are others.
  Status put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) override;
  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view key, Deadline deadline) override;
  Status settle(Deadline deadline) override { return below_->settle(deadline); }
  Result<std::unique_ptr<StoreLock>> lock(std::string_view name, Deadline deadline) override;
  /// A range costs the chunks it touches, and the first of an object its size and header, too.
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override;
  Status stream(std::string_view key, std::uint64_t offset, std::uint64_t size, const TakeBytes& take,
                Deadline deadline) const override;
  Result<Object> head(std::string_view key, Deadline deadline) const override;
  /// With hidden names, all keys with the prefix are held in memory. An object whose size is that of no
  /// sealed one is listed with size 0; reading it tells. kCorrupt for a
  /// hidden name that this key did not make; what has not the form of one is listed as it stands.
  Status list(std::string_view prefix, const std::function<Status(const Object&)>& each,
              Deadline deadline) const override;
  /// What tells a long hidden name stays.
  Status remove(std::string_view key, Deadline deadline) override;
  Status remove_unfinished(Deadline deadline) override { return below_->remove_unfinished(deadline); }
  Result<Keeping> kept_until(std::string_view key, Deadline deadline) const override;
  /// What tells a long hidden name is kept, too.
  Result<bool> keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline) override;
  Result<bool> may_keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline) const override;
  Result<std::chrono::milliseconds> keeps_for() const override { return below_->keeps_for(); }

 private:
  struct Place {
    std::string stored;                                           ///< the key below
    std::vector<std::pair<std::string, std::string>> long_parts;  ///< stored and plain
  };
  struct Opened {
    std::uint64_t stored_size = 0;
    std::string header;
  };
  using NamesUntil = std::map<std::string, UnixMilliseconds>;  ///< by their stored part, until when
  static bool passes(std::string_view key);
  Result<Place> place_of(std::string_view key) const;
  /// Of the long names in `place`, those that were not `done` for so long.
  Status each_long_name(const Place& place, UnixMilliseconds until, NamesUntil& done,
                        const std::function<Result<bool>(const std::string& key)>& keep) const;
  std::string object(std::string_view key, const std::string& stored) const;
  /// The chunks that hold a range of the plaintext.
  struct SealedRange {
    encrypted::ChunkOpener opener;
    std::uint64_t plain = 0;   ///< bytes of the whole object
    std::uint64_t wanted = 0;  ///< bytes
    std::uint64_t first = 0;   ///< chunk
    std::uint64_t begin = 0;   ///< of the stored object
    std::uint64_t end = 0;
  };
  Result<SealedRange> sealed_range(std::string_view key, const std::string& stored, std::uint64_t offset,
                                   std::uint64_t size, bool& remembered, Deadline deadline) const;
  Status stream_range(const std::string& stored, SealedRange range, std::uint64_t offset,
                      const TakeBytes& take, Deadline deadline) const;
  Result<std::string> get_range(std::string_view key, const std::string& stored, std::uint64_t offset,
                                std::uint64_t size, bool& remembered, Deadline deadline) const;
  Result<Opened> opened(std::string_view key, const std::string& stored, bool& remembered,
                        Deadline deadline) const;
  void forget(std::string_view key) const;
  Status keep_long_names(const Place& place, Deadline deadline);
  Result<std::string> long_name(std::string_view parent, const std::string& stored, Deadline deadline) const;
  Result<std::string> plain_part(std::string_view parent, const std::string& stored, const std::string& whole,
                                 Deadline deadline) const;
  Status list_hidden(std::string_view prefix, const std::function<Status(const Object&)>& each,
                     Deadline deadline) const;
  Object sized(std::string key, std::uint64_t stored_size) const;

  std::unique_ptr<Store> below_;
  encrypted::StoreKey key_;
  encrypted::NameCodec names_;
  mutable std::mutex mutex_;                                    ///< of those below
  mutable std::map<std::string, Opened, std::less<>> headers_;  ///< of objects whose ranges are read
  mutable std::map<std::string, std::string> long_names_;       ///< by their stored part
  NamesUntil names_kept_;
  mutable NamesUntil names_asked_;  ///< whether they may be kept
};

}  // namespace arkive

/// Store: one set of immutable objects by key, what a directory or a bucket offers. Thread-safe. (A git
/// history is no Store.) Keys: printable ASCII, '/'-separated, 1..512 bytes, no empty, "." or ".." part.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive {

enum class PutMode : std::uint8_t {
  kCreateOnly,  ///< kConflict when the key exists with other bytes; success when with the same
  kReplace
};

/// An object being written piece by piece. One thread at a time. Destroyed without finish(): the key keeps
/// what it had; a crash leaves at most a temporary file that is no object.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  /// Errors: kFull, kDenied, kFail; after one the object is given up.
  virtual Status write(Bytes data) = 0;
  /// The object stands under its key, in place of an older one. Durable only after Store::settle().
  virtual Status finish() = 0;
};

/// Held until destroyed.
class StoreLock {
 public:
  virtual ~StoreLock() = default;
};

/// Takes bytes, which are valid during the call.
using TakeBytes = std::function<Status(Bytes)>;

class Store {
 public:
  struct Object {
    std::string key;
    std::uint64_t size = 0;
  };
  virtual ~Store() = default;
  virtual std::string name() const = 0;
  /// A server answers each read after a while, however few bytes are asked for: it pays to read ahead.
  virtual bool is_remote() const { return false; }
  /// On return the object is whole and durable, or absent (kReplace: or the old one). Errors: kConflict,
  /// kFull, kDenied, kRetry.
  virtual Status put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) = 0;
  /// Begins an object of any size. Errors as put().
  virtual Result<std::unique_ptr<ObjectWriter>> begin(std::string_view key, Deadline deadline) = 0;
  /// On return every object finished before, by whatever thread of this process, is durable. An error means
  /// that some may not be: they are to be written again, for a sync is never repeated.
  virtual Status settle(Deadline deadline) = 0;
  /// Only one holds the lock `name` ("topics/prod", a key) of a store, whatever the process. kConflict when
  /// somebody else holds it until `deadline`, naming him.
  virtual Result<std::unique_ptr<StoreLock>> lock(std::string_view name, Deadline deadline) = 0;
  /// Reads `size` bytes from byte `offset`; size 0 reads to the end. A short object is kCorrupt; none is
  /// kNotFound.
  virtual Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                                  Deadline deadline) const = 0;
  /// Hands `size` bytes from byte `offset`, at least one, to `take`: in order, in pieces of any size, on this
  /// thread. Ends with what `take` says when that is no success. Else as get(); after an error some bytes
  /// may have been handed out. For many bytes one after the other: they come while `take` works.
  virtual Status stream(std::string_view key, std::uint64_t offset, std::uint64_t size, const TakeBytes& take,
                        Deadline deadline) const;
  /// kNotFound when absent.
  virtual Result<Object> head(std::string_view key, Deadline deadline) const = 0;
  /// Every object whose key begins with `prefix`, ascending by key.
  virtual Status list(std::string_view prefix, const std::function<Status(const Object&)>& each,
                      Deadline deadline) const = 0;
  /// Absent is success. kDenied for what the store keeps for a while yet.
  virtual Status remove(std::string_view key, Deadline deadline) = 0;
  /// Removes what writers that were killed more than a day ago left behind and what is no object, where a
  /// store has such a thing.
  virtual Status remove_unfinished(Deadline) { return ok(); }

  /// What keeps an object from whoever may remove others, as Object Lock does.
  struct Keeping {
    UnixMilliseconds until = 0;  ///< a moment still to come; 0: there is none
    bool on_hold = false;        ///< a legal hold, which has no end

    bool keeps() const { return until != 0 || on_hold; }
  };
  /// Of an object that is not there: nothing. kUsage where a store of this kind is not asked for it, kDenied
  /// where these credentials may not see it.
  virtual Result<Keeping> kept_until(std::string_view key, Deadline deadline) const;
  /// On return the object is kept until then at least, in whole seconds; never for a shorter time than
  /// before. False: it was so already. kUsage where the store keeps nothing, or its settings say not how;
  /// kDenied, kNotFound.
  virtual Result<bool> keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline);
  /// What keep_until() would say, as far as that is known before; nothing is changed.
  virtual Result<bool> may_keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline) const;
  /// For how long the settings have new objects kept. kUsage as keep_until(); asks nobody.
  virtual Result<std::chrono::milliseconds> keeps_for() const;
};

/// kDenied when `keeping` keeps `object`, in the words of a removal that is refused.
Status check_removable(const std::string& object, const Store::Keeping& keeping);
/// What Store::remove() would say of `key`, as far as the store tells what it keeps: kDenied for that. It is
/// success where a store is not asked for it.
Status may_remove(const Store& store, std::string_view key, Deadline deadline);

/// kUsage for a key that breaks the rules above.
Status check_key(std::string_view key);

}  // namespace arkive

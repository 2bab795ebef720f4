/// Many objects read, removed or kept at once: a bucket answers each request after a while, however small.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stores/store.h"

namespace arkive {

using TakeObject = std::function<Status(const std::string& key, Result<std::string> bytes)>;

/// Reads the objects `keys`, whole, up to 16 at once, and hands each to `each`, on the calling thread and in
/// the order of `keys`; what could not be read too, as the error it was. An error of `each` ends it. Memory:
/// 64 objects.
Status get_each(const Store& store, const std::vector<std::string>& keys, const TakeObject& each,
                Deadline deadline);

/// The same with the objects whose key begins with `prefix` and is `wanted`.
Status get_each_below(const Store& store, std::string_view prefix,
                      const std::function<bool(const std::string& key)>& wanted, const TakeObject& each,
                      Deadline deadline);

using TakeRemoval = std::function<Status(const std::string& key, const Status& removed)>;

/// Removes the objects `keys`, up to 16 at once and in no order, and tells `each` how each went, on the
/// calling thread and in the order of `keys`. An error of `each` ends it: up to 64 objects behind that one
/// are removed nevertheless.
Status remove_each(Store& store, const std::vector<std::string>& keys, const TakeRemoval& each,
                   Deadline deadline);

/// The same without removing anything: `each` is told what may_remove() says.
Status ask_removal_of_each(const Store& store, const std::vector<std::string>& keys, const TakeRemoval& each,
                           Deadline deadline);

using TakeExtension = std::function<Status(const std::string& key, Result<bool> extended)>;

/// Has the objects `keys` kept until `until`, as Store::keep_until(); else as remove_each().
Status keep_each_until(Store& store, const std::vector<std::string>& keys, UnixMilliseconds until,
                       const TakeExtension& each, Deadline deadline);

/// The same without keeping anything: `each` is told what Store::may_keep_until() says.
Status ask_keeping_of_each(const Store& store, const std::vector<std::string>& keys, UnixMilliseconds until,
                           const TakeExtension& each, Deadline deadline);

}  // namespace arkive

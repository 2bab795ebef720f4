/// The root of a store that is no plain directory: arkive.json as an ordinary object.
#pragma once

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/layout/store_file.h"
#include "stores/store.h"

namespace arkive::objects {

using StoreRoot = layout::StoreFile;

/// Below this an encrypting store keeps its keys, in the clear, before there is an arkive.json.
inline constexpr std::string_view kKeysPrefix = "keys/";

/// Reads arkive.json of `store`; with `create`, puts it where there is no object yet but keys. Of several
/// that create one store at once, all get the same id. Errors: kNotFound (no object there and not `create`),
/// kUsage (objects but no arkive.json; that of something else; a newer format), kCorrupt, and those of the
/// store.
Result<StoreRoot> open_root(Store& store, bool create, Deadline deadline);

}  // namespace arkive::objects

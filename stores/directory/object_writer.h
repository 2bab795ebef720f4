/// Writing an object of a store piece by piece: a temporary file beside it, renamed at the end.
#pragma once

#include <memory>
#include <string>

#include "stores/directory/layout.h"
#include "stores/store.h"

namespace arkive::directory {

/// `key` is a key. The directories above are made, not synced: Store::settle() does all at once.
Result<std::unique_ptr<ObjectWriter>> begin_object(const SharedRoot& root, const std::string& key);

}  // namespace arkive::directory

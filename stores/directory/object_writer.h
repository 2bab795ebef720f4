/// Writing an object of a store piece by piece: into a file without a name, which gets the object's at the
/// end; a writer that is killed leaves nothing. Where the file system has no such files (O_TMPFILE), or the
/// object is there already, a temporary file beside it is renamed.
#pragma once

#include <memory>
#include <string>

#include "stores/directory/layout.h"
#include "stores/store.h"

namespace arkive::directory {

/// `key` is a key. The directories above are made, not synced: Store::settle() does all at once.
Result<std::unique_ptr<ObjectWriter>> begin_object(const SharedRoot& root, const std::string& key);

}  // namespace arkive::directory

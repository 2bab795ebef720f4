/// The keys of encrypted stores, as the command line and the environment name them.
#pragma once

#include <memory>
#include <optional>

#include "stores/encrypted/keyring.h"
#include "stores/store.h"
#include "tools/places/place_options.h"

namespace arkive::tools {

/// Where the key comes from: the options, else ARKIVE_KEY_FILE or ARKIVE_PASSPHRASE_FILE; none: no key is
/// given. kUsage: several, or hide_names without one.
Result<std::optional<encrypted::KeySource>> key_source(const KeyOptions& options);

/// What the process has read of keys so far: a command asks once.
encrypted::KeyReader& key_reader();

/// kUsage when a key is given, for what stands before ": it is never encrypted".
Status refuse_key(const KeyOptions& options, const std::string& place);

/// The store as it is to be used: itself, or decrypting. Errors as encrypted::open_encrypted().
Result<std::unique_ptr<Store>> with_key(std::unique_ptr<Store> store, const KeyOptions& options, bool create);

}  // namespace arkive::tools

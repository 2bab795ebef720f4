#include "tools/places/store_keys.h"

#include <cstdlib>

namespace arkive::tools {

using encrypted::KeySource;

Result<std::optional<KeySource>> key_source(const KeyOptions& options) {
  std::optional<KeySource> source;
  int given = 0;
  const auto take = [&](KeySource::Kind kind, const std::string& text) {
    if (text.empty()) return;
    source = KeySource{kind, text};
    ++given;
  };
  take(KeySource::Kind::kFile, options.key_file);
  take(KeySource::Kind::kCommand, options.key_command);
  take(KeySource::Kind::kPassphraseFile, options.passphrase_file);
  if (given == 0 && !options.none) {
    const auto from_environment = [](const char* name) {
      const char* const value = std::getenv(name);
      return std::string(value == nullptr ? "" : value);
    };
    take(KeySource::Kind::kFile, from_environment("ARKIVE_KEY_FILE"));
    take(KeySource::Kind::kPassphraseFile, from_environment("ARKIVE_PASSPHRASE_FILE"));
  }
  if (given > 1) {
    return fail(
        Outcome::kUsage, "take the key of the store: several are given",
        "give one of --key-file, --key-command, --passphrase-file, ARKIVE_KEY_FILE, ARKIVE_PASSPHRASE_FILE");
  }
  if (given == 0 && options.hide_names) {
    return fail(Outcome::kUsage,
                "hide names: only those in an encrypted store can be hidden, and no key is given",
                "give --key-file, --key-command or --passphrase-file");
  }
  return source;
}

encrypted::KeyReader& key_reader() {
  static encrypted::KeyReader reader;
  return reader;
}

Status refuse_key(const KeyOptions& options, const std::string& place) {
  ARKIVE_ASSIGN(const auto source, key_source(options));
  if (!source) return ok();
  return fail(Outcome::kUsage, "open '" + printable(place) + "' with a key: a git history is never encrypted",
              "leave the key out (or unset ARKIVE_KEY_FILE and ARKIVE_PASSPHRASE_FILE), or name a store");
}

Result<std::unique_ptr<Store>> with_key(std::unique_ptr<Store> store, const KeyOptions& options,
                                        bool create) {
  ARKIVE_ASSIGN(const auto source, key_source(options));
  return encrypted::open_encrypted(std::move(store), source,
                                   {.create = create, .hide_names = options.hide_names}, key_reader(),
                                   Deadline::never());
}

}  // namespace arkive::tools

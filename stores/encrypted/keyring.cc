#include "stores/encrypted/keyring.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/hash.h"
#include "stores/encrypted/encrypted_store.h"

namespace arkive::encrypted {

namespace {

constexpr std::string_view kKeys = "keys/";
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kEncryptionIdBytes = 16;

constexpr const char* kKeyOptions =
    "give its key: --key-file, --key-command or --passphrase-file (or ARKIVE_KEY_FILE, "
    "ARKIVE_PASSPHRASE_FILE)";

std::string opening(const Store& below) {
  return "open store '" + printable(below.name()) + "': ";
}

/// What stands in keys/encryption.json, and its SHA-256 in hex.
struct Encryption {
  EncryptionFile file;
  std::string sha256;
};

Result<std::string> store_id(const Store& below, Deadline deadline) {
  ARKIVE_ASSIGN(const std::string text, below.get("arkive.json", 0, 0, deadline));
  const auto document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || !document.contains("id") || !document["id"].is_string()) {
    return fail(Outcome::kCorrupt, opening(below) + "its arkive.json lacks an id");
  }
  return document["id"].get<std::string>();
}

Result<std::optional<Encryption>> read_encryption(const Store& below, Deadline deadline) {
  const auto text = below.get(kEncryptionKey, 0, 0, deadline);
  if (!text && text.error().outcome == Outcome::kNotFound) return std::optional<Encryption>();
  if (!text) return fail(text.error());
  auto file = EncryptionFile::from_json(*text);
  if (!file) {
    return fail(file.error().outcome, opening(below) + std::string(kEncryptionKey) + ": " + file.error().what,
                file.error().hint.empty() ? "restore it from another copy of the store: it never changes"
                                          : file.error().hint);
  }
  ARKIVE_ASSIGN(const std::string id, store_id(below, deadline));
  if (id != file->store) {
    return fail(Outcome::kCorrupt,
                opening(below) + std::string(kEncryptionKey) + " is of store " + printable(file->store) +
                    ", but arkive.json of store " + printable(id),
                "one of the two was exchanged: restore it from another copy of the store");
  }
  return std::optional<Encryption>({std::move(*file), hex(sha256(*text))});
}

Result<Encryption> need_encryption(const Store& below, Deadline deadline) {
  ARKIVE_ASSIGN(std::optional<Encryption> encryption, read_encryption(below, deadline));
  if (encryption) return std::move(*encryption);
  return fail(
      Outcome::kUsage, opening(below) + "it is not encrypted, so it has no key",
      "leave the key out (or unset ARKIVE_KEY_FILE and ARKIVE_PASSPHRASE_FILE); only a store that holds "
      "nothing becomes encrypted");
}

/// Nothing was kept in it yet.
Result<bool> holds_nothing(const Store& below, Deadline deadline) {
  bool nothing = true;
  const Status listed = below.list(
      "",
      [&](const Store::Object& object) -> Status {
        if (object.key == "arkive.json" || object.key.starts_with(kKeys) ||
            object.key.starts_with("locks/")) {
          return ok();
        }
        nothing = false;
        return fail(Outcome::kInterrupted, "enough");
      },
      deadline);
  if (!listed && nothing) return fail(listed.error());
  return nothing;
}

Result<std::string> put_wrapping(Store& below, const std::string& encryption, const KeySource& source,
                                 const Secret& secret, const Secret& data_key, const std::string& label,
                                 Deadline deadline) {
  Wrapping wrapping;
  wrapping.id = to_hex(random_bytes(kIdBytes));
  wrapping.label = label;
  wrapping.created = wall_clock_now();
  wrapping.method = source.method();
  wrapping.encryption = encryption;
  ARKIVE_TRY(wrap(wrapping, secret.bytes(), data_key.bytes()));
  ARKIVE_TRY(below.put(wrapping.key(), wrapping.to_json(), PutMode::kCreateOnly, deadline));
  return wrapping.id;
}

/// The wrapping first: whoever finds encryption.json finds a key, too.
Status make_encrypted(Store& below, const KeySource& source, const Secret& secret, bool hide_names,
                      Deadline deadline) {
  ARKIVE_TRY(check_new_key(source, secret));
  EncryptionFile file;
  file.id = to_hex(random_bytes(kEncryptionIdBytes));
  file.hide_names = hide_names;
  ARKIVE_ASSIGN(file.store, store_id(below, deadline));
  const std::string text = file.to_json();
  const Secret data_key(random_bytes(kKeySize));
  ARKIVE_ASSIGN(const std::string id, put_wrapping(below, hex(sha256(text)), source, secret, data_key,
                                                   "made with the store", deadline));
  const Status put = below.put(kEncryptionKey, text, PutMode::kCreateOnly, deadline);
  // After any other failure the file may be there all the same: then this wrapping is needed.
  if (put || put.error().outcome != Outcome::kConflict) return put;
  return below.remove("keys/" + id + ".json", deadline);  // somebody was faster: his keys count
}

Result<ListedWrapping> read_wrapping(const Store& below, const std::string& key, Deadline deadline) {
  ListedWrapping listed;
  listed.id = key.substr(kKeys.size(), key.size() - kKeys.size() - std::string_view(".json").size());
  ARKIVE_ASSIGN(const std::string text, below.get(key, 0, 0, deadline));
  auto wrapping = Wrapping::from_json(text);
  if (!wrapping) {
    listed.damage = wrapping.error().what;
  } else if (wrapping->id != listed.id) {
    listed.damage = "it is the wrapping '" + wrapping->id + "' under another name";
  } else {
    listed.wrapping = std::move(*wrapping);
  }
  return listed;
}

/// All of them, by age.
Result<std::vector<ListedWrapping>> read_wrappings(const Store& below, const Encryption& encryption,
                                                   Deadline deadline) {
  std::vector<std::string> keys;
  ARKIVE_TRY(below.list(
      kKeys,
      [&](const Store::Object& object) -> Status {
        if (object.key != kEncryptionKey && object.key.ends_with(".json")) keys.push_back(object.key);
        return ok();
      },
      deadline));
  std::vector<ListedWrapping> all;
  for (const std::string& key : keys) {
    auto listed = read_wrapping(below, key, deadline);
    if (!listed && listed.error().outcome == Outcome::kNotFound) continue;  // removed meanwhile
    if (!listed) return fail(listed.error());
    if (listed->wrapping && listed->wrapping->encryption != encryption.sha256)
      listed->damage = "it belongs to another keys/encryption.json";
    all.push_back(std::move(*listed));
  }
  const auto age = [](const ListedWrapping& listed) {
    return listed.wrapping ? listed.wrapping->created : 0;
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const ListedWrapping& a, const ListedWrapping& b) { return age(a) < age(b); });
  return all;
}

Result<Secret> data_key(const Store& below, const Encryption& encryption, const KeySource& source,
                        const Secret& secret, Deadline deadline) {
  ARKIVE_ASSIGN(const std::vector<ListedWrapping> all, read_wrappings(below, encryption, deadline));
  std::string damaged;
  std::size_t tried = 0;
  for (const ListedWrapping& listed : all) {
    if (!listed.damage.empty()) damaged += "; keys/" + listed.id + ".json: " + listed.damage;
    if (!listed.damage.empty() || listed.wrapping->method != source.method()) continue;
    ++tried;
    auto key = unwrap(*listed.wrapping, secret.bytes());
    if (key || key.error().outcome != Outcome::kDenied) return key;
  }
  const bool passphrase = source.method() == Wrapping::Method::kPassphrase;
  return fail(Outcome::kDenied,
              opening(below) + (passphrase ? "the passphrase" : "the key") +
                  " given is wrong: it opens none of its " + std::to_string(tried) +
                  (passphrase ? " passphrase wrappings" : " key wrappings") + damaged,
              "arkive key list tells which keys open it");
}

/// Of an encrypted store.
struct OpenedKey {
  Encryption encryption;
  Secret data_key;
};
Result<OpenedKey> opened_key(const Store& below, const KeySource& source, const Secret& secret,
                             OpenOptions options, KeyReader& keys, Deadline deadline) {
  ARKIVE_ASSIGN(Encryption encryption, need_encryption(below, deadline));
  if (options.hide_names && !encryption.file.hide_names) {
    return fail(Outcome::kUsage,
                opening(below) + "its names are not hidden, and that was settled when it was made",
                "leave --hide-names out, or name a new store");
  }
  std::optional<Secret> key = keys.data_key(source, encryption.sha256);
  if (!key) {
    ARKIVE_ASSIGN(key, data_key(below, encryption, source, secret, deadline));
    keys.remember(source, encryption.sha256, *key);
  }
  return OpenedKey{std::move(encryption), std::move(*key)};
}

Status refuse_encrypted(const Store& below, Deadline deadline) {
  ARKIVE_ASSIGN(const bool encrypted, is_encrypted(below, deadline));
  if (!encrypted) return ok();
  return fail(Outcome::kUsage, opening(below) + "it is encrypted", kKeyOptions);
}

}  // namespace

Result<bool> is_encrypted(const Store& below, Deadline deadline) {
  const auto head = below.head(kEncryptionKey, deadline);
  if (head) return true;
  if (head.error().outcome == Outcome::kNotFound) return false;
  return fail(head.error());
}

Status check_openable(const Store& below, const std::optional<KeySource>& source, OpenOptions options,
                      KeyReader& keys, Deadline deadline) {
  if (!source) return refuse_encrypted(below, deadline);
  ARKIVE_ASSIGN(const Secret secret, keys.key(*source, deadline));
  ARKIVE_ASSIGN(const std::optional<Encryption> found, read_encryption(below, deadline));
  if (!found && options.create) {
    ARKIVE_ASSIGN(const bool nothing, holds_nothing(below, deadline));
    if (nothing) return check_new_key(*source, secret);
  }
  ARKIVE_TRY(opened_key(below, *source, secret, options, keys, deadline));
  return ok();
}

Result<std::unique_ptr<Store>> open_encrypted(std::unique_ptr<Store> below,
                                              const std::optional<KeySource>& source, OpenOptions options,
                                              KeyReader& keys, Deadline deadline) {
  if (!source) {
    ARKIVE_TRY(refuse_encrypted(*below, deadline));
    return below;
  }
  ARKIVE_ASSIGN(const Secret secret, keys.key(*source, deadline));
  ARKIVE_ASSIGN(const std::optional<Encryption> found, read_encryption(*below, deadline));
  if (!found && options.create) {
    ARKIVE_ASSIGN(const bool nothing, holds_nothing(*below, deadline));
    if (nothing) ARKIVE_TRY(make_encrypted(*below, *source, secret, options.hide_names, deadline));
  }
  ARKIVE_ASSIGN(OpenedKey opened, opened_key(*below, *source, secret, options, keys, deadline));
  const EncryptionFile& file = opened.encryption.file;
  return std::make_unique<EncryptedStore>(
      std::move(below), StoreKey(file.store, std::move(opened.data_key), file.chunk, file.hide_names));
}

Result<std::vector<ListedWrapping>> list_wrappings(const Store& below, Bytes secret, Wrapping::Method method,
                                                   Deadline deadline) {
  ARKIVE_ASSIGN(const Encryption encryption, need_encryption(below, deadline));
  ARKIVE_ASSIGN(std::vector<ListedWrapping> all, read_wrappings(below, encryption, deadline));
  for (ListedWrapping& listed : all) {
    if (secret.empty() || !listed.damage.empty() || listed.wrapping->method != method) continue;
    const auto key = unwrap(*listed.wrapping, secret);
    if (!key && key.error().outcome != Outcome::kDenied) return fail(key.error());
    listed.opens = key.has_value();
  }
  return all;
}

Result<std::string> add_wrapping(Store& below, const KeySource& opening_key, const KeySource& added,
                                 const std::string& label, KeyReader& keys, Deadline deadline) {
  ARKIVE_ASSIGN(const Secret secret, keys.key(opening_key, deadline));
  ARKIVE_ASSIGN(const Secret new_secret, keys.key(added, deadline));
  ARKIVE_TRY(check_new_key(added, new_secret));
  ARKIVE_ASSIGN(const Encryption encryption, need_encryption(below, deadline));
  ARKIVE_ASSIGN(const Secret key, data_key(below, encryption, opening_key, secret, deadline));
  return put_wrapping(below, encryption.sha256, added, new_secret, key, label, deadline);
}

Status remove_wrapping(Store& below, const std::string& id, Deadline deadline) {
  // Two that each leave the other's must not go at once.
  ARKIVE_ASSIGN(const auto held, below.lock("keys", deadline));
  ARKIVE_ASSIGN(const Encryption encryption, need_encryption(below, deadline));
  ARKIVE_ASSIGN(const std::vector<ListedWrapping> all, read_wrappings(below, encryption, deadline));
  const auto is_it = [&](const ListedWrapping& listed) { return listed.id == id; };
  const std::string operation = "remove key '" + printable(id) + "' of '" + printable(below.name()) + "': ";
  if (std::none_of(all.begin(), all.end(), is_it)) {
    return fail(Outcome::kNotFound, operation + "there is none", "arkive key list tells which there are");
  }
  const bool another = std::any_of(all.begin(), all.end(), [&](const ListedWrapping& listed) {
    return !is_it(listed) && listed.damage.empty();
  });
  if (!another) {
    return fail(Outcome::kConflict, operation + "no other key would open the store",
                "add another key first (arkive key add), or nothing in it is ever read again");
  }
  return below.remove("keys/" + id + ".json", deadline);
}

}  // namespace arkive::encrypted

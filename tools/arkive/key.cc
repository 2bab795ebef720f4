#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/log.h"
#include "stores/core/time.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/store_history.h"
#include "tools/places/proving.h"
#include "tools/places/repositories.h"
#include "tools/places/store_keys.h"

namespace arkive::tools {
namespace {

Result<std::unique_ptr<Store>> open_place(const std::string& from) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(from, false));
  return open_store_undecrypted(name);
}

Result<encrypted::KeySource> needed_key(const KeyOptions& options, const std::string& which) {
  ARKIVE_ASSIGN(const auto source, key_source(options));
  if (source) return *source;
  return fail(Outcome::kUsage, "take the " + which + ": none is given",
              which == "new key" ? "give --new-key-file, --new-key-command or --new-passphrase-file"
                                 : "give --key-file, --key-command or --passphrase-file");
}

std::string method_of(const encrypted::ListedWrapping& listed) {
  return listed.wrapping ? std::string(encrypted::method_name(listed.wrapping->method)) : "-";
}

/// Null, with a warning, where no key is given: one that was lost must be removable, too.
Result<std::unique_ptr<Store>> open_for_history(const KeyRemoveOptions& options) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from, false));
  auto opened = open_store(name, {.key = options.key});
  const bool is_named = !options.key.key_file.empty() || !options.key.key_command.empty() ||
                        !options.key.passphrase_file.empty();
  if (opened || is_named) return opened;
  log_warning("the history of the store has no record of this: " + opened.error().what);
  return std::unique_ptr<Store>();
}

}  // namespace

Result<ExitStatus> run_key_list(const KeyListOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const auto source, key_source(options.key));
  encrypted::Secret secret;
  if (source) {
    ARKIVE_ASSIGN(secret, key_reader().key(*source, Deadline::never()));
  }
  ARKIVE_ASSIGN(const auto store, open_place(options.from));
  const auto method = source ? source->method() : encrypted::Wrapping::Method::kKey;
  ARKIVE_ASSIGN(const auto all, encrypted::list_wrappings(*store, secret.bytes(), method, Deadline::never()));
  nlohmann::json document = nlohmann::json::array();
  Table table({"KEY", "MADE", "KIND", "LABEL", source ? "OPENED BY IT" : "STATE"});
  bool damaged = false;
  for (const encrypted::ListedWrapping& listed : all) {
    damaged = damaged || !listed.damage.empty();
    const std::string label = listed.wrapping ? listed.wrapping->label : "";
    document.push_back({{"id", listed.id}, {"kind", method_of(listed)}, {"label", label}});
    if (listed.wrapping) document.back()["made_ms"] = listed.wrapping->created;
    if (!listed.damage.empty()) document.back()["damage"] = listed.damage;
    if (source) document.back()["opens"] = listed.opens;
    std::string state = source ? (listed.opens ? "yes" : "no") : "good";
    if (!listed.damage.empty()) state = "damaged: " + listed.damage;
    table.add({listed.id, listed.wrapping ? format_time(listed.wrapping->created) : "-", method_of(listed),
               label, state});
  }
  if (common.json) {
    print_json(document);
  } else {
    table.print();
  }
  return damaged ? kDamage : kWhole;
}

Result<ExitStatus> run_key_add(const KeyAddOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const encrypted::KeySource opening, needed_key(options.key, "key of the store"));
  KeyOptions added = options.added;
  added.none = true;
  ARKIVE_ASSIGN(const auto signing_key, signing_key_in(options.signing_key));
  ARKIVE_ASSIGN(const encrypted::KeySource source, needed_key(added, "new key"));
  ARKIVE_ASSIGN(const auto store, open_place(options.from));
  ARKIVE_ASSIGN(const encrypted::Secret secret, key_reader().key(opening, Deadline::never()));
  std::vector<encrypted::ListedWrapping> before;
  if (options.rotate) {
    ARKIVE_ASSIGN(before,
                  encrypted::list_wrappings(*store, secret.bytes(), opening.method(), Deadline::never()));
  }
  ARKIVE_ASSIGN(const std::string id, encrypted::add_wrapping(*store, opening, source, options.label,
                                                              key_reader(), Deadline::never()));
  nlohmann::json document = {{"added", id}, {"removed", nlohmann::json::array()}};
  if (!common.json && !common.quiet) print_line("key " + id + " opens " + printable(store->name()) + " now");
  for (const encrypted::ListedWrapping& old : before) {
    if (!old.opens) continue;
    ARKIVE_TRY(encrypted::remove_wrapping(*store, old.id, Deadline::never()));
    document["removed"].push_back(old.id);
    if (!common.json && !common.quiet) print_line("key " + old.id + " is removed");
  }
  std::string words = "key " + id + " added";
  for (const auto& old : document["removed"]) words += ", " + old.get<std::string>() + " removed";
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from, false));
  // With the key that opens the store now: the old one may be gone.
  write_history(name, added, new_record(options.rotate ? "key rotate" : "key add", "", words, {}),
                signing_key.get());
  if (common.json) print_json(document);
  return kWhole;
}

Result<ExitStatus> run_key_remove(const KeyRemoveOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const auto signing_key, signing_key_in(options.signing_key));
  ARKIVE_ASSIGN(const auto store, open_place(options.from));
  // Opened before: the key that opens it may be the one that goes.
  ARKIVE_ASSIGN(const auto opened, open_for_history(options));
  ARKIVE_TRY(encrypted::remove_wrapping(*store, options.id, Deadline::never()));
  if (!common.quiet) print_line("key " + options.id + " is removed");
  if (opened)
    write_history(*opened, new_record("key remove", "", "key " + options.id + " removed", {}),
                  signing_key.get());
  return kWhole;
}

Result<ExitStatus> run_key_make(const KeyMakeOptions& options, const CommonOptions& common) {
  ARKIVE_TRY(encrypted::make_key_file(options.file));
  if (!common.quiet) {
    print_line("a new key is in " + printable(options.file) +
               "; keep a copy elsewhere: without it nothing that it encrypts can be read");
  }
  return kWhole;
}

Result<ExitStatus> run_key_make_signing(const KeyMakeOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const std::string id, proof::make_signing_key(options.file));
  if (!common.quiet) {
    print_line("a new signing key is in " + printable(options.file) + ", its public key in " +
               printable(options.file) + ".pub: give that one to those who verify and restore");
    print_line("its id is " + id);
  }
  return kWhole;
}

}  // namespace arkive::tools

#include "tools/arkive/command_declaring_internal.h"
#include "tools/arkive/commands.h"

namespace arkive::tools {
namespace {

void add_store(CLI::App& command, std::string& from) {
  command
      .add_option("--from", from,
                  "the encrypted store: a directory, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or "
                  "az://ACCOUNT/CONTAINER/PREFIX")
      ->required()
      ->type_name("STORE");
}

void declare_list(Declaring& declaring, CLI::App& key) {
  CLI::App* command =
      subcommand(key, "list", "tell which keys open a store; with a key, which of them it is");
  KeyListOptions& o = declaring.values.key_list;
  add_store(*command, o.from);
  add_key(*command, o.key, false);
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_key_list, o);
}

/// Also of rotate, which is an add that then removes.
void add_new_key(CLI::App& command, KeyAddOptions& o) {
  add_store(command, o.from);
  add_key(command, o.key, false);
  CLI::Option* const file =
      command.add_option("--new-key-file", o.added.key_file, "the new key, in a file of mode 0600")
          ->type_name("FILE");
  CLI::Option* const by_command =
      command.add_option("--new-key-command", o.added.key_command, "a shell command that prints the new key")
          ->type_name("COMMAND")
          ->excludes(file);
  command
      .add_option("--new-passphrase-file", o.added.passphrase_file,
                  "the new passphrase, in a file of mode 0600; 12 bytes at least")
      ->type_name("FILE")
      ->excludes(file)
      ->excludes(by_command);
  command.add_option("--label", o.label, "whose key it is, for those who list them")->type_name("TEXT");
}

}  // namespace

void declare_keys(Declaring& declaring) {
  CLI::App* key =
      subcommand(declaring.app, "key",
                 "the keys of encrypted stores: made, listed, added, removed; and those that sign");
  key->require_subcommand(1);
  declare_list(declaring, *key);
  KeyAddOptions& add = declaring.values.key_add;
  CLI::App* command =
      subcommand(*key, "add", "let another key open a store, too; no object but the key's own is written");
  add_new_key(*command, add);
  add_signing_key(*command, add.signing_key, "what the store's history tells of it");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  declaring.runs(command, run_key_add, add);
  command = subcommand(*key, "rotate", "add a key, then remove those that the given one opens");
  add_new_key(*command, add);
  add_signing_key(*command, add.signing_key, "what the store's history tells of it");
  add_json(*command, declaring.common());
  add_store_settings(*command, declaring.common());
  CommandValues& values = declaring.values;
  command->callback([&values] {
    values.key_add.rotate = true;
    values.request.action = [&values] { return run_key_add(values.key_add, values.request.common); };
  });
  KeyRemoveOptions& remove = declaring.values.key_remove;
  command = subcommand(*key, "remove", "take a key away; the last one stays");
  add_store(*command, remove.from);
  add_store_settings(*command, declaring.common());
  command->add_option("ID", remove.id, "of the key, as arkive key list tells it")->required()->type_name("");
  add_key(*command, remove.key, false);
  add_signing_key(*command, remove.signing_key, "what the store's history tells of it");
  declaring.runs(command, run_key_remove, remove);
  KeyMakeOptions& make = declaring.values.key_make;
  command = subcommand(*key, "make", "write a new random key into a file that is not there yet");
  command->add_option("FILE", make.file, "the file (mode 0600)")->required()->type_name("");
  declaring.runs(command, run_key_make, make);
  KeyMakeOptions& signing = declaring.values.key_make_signing;
  command =
      subcommand(*key, "make-signing",
                 "write a new key that signs runs, and beside it FILE.pub, with which others check them");
  command->add_option("FILE", signing.file, "the file (mode 0600)")->required()->type_name("");
  declaring.runs(command, run_key_make_signing, signing);
}

}  // namespace arkive::tools

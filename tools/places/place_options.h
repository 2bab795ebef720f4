/// How the command line names a place and what it takes to open it, as plain values.
#pragma once

#include <string>

namespace arkive::tools {

/// The key of an encrypted store: at most one of the three.
struct KeyOptions {
  std::string key_file = {};
  std::string key_command = {};
  std::string passphrase_file = {};
  bool hide_names = false;  ///< of a store that is made
  bool none = false;        ///< nothing is to be decrypted here; the environment is not looked at, either
};

/// Which run.
struct FromOptions {
  std::string from;     ///< STORE|git:PATH, with @ID or @TIME
  std::string cluster;  ///< empty: the only one there is
  KeyOptions key = {};
  std::string public_key = {};  ///< file; empty: nothing has to be signed
};

}  // namespace arkive::tools

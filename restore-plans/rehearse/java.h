/// The command line of a Java program of ours: small, quick to start. Internal to rehearse.
#pragma once

#include <string>
#include <vector>

#include "restore-plans/rehearse/jars.h"
#include "stores/core/process.h"

namespace arkive::rehearse {

struct JavaProgram {
  std::string main_class;
  std::string heap = "128m";         ///< -Xmx
  std::vector<std::string> options;  ///< of the virtual machine, after ours: -D..., -XX...
  std::vector<std::string> arguments;
  std::string directory;       ///< working directory
  std::string log_properties;  ///< a log4j.properties file
  bool quick = true;           ///< starts sooner, runs slower: off for servers whose speed is measured
};

/// Where the class archive for these jars and this machine's Java lies; it need not exist (class_archive.h
/// makes it).
std::string class_archive(const Jars& jars);

Command java_command(const Jars& jars, const JavaProgram& program);

/// A log4j.properties that writes lines from `level` ("INFO", "WARN", ...) on to standard output or, for
/// tools whose output is read, to standard error.
std::string log_configuration(const std::string& level, bool to_standard_error);

}  // namespace arkive::rehearse

#include "restore-plans/rehearse/java.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"

namespace arkive::rehearse {

namespace {

/// $JAVA_HOME's, or the first in PATH; "java" when there is none, for the error to name.
std::string java_path() {
  std::vector<std::string> places;
  if (const char* home = std::getenv("JAVA_HOME")) places.push_back(std::string(home) + "/bin");
  if (const char* path = std::getenv("PATH")) {
    for (auto& place : split(path, ':')) places.push_back(std::move(place));
  }
  for (const auto& place : places) {
    if (::access((place + "/java").c_str(), X_OK) == 0) return place + "/java";
  }
  return "java";
}

/// Tells one Java from its next update: an archive of another one is useless.
std::string java_mark() {
  std::error_code ignored;
  const auto program = std::filesystem::canonical(java_path(), ignored);
  const auto changed = std::filesystem::last_write_time(program, ignored).time_since_epoch().count();
  constexpr std::size_t kDigits = 12;
  return hex(sha256(program.string() + " " + std::to_string(changed))).substr(0, kDigits);
}

}  // namespace

std::string class_archive(const Jars& jars) {
  return jars.directory + "/classes-" + java_mark() + ".jsa";
}

Command java_command(const Jars& jars, const JavaProgram& program) {
  Command command;
  command.directory = program.directory;
  auto& arguments = command.arguments;
  arguments = {java_path(), "-Xmx" + program.heap, "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData",
               "-Xshare:auto", "-Djava.awt.headless=true", "-Djava.net.preferIPv4Stack=true",
               // reload4j lacks the JMX classes that ZooKeeper 3.4 and 3.5 ask for.
               "-Dzookeeper.jmx.log4j.disable=true",
               // Kafka 4 brings log4j 2 along, which nobody logs through and which complains about that.
               "-Dlog4j2.statusLoggerLevel=OFF", "-Dlog4j.configuration=file:" + program.log_properties};
  // Start-up is most of what a throwaway server does: one quick compiler, one thread of garbage collection.
  if (program.quick) {
    arguments.insert(arguments.end(), {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"});
    if (const auto archive = class_archive(jars); path_exists(archive)) {
      arguments.push_back("-XX:SharedArchiveFile=" + archive);
    }
  }
  arguments.insert(arguments.end(), program.options.begin(), program.options.end());
  arguments.insert(arguments.end(), {"-cp", jars.class_path(), program.main_class});
  arguments.insert(arguments.end(), program.arguments.begin(), program.arguments.end());
  return command;
}

std::string log_configuration(const std::string& level, bool to_standard_error) {
  return "log4j.rootLogger=" + level +
         ", out\n"
         "log4j.appender.out=org.apache.log4j.ConsoleAppender\n"
         "log4j.appender.out.target=" +
         (to_standard_error ? "System.err" : "System.out") +
         "\n"
         "log4j.appender.out.layout=org.apache.log4j.PatternLayout\n"
         "log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %m (%c)%n\n";
}

}  // namespace arkive::rehearse

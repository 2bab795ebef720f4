#include "restore-plans/rehearse/java.h"

#include <cstdlib>

#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

std::string java_path() {
  const char* home = std::getenv("JAVA_HOME");
  const std::string path = home == nullptr ? "" : std::string(home) + "/bin/java";
  return !path.empty() && path_exists(path) ? path : "java";
}

}  // namespace

Command java_command(const Jars& jars, const JavaProgram& program) {
  Command command;
  command.directory = program.directory;
  auto& arguments = command.arguments;
  arguments = {java_path(), "-Xmx" + program.heap, "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData",
               "-Xshare:auto", "-Djava.awt.headless=true", "-Djava.net.preferIPv4Stack=true",
               // reload4j lacks the JMX classes that ZooKeeper 3.4 and 3.5 ask for.
               "-Dzookeeper.jmx.log4j.disable=true", "-Dlog4j.configuration=file:" + program.log_properties};
  // Start-up is most of what a throwaway server does: one quick compiler, one thread of garbage collection.
  if (program.quick) arguments.insert(arguments.end(), {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"});
  if (path_exists(jars.class_archive())) arguments.push_back("-XX:SharedArchiveFile=" + jars.class_archive());
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

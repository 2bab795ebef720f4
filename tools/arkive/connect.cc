#include "tools/arkive/connect.h"

#include "kafka/znodes/kafka_application.h"

namespace arkive::tools {

Result<zk::ConnectOptions> connect_options(const ZooKeeperOptions& options) {
  zk::ConnectOptions connect;
  ARKIVE_ASSIGN(connect.connect, zk::ConnectString::parse(options.connect));
  if (!options.auth_file.empty()) {
    ARKIVE_ASSIGN(connect.identities, zk::read_identities(options.auth_file));
  }
  connect.session_timeout = options.session_timeout;
  connect.deadline = Deadline::after(options.timeout);
  return connect;
}

Result<std::vector<Glob>> parse_globs(const std::vector<std::string>& texts) {
  std::vector<Glob> globs;
  for (const std::string& text : texts) {
    if (!text.starts_with('/')) {
      return fail(Outcome::kUsage, "read glob '" + text + "': it does not begin with a slash",
                  "globs are over znode paths, for example '/config/**'");
    }
    ARKIVE_ASSIGN(Glob glob, Glob::parse(text));
    globs.push_back(std::move(glob));
  }
  return globs;
}

Result<zk::Selection> selection_of(const SelectionOptions& options) {
  zk::Selection selection;
  ARKIVE_TRY(zk::check_path(options.path));
  selection.path = options.path;
  ARKIVE_ASSIGN(selection.include, parse_globs(options.include));
  ARKIVE_ASSIGN(selection.exclude, parse_globs(options.exclude));
  return selection;
}

std::span<const zk::Application* const> known_applications() {
  static const std::unique_ptr<zk::Application> kafka = kafka::kafka_application();
  static const zk::Application* const all[] = {kafka.get()};
  return all;
}

}  // namespace arkive::tools

#include "tests/support/producer/connection.h"

#include <array>
#include <sstream>

#include "stores/core/files.h"

namespace arkive::producer {

namespace {

using Configuration = Handle<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using OwnedError = Handle<rd_kafka_error_t, rd_kafka_error_destroy>;

Outcome outcome_of(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return Outcome::kNotFound;
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
      return Outcome::kConflict;
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
      return Outcome::kRetry;
    default:
      return Outcome::kFail;
  }
}

Result<std::map<std::string, std::string>> read_properties(const std::string& path) {
  ARKIVE_ASSIGN(const auto text, read_file(path));
  std::map<std::string, std::string> properties;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (line.empty() || line[0] == '#') continue;
    if (equals == std::string::npos)
      return fail(Outcome::kUsage, "read '" + path + "': no KEY=VALUE: " + line);
    properties[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return properties;
}

}  // namespace

Result<Client> connect(rd_kafka_type_t kind, const Connection& connection,
                       const std::map<std::string, std::string>& ours, Delivered delivered, void* opaque) {
  auto properties = ours;
  properties.emplace("log_level", "3");
  if (!connection.config_file.empty()) {
    ARKIVE_ASSIGN(const auto from_file, read_properties(connection.config_file));
    for (const auto& [key, value] : from_file) properties[key] = value;
  }
  if (!connection.bootstrap.empty()) properties["bootstrap.servers"] = connection.bootstrap;
  for (const auto& [key, value] : connection.properties) properties[key] = value;

  std::array<char, 512> text{};
  Configuration configuration(rd_kafka_conf_new());
  for (const auto& [key, value] : properties) {
    if (rd_kafka_conf_set(configuration.get(), key.c_str(), value.c_str(), text.data(), text.size()) !=
        RD_KAFKA_CONF_OK) {
      return fail(Outcome::kUsage, "set '" + key + "': " + text.data());
    }
  }
  if (delivered != nullptr) rd_kafka_conf_set_dr_msg_cb(configuration.get(), delivered);
  rd_kafka_conf_set_opaque(configuration.get(), opaque);
  Client client(rd_kafka_new(kind, configuration.get(), text.data(), text.size()));
  if (!client) return fail(Outcome::kUsage, std::string("make a client: ") + text.data());
  (void)configuration.release();  // the client's by now
  return client;
}

Status checked(rd_kafka_resp_err_t code, std::string_view operation) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return ok();
  return fail(outcome_of(code), std::string(operation) + ": " + rd_kafka_err2str(code));
}

Status checked(rd_kafka_error_t* error, std::string_view operation) {
  const OwnedError owned(error);
  if (!owned) return ok();
  return fail(outcome_of(rd_kafka_error_code(error)),
              std::string(operation) + ": " + rd_kafka_error_string(error));
}

}  // namespace arkive::producer

/// How a backup is told: for people, and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "kafka/backup/backup.h"

namespace arkive::tools {

void print_backup(const kafka::BackupReport& report, const std::string& store);
nlohmann::json backup_json(const kafka::BackupReport& report);

}  // namespace arkive::tools

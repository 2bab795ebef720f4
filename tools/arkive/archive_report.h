/// How an archive of topics is told: for people, and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "kafka/archive/archive.h"

namespace arkive::tools {

void print_archive(const kafka::ArchiveReport& report, const std::string& store);
/// Of it: what was archived, and notes.
void print_topics(const kafka::ArchiveReport& report);
/// "  not whole: ..." lines; the first 20.
void print_missing_parts(const Manifest& manifest);
nlohmann::json archive_json(const kafka::ArchiveReport& report);

}  // namespace arkive::tools

/// The parts of a record's line that several formats share. Internal to kafka/log.
#pragma once

#include <string>
#include <string_view>

#include "kafka/log/record_text.h"

namespace arkive::kafka {

std::string_view timestamp_type(const RecordPlace& place);
/// [["name","value"],["name",null]]
void append_json_headers(std::string& to, const Headers& headers);
void append_json_record(std::string& to, const RecordPlace& place, const Record& record);
void append_csv_record(std::string& to, const RecordPlace& place, const Record& record);
/// "abort", "commit", or the number of another kind.
std::string marker_word(const ControlMarker& marker);

}  // namespace arkive::kafka

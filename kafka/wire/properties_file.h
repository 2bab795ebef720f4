/// The syntax of Java's .properties files (java.util.Properties.load), which client.properties is written in.
/// Internal to kafka/wire.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"

namespace arkive::kafka::wire {

struct Property {
  std::string key;
  std::string value;
  int line = 0;  ///< where its key stands, from 1
};

/// In their order. Comments (# and !), continued lines (a \ at the end), separators (=, : or blanks), escapes
/// (\t \n \r \f \uXXXX, and \ before anything else) as Java takes them; the bytes are ISO 8859-1, as in
/// Kafka, and come as UTF-8. kUsage, naming the line, for a bad \uXXXX.
Result<std::vector<Property>> parse_properties(std::string_view text);

}  // namespace arkive::kafka::wire

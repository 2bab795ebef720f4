#include <nlohmann/json.hpp>

#include "kafka/prepare/prepare.h"

namespace arkive::kafka {
namespace {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::kRefuse:
      return "refuse";
    case Severity::kChanged:
      return "changed";
    case Severity::kWarn:
      break;
  }
  return "warn";
}

}  // namespace

std::string finding_line(const Finding& finding) {
  std::string line = finding.severity == Severity::kRefuse    ? "refused: "
                     : finding.severity == Severity::kChanged ? "meanwhile: "
                                                              : "warning: ";
  line += finding.object + ": " + finding.cause;
  if (!finding.advice.empty()) line += "; " + finding.advice;
  return line;
}

std::string findings_json(std::span<const Finding> findings) {
  nlohmann::json list = nlohmann::json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"severity", severity_name(finding.severity)},
                    {"object", finding.object},
                    {"cause", finding.cause},
                    {"advice", finding.advice}});
  }
  // Names and words of brokers need not be UTF-8.
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool Preparation::refused() const {
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::kRefuse) return true;
  }
  return false;
}

}  // namespace arkive::kafka

/// The cluster of `arkive restore topics` looked at, made ready, and put back.
#pragma once

#include <string>

#include "kafka/prepare/prepare.h"
#include "kafka/replay/draft.h"
#include "kafka/wire/client_properties.h"
#include "stores/core/result.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

/// What was found before the first record is sent, for people.
void print_findings(const kafka::Preparation& preparation);

class ReplayTarget {
 public:
  /// All is borrowed.
  ReplayTarget(const RestoreTopicsOptions& options, const kafka::ClientProperties& properties,
               kafka::LogSource& source);
  /// Reads only. Refusals stand in the findings.
  Result<kafka::Preparation> look(const kafka::ReplayDraft& draft, Deadline deadline);
  /// look(), and then topics are made and settings raised. kConflict naming what is refused.
  Result<kafka::Preparation> make_ready(const kafka::ReplayDraft& draft, const std::string& journal,
                                        Deadline deadline);
  struct PutBack {
    std::size_t topics = 0;          ///< whose settings are as they are to be now
    std::vector<std::string> notes;  ///< what is not
  };
  /// Settings as they are to be when the restore is over.
  Result<PutBack> put_back(const std::string& journal);

 private:
  Result<kafka::TopicAdmin*> admin(Deadline deadline);

  const RestoreTopicsOptions& options_;
  const kafka::ClientProperties& properties_;
  kafka::LogSource& source_;
  std::unique_ptr<kafka::TopicAdmin> admin_;
};

/// The refusals of `preparation` as one error; ok() without any.
Status refusal_of(const kafka::Preparation& preparation);

}  // namespace arkive::tools

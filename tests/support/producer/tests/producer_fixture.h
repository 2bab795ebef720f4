/// record_producer against a real cluster, its lines as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "stores/core/process.h"
#include "tests/restore-plans/rehearse/kafka_fixture.h"

namespace arkive::producer {

using Json = nlohmann::ordered_json;
using Lines = std::vector<Json>;

class ProducerProgram : public rehearse::KafkaLife {
 protected:
  Command command(const std::vector<std::string>& words) const {
    Command command;
    command.arguments.emplace_back(RECORD_PRODUCER);
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    command.arguments.insert(command.arguments.end(), {"--bootstrap", kafka_->bootstrap()});
    return command;
  }

  Finished try_run(const std::vector<std::string>& words) const {
    return run_process(command(words), Deadline::after(std::chrono::seconds(90)))
        .value_or(Finished{-1, {}, {}});
  }

  Lines run(const std::vector<std::string>& words) const {
    const auto finished = try_run(words);
    EXPECT_EQ(finished.status, 0) << testing::PrintToString(words) << ": " << finished.error_output;
    return parse(finished.output);
  }

  static Lines parse(const std::string& output) {
    Lines lines;
    std::istringstream text(output);
    for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
    return lines;
  }

  /// In the order in which `read` tells them, and without what only the producer knows.
  static Lines as_read(Lines lines) {
    for (auto& line : lines) line.erase("outcome");
    std::stable_sort(lines.begin(), lines.end(), [](const Json& a, const Json& b) {
      return std::pair(a["partition"].get<int>(), a["offset"].get<int>()) <
             std::pair(b["partition"].get<int>(), b["offset"].get<int>());
    });
    return lines;
  }

  static Lines with_outcome(const Lines& lines, const std::string& outcome) {
    Lines found;
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(found),
                 [&](const Json& line) { return line["outcome"] == outcome; });
    return found;
  }

  /// Everything of each of them is read back as it was printed.
  void write_and_read_all_kinds(const std::vector<std::string>& codecs);
  void end_transactions_in_all_ways();
};

inline void ProducerProgram::write_and_read_all_kinds(const std::vector<std::string>& codecs) {
  run({"create-topic", "kinds", "--partitions", "3"});
  Lines written;
  for (const auto& codec : codecs) {
    for (const std::string kind : {"random", "json", "text", "empty", "null"}) {
      const auto lines =
          run({"produce", "--topic", "kinds", "--records", "9", "--partitions", "3", "--codec", codec,
               "--value", kind, "--keys", "4", "--tombstone-every", "4", "--headers", "odd"});
      EXPECT_EQ(lines.size(), 9U);
      written.insert(written.end(), lines.begin(), lines.end());
    }
  }
  EXPECT_EQ(run({"read", "--topic", "kinds"}), as_read(written));
}

inline void ProducerProgram::end_transactions_in_all_ways() {
  run({"create-topic", "payments"});
  const auto lines = run({"produce", "--topic", "payments", "--records", "12", "--transaction", "pay",
                          "--transaction-records", "2", "--abort-every", "2", "--last", "open"});
  EXPECT_EQ(with_outcome(lines, "committed").size(), 6U);
  EXPECT_EQ(with_outcome(lines, "aborted").size(), 4U);
  EXPECT_EQ(with_outcome(lines, "open").size(), 2U);
  EXPECT_EQ(run({"read", "--topic", "payments"}), as_read(lines));
  EXPECT_EQ(run({"read", "--topic", "payments", "--committed"}), as_read(with_outcome(lines, "committed")));
}

}  // namespace arkive::producer

#include "stores/core/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <thread>

#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/progress.h"
#include "tests/support/results.h"

namespace arkive {
namespace {

/// Puts the default back, for the tests that come after.
class Log : public testing::Test {
 protected:
  void TearDown() override { configure_log(LogLevel::kInfo, LogFormat::kText); }
};

TEST_F(Log, WritesOneLineOfTextWithTimeAndLevel) {
  testing::internal::CaptureStderr();
  log_info("read 12 znodes");
  log_warning("one znode skipped");
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(std::regex_match(
      text, std::regex("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ info: read 12 znodes\n"
                       "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ warning: one znode skipped\n")))
      << text;
}

TEST_F(Log, LeavesOutWhatIsBelowTheLevel) {
  testing::internal::CaptureStderr();
  log_debug("unseen");
  configure_log(LogLevel::kError, LogFormat::kText);
  log_warning("unseen");
  log_error("seen");
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find("unseen"), std::string::npos);
  EXPECT_NE(text.find("error: seen"), std::string::npos);
}

TEST_F(Log, CannotBeSteeredByNames) {
  testing::internal::CaptureStderr();
  log_info("node '/a\x1b[2J\n2026-01-01 error: forged'");
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST_F(Log, AsJsonIsValidWhateverTheText) {
  configure_log(LogLevel::kDebug, LogFormat::kJson);
  const std::string texts[] = {"plain", "quote \" backslash \\ brace {} percent %v", "\x1b\n\t\xff\xc3",
                               "größe 日本", ""};
  for (const std::string& text : texts) {
    testing::internal::CaptureStderr();
    log_debug(text);
    const std::string line = testing::internal::GetCapturedStderr();
    const auto json = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << line;
    EXPECT_EQ(json.at("text").get<std::string>(), printable(text));
    EXPECT_EQ(json.at("level"), "debug");
    EXPECT_EQ(line.find('\n'), line.size() - 1);
  }
}

TEST(Progress, OfShortWorkPrintsNothing) {
  testing::internal::CaptureStderr();
  {
    Progress progress(ProgressStyle::kLines, "read znodes", 100);
    progress.add(100);
  }
  { const Progress none(ProgressStyle::kNone, "read znodes"); }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

/// Standard error in a file that can be read while it grows.
class ErrorFile {
 public:
  ErrorFile() {
    std::fflush(stderr);
    const UniqueFd file(::open(path().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    ::dup2(file.get(), STDERR_FILENO);
  }
  ~ErrorFile() { ::dup2(before_.get(), STDERR_FILENO); }
  ErrorFile(const ErrorFile&) = delete;
  ErrorFile& operator=(const ErrorFile&) = delete;

  std::string text() const { return test::value_of(read_file(path())); }
  /// Waits until it holds `wanted`.
  bool holds(const std::string& wanted) const {
    const Deadline deadline = Deadline::after(std::chrono::seconds(60));
    while (text().find(wanted) == std::string::npos) {
      if (deadline.passed()) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

 private:
  std::string path() const { return directory_.path() + "/stderr"; }
  TemporaryDirectory directory_ = test::value_of(TemporaryDirectory::create("stderr"));
  UniqueFd before_{::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)};
};

TEST(Progress, MakesRoomForALineOfTheLog) {
  const ErrorFile error;
  {
    const Progress progress(ProgressStyle::kBar, "read znodes");
    ASSERT_TRUE(error.holds("read znodes: 0"));
    log_info("a line");
  }
  const std::string text = error.text();
  const std::size_t line = text.find("info: a line\n");
  ASSERT_NE(line, std::string::npos) << text;
  const std::size_t time = std::string("2026-11-20T23:30:00Z ").size();
  const std::string cleared = "\x1b[K\r\x1b[K";
  EXPECT_EQ(text.substr(line - time - cleared.size(), cleared.size()), cleared) << text;
}

TEST(Progress, OfLongerWorkPrintsABarOverItself) {
  const ErrorFile error;
  {
    Progress progress(ProgressStyle::kBar, "read \x1bznodes");
    progress.set_total(200);
    progress.add(50);
    ASSERT_TRUE(error.holds("\r[#####...............] read \\x1bznodes: 50 of 200 (25 %), ")) << error.text();
    progress.add(150);
  }
  const std::string text = error.text();
  EXPECT_NE(text.find("\r[####################] read \\x1bznodes: 200 of 200 (100 %), "), std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("\x1b[K\n"));
}

TEST(Progress, OfBytesTellsHowMuchIsLeftByItsSteps) {
  const ErrorFile error;
  {
    Progress progress(ProgressStyle::kLines, "archive topics", 0, ProgressUnit::kBytes);
    progress.set_steps(1000);
    progress.add(3 << 20);
    progress.step(750);
    ASSERT_TRUE(error.holds("archive topics: 3.0 MiB (75 %), ")) << error.text();
    EXPECT_TRUE(error.holds("/s, ")) << error.text();
    EXPECT_TRUE(error.holds(" left\n")) << error.text();
  }
}

TEST(Progress, WithoutATerminalPrintsWholeLines) {
  const ErrorFile error;
  {
    Progress progress(ProgressStyle::kLines, "read znodes");
    progress.add(50);
    ASSERT_TRUE(error.holds("read znodes: 50, "));
  }
  EXPECT_TRUE(error.text().ends_with("/s\n"));
  EXPECT_EQ(error.text().find('\r'), std::string::npos);
}

}  // namespace
}  // namespace arkive

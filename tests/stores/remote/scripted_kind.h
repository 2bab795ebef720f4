/// ScriptedKind: what the suites over all stores behind a network want to know of one of them, and of the
/// server that plays its part. Those that there are: scripted_kinds.h.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/retry.h"
#include "stores/store.h"
#include "tests/support/results.h"
#include "tests/support/scripted_object_server.h"

namespace arkive::test {

struct ScriptedOpening {
  std::chrono::seconds lease{60};
  std::size_t parts_in_all = 8;  ///< on their way at once
  RetryPolicy retries{.first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(5)};
};

struct ScriptedKind {
  std::string name;            ///< for the names of tests and the scoreboard: "s3"
  std::string address;         ///< of its store, as errors say it: "s3://bucket/zoo/"
  std::string secret = {};     ///< what it signs with, and never sends; empty: it shows what it has
  std::size_t part_bytes = 0;  ///< an object of more than that is sent in parts

  std::function<std::unique_ptr<ScriptedObjectServer>()> serve = {};
  /// The store of the keys that begin with "zoo/", of the server at `url`. The canary of its credentials is
  /// "canary".
  std::function<Result<std::unique_ptr<Store>>(const std::string& url, const ScriptedOpening& opening)> open =
      {};
  std::function<bool(const HttpRequest&)> is_part = {};  ///< of an upload

  /// What the server may say.
  HttpReply unavailable = {};            ///< 503, with a body
  HttpReply denied = {};                 ///< 403, with a body
  std::vector<HttpReply> passing = {};   ///< what passes by itself
  std::vector<HttpReply> too_many = {};  ///< the same, and the client is to ask less often
  struct Refusal {
    HttpReply reply;
    Outcome outcome;
    std::string says;  ///< is in the error
  };
  std::vector<Refusal> refusals = {};  ///< what does not
  /// A page of a list: whole keys, and where the next one begins; nothing: it is the last one.
  std::function<HttpReply(const std::vector<std::string>& keys, const std::optional<std::string>& next)>
      page = {};
  std::vector<HttpReply> bad_pages = {};  ///< beyond those that can be made with `page`
  /// Makes the answer to what was put that of a server that keeps other bytes.
  std::function<void(HttpReply&)> says_other_bytes = {};

  /// When the request was made, where it says so itself; and the refusal when that is too far off.
  std::function<UnixMilliseconds(const HttpRequest&)> moment_of = {};
  HttpReply too_skewed = {};
};

inline std::ostream& operator<<(std::ostream& out, const ScriptedKind& kind) {
  return out << kind.name;
}
inline std::string scripted_kind_name(const testing::TestParamInfo<ScriptedKind>& info) {
  return info.param.name;
}

/// A server of the kind, and stores in it.
class ScriptedTest : public testing::TestWithParam<ScriptedKind> {
 protected:
  std::unique_ptr<Store> open(const ScriptedOpening& opening = {}) const {
    return open_at(*server_, opening);
  }
  static std::unique_ptr<Store> open_at(const ScriptedObjectServer& server,
                                        const ScriptedOpening& opening = {}) {
    return value_of(GetParam().open(server.url(), opening));
  }
  static Deadline soon() { return Deadline::after(std::chrono::seconds(20)); }
  static Status put(Store& store, std::string_view key, Bytes data, PutMode mode = PutMode::kCreateOnly) {
    return store.put(key, data, mode, soon());
  }
  static Status upload(Store& store, std::string_view key, Bytes data) {
    ARKIVE_ASSIGN(const auto writer, store.begin(key, soon()));
    ARKIVE_TRY(writer->write(data));
    return writer->finish();
  }
  static Result<std::vector<std::string>> keys(const Store& store) {
    std::vector<std::string> all;
    ARKIVE_TRY(store.list(
        "",
        [&](const Store::Object& object) -> Status {
          all.push_back(object.key);
          return ok();
        },
        soon()));
    return all;
  }

  ScriptedObjectServer& server() { return *server_; }
  const ScriptedObjectServer& server() const { return *server_; }
  std::size_t asked() const { return server_->server().request_count(); }
  std::optional<std::string> object(const std::string& key) const { return server_->object("zoo/" + key); }
  /// A server and nothing in it, in place of the one before.
  void begin_anew() { server_ = GetParam().serve(); }

 private:
  std::unique_ptr<ScriptedObjectServer> server_ = GetParam().serve();
};

}  // namespace arkive::test

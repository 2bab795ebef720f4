/// Session: libzookeeper-mt behind futures-free callbacks, pipelined: for all writing, and for single reads.
/// One session; all paths are relative to the chroot.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zk/client/connect_string.h"
#include "zk/znode.h"

namespace arkive::zk {

/// What single operations answer; kOk or why not. Codes as in zookeeper.h (ZNONODE -101, ...).
enum class Answer : std::int32_t {
  kOk = 0,
  kConnectionLoss = -4,
  kMarshalling = -5,
  kUnimplemented = -6,
  kNoZnode = -101,  ///< not kNoNode, which is a NodeIndex
  kNoAuth = -102,
  kBadVersion = -103,
  kNoChildrenForEphemerals = -108,
  kNodeExists = -110,
  kNotEmpty = -111,
  kSessionExpired = -112,
  kInvalidAcl = -114,
  kAuthFailed = -115,
  kQuotaExceeded = -125,
  kRolledBack = 1,  ///< an operation of a multi that failed because of another one (RUNTIMEINCONSISTENCY -2
                    ///< or 0 in a failed multi)
  kOther = 2
};
std::string_view answer_text(Answer answer);

/// One operation of a multi.
struct WriteOperation {
  enum class Type : std::uint8_t { kCreate, kDelete, kSetData, kCheck };
  Type type = Type::kCreate;
  std::string path;
  std::optional<std::string> data;
  Acl acl;                    ///< for kCreate
  std::int32_t version = -1;  ///< for kDelete, kSetData, kCheck
  /// Bytes this operation takes in the request.
  std::size_t wire_size() const;
};

/// Callbacks run on the client's own thread, one at a time: they must not block nor call the blocking
/// functions below. All functions may be called from any thread. While the connection is lost, requests fail
/// with kConnectionLoss; the session reconnects by itself until it expires.
class Session {
 public:
  /// Connects and authenticates. Errors: kRetry (nobody reachable before the deadline, naming each host and
  /// why), kDenied (identity refused), kNotFound (chroot missing).
  static Result<std::unique_ptr<Session>> open(const ConnectOptions& options);
  ~Session();

  struct Got {
    Answer answer = Answer::kOther;
    std::optional<std::string> data;
    Stat stat;
  };
  struct GotAcl {
    Answer answer = Answer::kOther;
    Acl acl;
    Stat stat;
  };
  struct GotChildren {
    Answer answer = Answer::kOther;
    std::vector<std::string> names;
    Stat stat;
  };
  using OnDone = std::function<void(Answer)>;

  void get(std::string_view path, std::function<void(Got)> done);
  void get_acl(std::string_view path, std::function<void(GotAcl)> done);
  void get_children(std::string_view path, std::function<void(GotChildren)> done);
  void exists(std::string_view path, std::function<void(Answer, Stat)> done);
  /// An answer per operation. Never the synchronous zoo_multi, which aborts the process on a whole-request
  /// error; never a container in it, which aborts on the reply.
  void multi(std::vector<WriteOperation> operations, std::function<void(std::vector<Answer>)> done);
  void create(const WriteOperation& operation, Kind kind, std::int64_t ttl, OnDone done);
  /// A persistent znode whose name is that of `operation` and the next number of its parent.
  void create_sequential(const WriteOperation& operation, OnDone done);
  void set_acl(std::string_view path, const Acl& acl, std::int32_t aversion, OnDone done);
  void sync(std::string_view path, OnDone done);

  /// The same, waiting. kConnectionLoss is retried for reads until the deadline of the session's options.
  Result<Got> get(std::string_view path);
  Result<GotAcl> get_acl(std::string_view path);
  Result<GotChildren> get_children(std::string_view path);

  /// Waits until the session is connected again (kRetry at the deadline, kInterrupted; kConflict when the
  /// session expired: open a new one).
  Status wait_connected(Deadline deadline);
  /// "127.0.0.1:2181": the server it is connected to now.
  std::string server() const;

 private:
  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace arkive::zk

// Session: its requests.
#include <algorithm>
#include <future>
#include <limits>
#include <span>

#include "stores/core/bytes.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"
#include "zk/client/session_internal.h"

namespace arkive::zk {
namespace {

std::optional<std::string> data_of(const char* value, int size) {
  if (size < 0) return std::nullopt;
  return std::string(value, static_cast<std::size_t>(size));
}

const char* bytes_of(const std::optional<std::string>& data) {
  return data ? data->data() : nullptr;
}
int size_of(const std::optional<std::string>& data) {
  return data ? static_cast<int>(data->size()) : -1;
}

Acl acl_of(const ::ACL_vector* from) {
  Acl acl;
  if (from == nullptr) return acl;
  for (const ::ACL& entry : std::span(from->data, static_cast<std::size_t>(std::max(from->count, 0)))) {
    acl.push_back({static_cast<std::uint32_t>(entry.perms), entry.id.scheme, entry.id.id});
  }
  return acl;
}

}  // namespace

BorrowedAcl::BorrowedAcl(const Acl& acl) {
  for (const AclEntry& entry : acl) {
    ::ACL borrowed{};
    borrowed.perms = static_cast<std::int32_t>(entry.permissions);
    borrowed.id.scheme = const_cast<char*>(entry.scheme.c_str());
    borrowed.id.id = const_cast<char*>(entry.id.c_str());
    entries_.push_back(borrowed);
  }
  vector_.count = static_cast<std::int32_t>(entries_.size());
  vector_.data = entries_.data();
}

Answer answer_of(int code) {
  switch (code) {
    case ZOK:
    case ZCONNECTIONLOSS:
    case ZMARSHALLINGERROR:
    case ZUNIMPLEMENTED:
    case ZNONODE:
    case ZNOAUTH:
    case ZBADVERSION:
    case ZNOCHILDRENFOREPHEMERALS:
    case ZNODEEXISTS:
    case ZNOTEMPTY:
    case ZSESSIONEXPIRED:
    case ZINVALIDACL:
    case ZAUTHFAILED:
    case static_cast<int>(Answer::kQuotaExceeded):
      return static_cast<Answer>(code);
    case ZINVALIDSTATE:
      return Answer::kSessionExpired;
    case ZOPERATIONTIMEOUT:
    case ZCLOSING:
    case ZSESSIONMOVED:
    case ZTHROTTLEDOP:
    // An answer out of turn (3.4 refuses an unknown operation at once): the library drops the connection.
    case ZRUNTIMEINCONSISTENCY:
      return Answer::kConnectionLoss;
    default:
      return Answer::kOther;
  }
}

std::string_view answer_text(Answer answer) {
  switch (answer) {
    case Answer::kOk:
      return "ok";
    case Answer::kConnectionLoss:
      return "connection lost";
    case Answer::kMarshalling:
      return "the request or its answer is malformed";
    case Answer::kUnimplemented:
      return "the server does not know this operation";
    case Answer::kNoZnode:
      return "no such znode";
    case Answer::kNoAuth:
      return "not authorised";
    case Answer::kBadVersion:
      return "its version has changed";
    case Answer::kNoChildrenForEphemerals:
      return "an ephemeral znode has no children";
    case Answer::kNodeExists:
      return "it exists already";
    case Answer::kNotEmpty:
      return "it has children";
    case Answer::kSessionExpired:
      return "session expired";
    case Answer::kInvalidAcl:
      return "invalid ACL";
    case Answer::kAuthFailed:
      return "authentication failed";
    case Answer::kQuotaExceeded:
      return "quota exceeded";
    case Answer::kRolledBack:
      return "rolled back with another operation";
    case Answer::kOther:
      break;
  }
  return "the server refuses";
}

Stat stat_of(const ::Stat& from) {
  Stat stat;
  stat.czxid = from.czxid;
  stat.mzxid = from.mzxid;
  stat.ctime = from.ctime;
  stat.mtime = from.mtime;
  stat.version = from.version;
  stat.cversion = from.cversion;
  stat.aversion = from.aversion;
  stat.ephemeral_owner = from.ephemeralOwner;
  stat.data_length = from.dataLength;
  stat.num_children = from.numChildren;
  stat.pzxid = from.pzxid;
  return stat;
}

std::size_t WriteOperation::wire_size() const {
  // Multi header, path, and what the type adds (zookeeper.jute).
  std::size_t size = 9 + 4 + path.size();
  if (type == Type::kCreate || type == Type::kSetData) size += 4 + (data ? data->size() : 0);
  if (type == Type::kCreate) {
    size += 4 + 4;
    for (const AclEntry& entry : acl) size += 4 + 4 + entry.scheme.size() + 4 + entry.id.size();
  } else {
    size += 4;
  }
  return size;
}

void Session::get(std::string_view path, std::function<void(Got)> done) {
  using Waiting = Impl::Waiting<std::function<void(Got)>>;
  auto waiting = std::make_unique<Waiting>();
  waiting->done = std::move(done);
  waiting->fail = [](Waiting& w, Answer answer) { w.done({answer, std::nullopt, {}}); };
  impl_->ask(std::move(waiting), [&](const void* context) {
    return zoo_aget(
        impl_->library, std::string(path).c_str(), 0,
        [](int code, const char* value, int size, const ::Stat* stat, const void* given) noexcept {
          Impl::tell<Waiting>(given, [&](Waiting& w) {
            if (code != ZOK) return w.fail(w, answer_of(code));
            w.done({Answer::kOk, data_of(value, size), stat_of(*stat)});
          });
        },
        context);
  });
}

void Session::get_acl(std::string_view path, std::function<void(GotAcl)> done) {
  using Waiting = Impl::Waiting<std::function<void(GotAcl)>>;
  auto waiting = std::make_unique<Waiting>();
  waiting->done = std::move(done);
  waiting->fail = [](Waiting& w, Answer answer) { w.done({answer, {}, {}}); };
  impl_->ask(std::move(waiting), [&](const void* context) {
    return zoo_aget_acl(
        impl_->library, std::string(path).c_str(),
        [](int code, ::ACL_vector* acl, ::Stat* stat, const void* given) noexcept {
          Impl::tell<Waiting>(given, [&](Waiting& w) {
            if (code != ZOK) return w.fail(w, answer_of(code));
            w.done({Answer::kOk, acl_of(acl), stat_of(*stat)});
          });
        },
        context);
  });
}

void Session::get_children(std::string_view path, std::function<void(GotChildren)> done) {
  using Waiting = Impl::Waiting<std::function<void(GotChildren)>>;
  auto waiting = std::make_unique<Waiting>();
  waiting->done = std::move(done);
  waiting->fail = [](Waiting& w, Answer answer) { w.done({answer, {}, {}}); };
  impl_->ask(std::move(waiting), [&](const void* context) {
    return zoo_aget_children2(
        impl_->library, std::string(path).c_str(), 0,
        [](int code, const ::String_vector* names, const ::Stat* stat, const void* given) noexcept {
          Impl::tell<Waiting>(given, [&](Waiting& w) {
            if (code != ZOK) return w.fail(w, answer_of(code));
            GotChildren got{Answer::kOk, {}, stat_of(*stat)};
            got.names.assign(names->data, names->data + names->count);
            w.done(std::move(got));
          });
        },
        context);
  });
}

void Session::exists(std::string_view path, std::function<void(Answer, Stat)> done) {
  using Waiting = Impl::Waiting<std::function<void(Answer, Stat)>>;
  auto waiting = std::make_unique<Waiting>();
  waiting->done = std::move(done);
  waiting->fail = [](Waiting& w, Answer answer) { w.done(answer, {}); };
  impl_->ask(std::move(waiting), [&](const void* context) {
    return zoo_aexists(
        impl_->library, std::string(path).c_str(), 0,
        [](int code, const ::Stat* stat, const void* given) noexcept {
          Impl::tell<Waiting>(
              given, [&](Waiting& w) { w.done(answer_of(code), code == ZOK ? stat_of(*stat) : Stat{}); });
        },
        context);
  });
}

void Session::create(const WriteOperation& operation, Kind kind, std::int64_t ttl, OnDone done) {
  using Waiting = Impl::Waiting<OnDone>;
  auto waiting = std::make_unique<Waiting>();
  waiting->done = std::move(done);
  waiting->fail = [](Waiting& w, Answer answer) { w.done(answer); };
  impl_->ask(std::move(waiting), [&](const void* context) {
    BorrowedAcl acl(operation.acl);
    const char* path = operation.path.c_str();
    if (kind == Kind::kTtl) {
      return zoo_acreate2_ttl(
          impl_->library, path, bytes_of(operation.data), size_of(operation.data), acl.get(),
          ZOO_PERSISTENT_WITH_TTL, ttl,
          [](int code, const char*, const ::Stat*, const void* given) noexcept {
            Impl::tell<Waiting>(given, [&](Waiting& w) { w.done(answer_of(code)); });
          },
          context);
    }
    return zoo_acreate(
        impl_->library, path, bytes_of(operation.data), size_of(operation.data), acl.get(),
        kind == Kind::kContainer ? ZOO_CONTAINER : ZOO_PERSISTENT,
        [](int code, const char*, const void* given) noexcept {
          Impl::tell<Waiting>(given, [&](Waiting& w) { w.done(answer_of(code)); });
        },
        context);
  });
}

void Session::create_sequential(const WriteOperation& operation, OnDone done) {
  using Waiting = Impl::Waiting<OnDone>;
  auto waiting = std::make_unique<Waiting>();
  waiting->done = std::move(done);
  waiting->fail = [](Waiting& w, Answer answer) { w.done(answer); };
  impl_->ask(std::move(waiting), [&](const void* context) {
    BorrowedAcl acl(operation.acl);
    return zoo_acreate(
        impl_->library, operation.path.c_str(), bytes_of(operation.data), size_of(operation.data), acl.get(),
        ZOO_PERSISTENT_SEQUENTIAL,
        [](int code, const char*, const void* given) noexcept {
          Impl::tell<Waiting>(given, [&](Waiting& w) { w.done(answer_of(code)); });
        },
        context);
  });
}

void Session::set_acl(std::string_view path, const Acl& acl, std::int32_t aversion, OnDone done) {
  using Waiting = Impl::Waiting<OnDone>;
  auto waiting = std::make_unique<Waiting>();
  waiting->done = std::move(done);
  waiting->fail = [](Waiting& w, Answer answer) { w.done(answer); };
  impl_->ask(std::move(waiting), [&](const void* context) {
    BorrowedAcl borrowed(acl);
    return zoo_aset_acl(
        impl_->library, std::string(path).c_str(), aversion, borrowed.get(),
        [](int code, const void* given) noexcept {
          Impl::tell<Waiting>(given, [&](Waiting& w) { w.done(answer_of(code)); });
        },
        context);
  });
}

void Session::sync(std::string_view path, OnDone done) {
  using Waiting = Impl::Waiting<OnDone>;
  auto waiting = std::make_unique<Waiting>();
  waiting->done = std::move(done);
  waiting->fail = [](Waiting& w, Answer answer) { w.done(answer); };
  impl_->ask(std::move(waiting), [&](const void* context) {
    return zoo_async(
        impl_->library, std::string(path).c_str(),
        [](int code, const char*, const void* given) noexcept {
          Impl::tell<Waiting>(given, [&](Waiting& w) { w.done(answer_of(code)); });
        },
        context);
  });
}

}  // namespace arkive::zk

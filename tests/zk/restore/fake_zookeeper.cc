#include "tests/zk/restore/fake_zookeeper.h"

#include <algorithm>

#include "zk/restore/path_map.h"
#include "zk/restore/request_size.h"
#include "zk/restore/rights.h"

namespace arkive::test {
namespace {

using zk::Acl;
using zk::AclEntry;
using zk::Answer;
using zk::Session;
using zk::WriteOperation;

bool is_digest_of(const AclEntry& entry, const std::vector<zk::Identity>& identities) {
  return entry.scheme == "digest" &&
         std::any_of(identities.begin(), identities.end(), [&](const zk::Identity& identity) {
           return identity.scheme == "digest" && zk::digest_id(identity.id) == entry.id;
         });
}

}  // namespace

class FakeTarget final : public zk::Target {
 public:
  FakeTarget(FakeZooKeeper& server, std::vector<zk::Identity> identities)
      : server_(server), identities_(std::move(identities)) {}

  void get(std::string_view path, std::function<void(Session::Got)> done) override {
    Session::Got got;
    if (!arrives()) {
      got.answer = lost_as();
    } else if (const auto* znode = find(path); znode == nullptr) {
      got.answer = Answer::kNoZnode;
    } else if (!may(*znode, zk::kReadPermission)) {
      got.answer = Answer::kNoAuth;
    } else {
      got = {Answer::kOk, znode->data, stat(*znode)};
    }
    done(std::move(got));
  }

  void get_acl(std::string_view path, std::function<void(Session::GotAcl)> done) override {
    Session::GotAcl got;
    if (!arrives()) {
      got.answer = lost_as();
    } else if (const auto* znode = find(path); znode == nullptr) {
      got.answer = Answer::kNoZnode;
    } else if (!may(*znode, zk::kReadPermission) && !may(*znode, zk::kAdminPermission)) {
      got.answer = Answer::kNoAuth;
    } else {
      got = {Answer::kOk, shown_acl(*znode), stat(*znode)};
    }
    done(std::move(got));
  }

  void multi(std::vector<WriteOperation> operations, std::function<void(std::vector<Answer>)> done) override {
    std::size_t size = zk::kMultiFrame;
    for (const WriteOperation& operation : operations) size += operation_size(operation);
    server_.largest_request = std::max<std::uint64_t>(server_.largest_request, size);
    server_.largest_multi = std::max<std::uint64_t>(server_.largest_multi, operations.size());
    std::vector<Answer> answers(operations.size(), Answer::kOk);
    if (!arrives() || is_dropped(size)) return done(std::vector<Answer>(operations.size(), lost_as()));
    undo_.clear();
    const std::int64_t zxid = ++server_.zxid_;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      answers[i] = apply(operations[i], zxid);
      if (answers[i] == Answer::kOk) continue;
      for (std::size_t j = 0; j < operations.size(); ++j) {
        if (j != i) answers[j] = Answer::kRolledBack;
      }
      roll_back();
      break;
    }
    changed();
    if (answer_lost_) answers.assign(operations.size(), lost_as());
    done(std::move(answers));
  }

  void create(const WriteOperation& operation, zk::Kind kind, std::int64_t ttl,
              Session::OnDone done) override {
    const std::size_t size =
        zk::create_size(operation.path.size(), operation.data ? operation.data->size() : 0,
                        zk::acl_size(operation.acl), kind == zk::Kind::kTtl);
    server_.largest_request = std::max<std::uint64_t>(server_.largest_request, size);
    if (!arrives() || is_dropped(size)) return done(lost_as());
    if (kind == zk::Kind::kTtl && !server_.extended_types) return done(Answer::kUnimplemented);
    const Answer answer = apply(operation, ++server_.zxid_);
    if (answer == Answer::kOk) {
      server_.at(operation.path).kind = kind;
      server_.at(operation.path).ttl = ttl;
    }
    changed();
    done(answer_lost_ ? lost_as() : answer);
  }

  void set_acl(std::string_view path, const Acl& acl, std::int32_t aversion, Session::OnDone done) override {
    if (!arrives()) return done(lost_as());
    const Answer answer = apply_acl(std::string(path), acl, aversion);
    changed();
    done(answer_lost_ ? lost_as() : answer);
  }

  void sync(std::string_view, Session::OnDone done) override { done(arrives() ? Answer::kOk : lost_as()); }

  Status recover(Deadline) override {
    ++server_.recoveries;
    if (dead_) return fail(Outcome::kInterrupted, "the process was killed");
    lost_ = false;
    return ok();
  }

  Result<zk::Reading> read(const zk::ReadOptions& options) override {
    zk::Reading reading;
    if (find(options.selection.path) == nullptr) {
      return fail(Outcome::kNotFound, "read '" + options.selection.path + "': no such znode");
    }
    std::string hidden;
    for (const auto& [path, znode] : server_.znodes_) {
      if (!zk::is_at_or_below(path, options.selection.path)) continue;
      if (!hidden.empty() && zk::is_at_or_below(path, hidden)) continue;
      if (znode.ephemeral_owner != 0) {
        reading.ephemerals.push_back({path, stat(znode), znode.data});
        continue;
      }
      if (!may(znode, zk::kReadPermission)) {
        hidden = path;
        reading.unreadable.push_back({path, "not authorised to read"});
        continue;
      }
      const zk::NodeIndex index = reading.tree.make(path);
      reading.tree.set_data(index, znode.data);
      reading.tree[index].set_stat(stat(znode));
    }
    if (options.known_acls != nullptr) ARKIVE_TRY(options.known_acls->apply(reading.tree));
    for (zk::NodeIndex i = 0; i < reading.tree.index_end(); ++i) {
      if (reading.tree[i].acl != zk::kUnknownAcl && options.known_acls != nullptr) continue;
      const auto* znode = find(reading.tree.path(i));
      if (znode == nullptr) continue;
      reading.tree[i].acl = reading.tree.intern(shown_acl(*znode));
      ++reading.acls_read;
    }
    return reading;
  }

 private:
  const FakeZooKeeper::FakeZnode* find(std::string_view path) const {
    const auto found = server_.znodes_.find(std::string(path));
    return found == server_.znodes_.end() ? nullptr : &found->second;
  }

  // Does the request reach the server? Also settles whether its answer comes back.
  bool arrives() {
    answer_lost_ = false;
    const std::uint64_t request = server_.requests++;
    if (server_.before_request) server_.before_request(request);
    if (lost_) return false;
    const auto loss = server_.loses ? server_.loses(request) : FakeZooKeeper::Loss::kNone;
    if (loss == FakeZooKeeper::Loss::kDeath) dead_ = true;
    if (loss == FakeZooKeeper::Loss::kNone) return true;
    lost_ = true;
    answer_lost_ = loss == FakeZooKeeper::Loss::kAfter;
    return answer_lost_;
  }
  // "Len error": the server closes the connection.
  bool is_dropped(std::size_t size) {
    if (size <= server_.packet_limit) return false;
    lost_ = true;
    return true;
  }
  Answer lost_as() const { return server_.expires ? Answer::kSessionExpired : Answer::kConnectionLoss; }
  void changed() {
    if (server_.after_change) server_.after_change();
  }

  bool may(const FakeZooKeeper::FakeZnode& znode, std::uint32_t permission) const {
    return std::any_of(znode.acl.begin(), znode.acl.end(), [&](const AclEntry& entry) {
      const bool ours = entry.scheme == "world" || is_digest_of(entry, identities_);
      return ours && (entry.permissions & permission) != 0;
    });
  }

  Acl shown_acl(const FakeZooKeeper::FakeZnode& znode) const {
    Acl acl = znode.acl;
    if (may(znode, zk::kAdminPermission)) return acl;
    for (AclEntry& entry : acl) {
      if (entry.scheme == "digest") entry.id = entry.id.substr(0, entry.id.find(':')) + ":x";
    }
    return acl;
  }

  zk::Stat stat(const FakeZooKeeper::FakeZnode& znode) const {
    zk::Stat stat;
    stat.czxid = znode.czxid;
    stat.version = znode.version;
    stat.aversion = znode.aversion;
    stat.num_children = static_cast<std::int32_t>(znode.children.size());
    stat.cversion = znode.created_children * 2 - stat.num_children;
    stat.data_length = znode.data ? static_cast<std::int32_t>(znode.data->size()) : 0;
    stat.ephemeral_owner = znode.ephemeral_owner;
    return stat;
  }

  static std::size_t operation_size(const WriteOperation& operation) {
    const std::size_t data = operation.data ? operation.data->size() : 0;
    switch (operation.type) {
      case WriteOperation::Type::kCreate:
        return zk::multi_create_size(operation.path.size(), data, zk::acl_size(operation.acl));
      case WriteOperation::Type::kSetData:
        return zk::multi_set_size(operation.path.size(), data);
      default:
        return zk::multi_delete_size(operation.path.size());
    }
  }

  // fixupACL of PrepRequestProcessor.
  std::optional<Acl> fixed(const Acl& acl) const {
    Acl all;
    for (const AclEntry& entry : acl) {
      if (!server_.known_schemes.contains(entry.scheme)) return std::nullopt;
      if (entry.scheme != "auth") {
        all.push_back(entry);
        continue;
      }
      for (const zk::Identity& identity : identities_) {
        all.push_back({entry.permissions, "digest", zk::digest_id(identity.id)});
      }
    }
    if (all.empty()) return std::nullopt;
    return all;
  }

  Answer apply(const WriteOperation& operation, std::int64_t zxid) {
    auto& znodes = server_.znodes_;
    remember(operation.path);
    remember(std::string(zk::parent_path(operation.path)));
    const std::string parent(zk::parent_path(operation.path));
    const std::string name(zk::last_name(operation.path));
    const auto found = znodes.find(operation.path);
    switch (operation.type) {
      case WriteOperation::Type::kCreate: {
        const auto above = znodes.find(parent);
        if (above == znodes.end()) return Answer::kNoZnode;
        if (!may(above->second, zk::kCreatePermission)) return Answer::kNoAuth;
        const std::optional<Acl> acl = fixed(operation.acl);
        if (!acl) return Answer::kInvalidAcl;
        if (found != znodes.end()) return Answer::kNodeExists;
        if (above->second.ephemeral_owner != 0) return Answer::kNoChildrenForEphemerals;
        FakeZooKeeper::FakeZnode znode;
        znode.data = operation.data;
        znode.acl = *acl;
        znode.czxid = zxid;
        above->second.children.insert(name);
        ++above->second.created_children;
        znodes.emplace(operation.path, std::move(znode));
        return Answer::kOk;
      }
      case WriteOperation::Type::kDelete:
        if (found == znodes.end()) return Answer::kNoZnode;
        if (!may(znodes.at(parent), zk::kDeletePermission)) return Answer::kNoAuth;
        if (!found->second.children.empty()) return Answer::kNotEmpty;
        znodes.at(parent).children.erase(name);
        znodes.erase(found);
        return Answer::kOk;
      case WriteOperation::Type::kSetData:
        if (found == znodes.end()) return Answer::kNoZnode;
        if (!may(found->second, zk::kWritePermission)) return Answer::kNoAuth;
        if (operation.version != -1 && operation.version != found->second.version) return Answer::kBadVersion;
        found->second.data = operation.data;
        ++found->second.version;
        return Answer::kOk;
      case WriteOperation::Type::kCheck:
        return found == znodes.end() ? Answer::kNoZnode : Answer::kOk;
    }
    return Answer::kOther;
  }

  void remember(const std::string& path) {
    const auto* znode = find(path);
    undo_.emplace_back(path, znode == nullptr ? std::nullopt : std::optional(*znode));
  }
  void roll_back() {
    for (; !undo_.empty(); undo_.pop_back()) {
      auto& [path, znode] = undo_.back();
      if (znode) {
        server_.znodes_.insert_or_assign(path, std::move(*znode));
      } else {
        server_.znodes_.erase(path);
      }
    }
  }

  Answer apply_acl(const std::string& path, const Acl& acl, std::int32_t aversion) {
    const auto found = server_.znodes_.find(path);
    if (found == server_.znodes_.end()) return Answer::kNoZnode;
    if (!may(found->second, zk::kAdminPermission)) return Answer::kNoAuth;
    const std::optional<Acl> wanted = fixed(acl);
    if (!wanted) return Answer::kInvalidAcl;
    if (aversion != -1 && aversion != found->second.aversion) return Answer::kBadVersion;
    found->second.acl = *wanted;
    ++found->second.aversion;
    return Answer::kOk;
  }

  FakeZooKeeper& server_;
  std::vector<zk::Identity> identities_;
  std::vector<std::pair<std::string, std::optional<FakeZooKeeper::FakeZnode>>> undo_;  // of the present multi
  bool lost_ = false;
  bool dead_ = false;
  bool answer_lost_ = false;
};

FakeZooKeeper::FakeZooKeeper() {
  znodes_["/"].data = "";
  znodes_["/"].children = {"zookeeper"};
  znodes_["/zookeeper"].data = "";
  znodes_["/zookeeper"].children = {"quota"};
  znodes_["/zookeeper/quota"].data = "";
}

zk::OpenTarget FakeZooKeeper::opener() {
  return target().open;
}

zk::RestoreTarget FakeZooKeeper::target(std::vector<zk::Identity> identities, std::string chroot) {
  zk::RestoreTarget target;
  target.identities = identities;
  target.chroot = std::move(chroot);
  target.open = [this,
                 identities](const std::vector<zk::Identity>& more) -> Result<std::unique_ptr<zk::Target>> {
    std::vector<zk::Identity> all = identities;
    all.insert(all.end(), more.begin(), more.end());
    return std::make_unique<FakeTarget>(*this, std::move(all));
  };
  return target;
}

FakeZooKeeper::FakeZnode& FakeZooKeeper::put(const std::string& path, std::optional<std::string> data,
                                             zk::Acl acl) {
  if (!znodes_.contains(path)) {
    const std::string parent(zk::parent_path(path));
    if (!znodes_.contains(parent)) put(parent, std::nullopt);
    znodes_.at(parent).children.insert(std::string(zk::last_name(path)));
    ++znodes_.at(parent).created_children;
    znodes_[path].czxid = ++zxid_;
  }
  FakeZnode& znode = znodes_.at(path);
  znode.data = std::move(data);
  znode.acl = std::move(acl);
  return znode;
}

void FakeZooKeeper::remove(const std::string& path) {
  std::erase_if(znodes_, [&](const auto& at) { return zk::is_at_or_below(at.first, path); });
  znodes_.at(std::string(zk::parent_path(path))).children.erase(std::string(zk::last_name(path)));
}

std::vector<std::string> differences(const zk::Tree& tree, const std::string& from,
                                     const FakeZooKeeper& there, const std::string& onto) {
  std::vector<std::string> found;
  const zk::PathMap map(from, onto, "");
  tree.walk(tree.find(from), [&](zk::NodeIndex index, const std::string& path) {
    const std::string target = map.whole(path);
    if (!there.has(target)) {
      found.push_back(target + " is not there");
      return false;
    }
    const zk::Znode wanted = tree.znode(index);
    const FakeZooKeeper::FakeZnode& znode = there.znodes().at(target);
    if (wanted.data != znode.data) found.push_back(target + ": data");
    if (wanted.acl != znode.acl) {
      found.push_back(target + ": ACL " + format_acl(znode.acl) + " instead of " + format_acl(wanted.acl));
    }
    if (wanted.kind != znode.kind || wanted.ttl != znode.ttl) found.push_back(target + ": kind");
    const bool idle_container = wanted.kind == zk::Kind::kContainer && !tree[index].has_children();
    if (wanted.stat && !idle_container && wanted.stat->next_sequence() != there.next_sequence(target)) {
      found.push_back(target + ": counter " + std::to_string(there.next_sequence(target)) + " instead of " +
                      std::to_string(wanted.stat->next_sequence()));
    }
    return true;
  });
  return found;
}

}  // namespace arkive::test

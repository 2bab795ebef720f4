/// Application: what a program that keeps its state in ZooKeeper knows about its znodes. zk/ and tools/ speak
/// only to this interface.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"
#include "zk/tree.h"
#include "zk/znode.h"

namespace arkive::zk {

/// A znode before and after; at least one of the two is there. `before->path == after->path`.
struct ZnodeChange {
  std::string path;
  std::optional<Znode> before;
  std::optional<Znode> after;
};

/// One change in words: "orders: retention.ms 604800000 -> -1".
struct Sentence {
  std::string text;      ///< one line; printable; secrets are never spelled out
  std::string path;      ///< the znode it is about
  std::string category;  ///< for counting in a commit message and for --json: "topic-created", "acl-added",
                         ///< "config-changed", "znode-changed", ...
  bool minor = false;    ///< shown only with --all (leader movement, controller epoch)
};

/// A view: facts derived from the tree, one a line, sorted, for `git blame`. Never restored.
struct View {
  std::string path;  ///< below views/: "kafka/acls"; already a safe file path
  std::string content;
};

/// Where a znode's data holds secrets: [begin, end) byte ranges, ascending, not overlapping.
struct SecretRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// What a restore does with a path by default.
struct RestoreRule {
  bool keep = true;    ///< false: left out
  std::string reason;  ///< why it is left out: "would delete the topic again"
};

/// Immutable; any thread. Paths are absolute paths of the tree; an application may live below a prefix
/// ("/kafka").
class Application {
 public:
  virtual ~Application() = default;
  /// "kafka": the name of the restore profile.
  virtual std::string_view name() const = 0;
  /// The prefixes at which this application's tree stands: "" when it is at the root, "/kafka", ...; empty:
  /// not there.
  virtual std::vector<std::string> find_roots(const Tree& tree) const = 0;
  /// Tells changes in words, ordered for reading. Changes it does not know are left out of the answer and
  /// their indexes put into `unknown`.
  virtual std::vector<Sentence> describe(std::span<const ZnodeChange> changes, std::string_view root,
                                         std::vector<std::size_t>& unknown) const = 0;
  virtual std::vector<View> views(const Tree& tree, std::string_view root) const = 0;
  virtual std::vector<SecretRange> secrets(std::string_view path, Bytes data,
                                           std::string_view root) const = 0;
  virtual RestoreRule restore_rule(std::string_view path, std::string_view root) const = 0;
  /// Whether this application makes the znode at `path` ephemeral: for dumps that do not say.
  virtual bool makes_ephemeral(std::string_view path, std::string_view root) const {
    (void)path;
    (void)root;
    return false;
  }
  /// "3 topics created, 1 ACL removed on Topic:orders": one line of at most about 100 characters for a commit
  /// message, from the sentences that are not minor.
  virtual std::string summarise(std::span<const Sentence> sentences) const = 0;
  /// What a person wants to see of this dump at a glance, "name<TAB>value" lines: topics 12, partitions 48,
  /// ACLs 7, SCRAM users 2, cluster id ...
  virtual std::vector<std::pair<std::string, std::string>> overview(const Tree& tree,
                                                                    std::string_view root) const = 0;
};

/// An application found in a tree, and where.
struct ApplicationAt {
  const Application* application = nullptr;
  std::string root;  ///< "" or "/kafka"
};

/// Asks every application for its roots (zk/describe.cc).
std::vector<ApplicationAt> find_applications(const Tree& tree,
                                             std::span<const Application* const> applications);

/// The words for `changes`: each application tells those below its root, describe_plainly() the rest.
/// Ordered: applications first.
std::vector<Sentence> describe_changes(std::span<const ZnodeChange> changes,
                                       std::span<const ApplicationAt> applications);
/// One line for a commit message.
std::string summarise_changes(std::span<const Sentence> sentences,
                              std::span<const ApplicationAt> applications);

/// The words for any tree: "/a: created", "/a: data 5 -> 7 bytes", with a readable diff of JSON or text, hex
/// for binary.
/// Categories are "znode-created", "znode-removed", "znode-changed" and the like: all begin with "znode-".
std::vector<Sentence> describe_plainly(std::span<const ZnodeChange> changes);
std::string summarise_plainly(std::span<const Sentence> sentences);

}  // namespace arkive::zk

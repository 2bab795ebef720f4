#include "kafka/znodes/views.h"

#include <algorithm>
#include <map>
#include <set>

#include "kafka/znodes/secrets.h"
#include "kafka/znodes/tree_access.h"
#include "kafka/znodes/words.h"
#include "kafka/znodes/znode_data.h"
#include "stores/core/time.h"
#include "zk/tree_format/names.h"

namespace arkive::kafka {
namespace {

constexpr std::string_view kUnreadable = "data of unknown form";

class Views {
 public:
  Views(const zk::Tree& tree, std::string_view root) : tree_(tree), root_(root) {}

  std::vector<zk::View> make() {
    add_sorted("acls", acls());
    add_sorted("brokers", configs("brokers"));
    add_sorted("cluster", cluster());
    add_sorted("configs", other_configs());
    add_sorted("quotas", quotas());
    add_sorted("tokens", tokens());
    add_topics();
    add_sorted("users", users());
    return std::move(views_);
  }

 private:
  using Lines = std::vector<std::string>;

  void add(const std::string& name, const Lines& lines) {
    if (lines.empty()) return;
    std::string content;
    for (const std::string& line : lines) content += line + "\n";
    views_.push_back({"kafka/" + name, std::move(content)});
  }

  void add_sorted(const std::string& name, Lines lines) {
    std::sort(lines.begin(), lines.end());
    add(name, lines);
  }

  // Calls visit(znode, data) for the znodes below `path` that have data and the role.
  template <class Visit>
  void for_each_of(ZnodeRole role, std::string_view path, Visit visit) const {
    for_each_below(tree_, root_, path, [&](zk::NodeIndex index, const std::string& at) {
      if (tree_[index].data().empty()) return;
      const KafkaZnode znode = znode_at(at, root_);
      if (znode.role == role) visit(znode, tree_[index].data());
    });
  }

  Lines acls() const {
    Lines lines;
    const auto visit = [&](const KafkaZnode& at, Bytes data) {
      const std::string resource =
          printable(at.type) + " " + printable(at.pattern) + ":" + printable(at.name);
      const auto rules = parse_acl_rules(data);
      if (!rules) return lines.push_back(resource + ": " + std::string(kUnreadable));
      for (const AclRule& rule : *rules) {
        lines.push_back(printable(rule.permission) + " " + printable(rule.principal) + " " +
                        printable(rule.operation) + " " + resource + " from " + printable(rule.host));
      }
    };
    for_each_of(ZnodeRole::kAcl, "/kafka-acl", visit);
    for_each_of(ZnodeRole::kAcl, "/kafka-acl-extended", visit);
    return lines;
  }

  static std::string entry(const KafkaZnode& at, const std::string& key, const std::string& value) {
    return printable(key) + "=" + (is_secret_entry(at.type, key, value) ? "(secret)" : printable(value));
  }

  // Entries of one type for which `wanted` holds, as "SUBJECT key=value".
  template <class Wanted>
  void add_entries(Lines& lines, const std::string& type, std::string_view separator, Wanted wanted) const {
    for_each_of(ZnodeRole::kConfig, "/config/" + type, [&](const KafkaZnode& at, Bytes data) {
      const std::string subject = entity_words(at) + std::string(separator);
      const std::optional<Config> config = parse_config(data);
      if (!config) return lines.push_back(subject + std::string(kUnreadable));
      for (const auto& [key, value] : *config) {
        if (wanted(at, key)) lines.push_back(subject + entry(at, key, value));
      }
    });
  }

  Lines configs(const std::string& type) const {
    Lines lines;
    add_entries(lines, type, " ", [](const KafkaZnode&, const std::string&) { return true; });
    return lines;
  }

  // Types that came after this was written.
  Lines other_configs() const {
    static const std::set<std::string_view> known = {"brokers", "changes", "clients",
                                                     "ips",     "topics",  "users"};
    Lines lines;
    for_each_child(tree_, root_, "/config", [&](zk::NodeIndex type) {
      if (known.contains(tree_[type].name())) return;
      const Lines more = configs(std::string(tree_[type].name()));
      lines.insert(lines.end(), more.begin(), more.end());
    });
    return lines;
  }

  Lines quotas() const {
    Lines lines;
    const auto wanted = [](const KafkaZnode& at, const std::string& key) {
      return at.type != "users" || is_quota(key);
    };
    for (const char* type : {"clients", "ips", "users"}) add_entries(lines, type, ": ", wanted);
    return lines;
  }

  Lines users() const {
    Lines lines;
    for_each_of(ZnodeRole::kConfig, "/config/users", [&](const KafkaZnode& at, Bytes data) {
      const std::optional<Config> config = parse_config(data);
      if (!config) return;  // stands in quotas
      for (const auto& [key, value] : *config) {
        if (is_quota(key)) continue;
        if (!is_scram(key)) {
          lines.push_back(entity_words(at) + " " + entry(at, key, value));
          continue;
        }
        const std::optional<ScramCredential> credential = parse_scram(value);
        lines.push_back(entity_words(at) + " " + printable(key) +
                        (credential ? " iterations=" + credential->iterations : " (secret)"));
      }
    });
    return lines;
  }

  Lines tokens() const {
    Lines lines;
    for_each_of(ZnodeRole::kDelegationToken, "/delegation_token/tokens",
                [&](const KafkaZnode& at, Bytes data) {
                  std::string line = "token " + printable(at.name);
                  if (const std::optional<DelegationToken> token = parse_delegation_token(data)) {
                    line += " owner " + printable(token->owner) + " requester " + printable(token->requester);
                    for (const std::string& renewer : token->renewers)
                      line += " renewer " + printable(renewer);
                    line += " ends " + format_time(token->ends_for_good);
                  } else {
                    line += " " + std::string(kUnreadable);
                  }
                  lines.push_back(std::move(line));
                });
    return lines;
  }

  Lines cluster() const {
    Lines lines;
    if (const auto id = parse_cluster_id(data_at(tree_, root_, "/cluster/id"))) {
      lines.push_back("cluster id " + printable(*id));
    }
    if (const auto features = parse_features(data_at(tree_, root_, "/feature"))) {
      lines.push_back("features status " + std::to_string(features->status));
      for (const auto& [name, level] : features->levels)
        lines.push_back("feature " + printable(name) + " " + level);
    }
    if (tree_.find(std::string(root_) + "/migration") != zk::kNoNode)
      lines.push_back("migration to KRaft begun");
    return lines;
  }

  // Numbers in their own order, not in that of their digits.
  Lines topic(Bytes data) const {
    const std::optional<TopicData> topic = parse_topic(data);
    if (!topic) return {std::string(kUnreadable)};
    Lines lines;
    if (!topic->id.empty()) lines.push_back("id " + printable(topic->id));
    lines.push_back("partitions " + std::to_string(topic->replicas.size()));
    for (const auto& [partition, replicas] : topic->replicas) {
      const std::string name = "partition " + std::to_string(partition);
      lines.push_back(name + " replicas " + joined(replicas));
      const auto adding = topic->adding.find(partition);
      if (adding != topic->adding.end()) lines.push_back(name + " adding " + joined(adding->second));
      const auto removing = topic->removing.find(partition);
      if (removing != topic->removing.end()) lines.push_back(name + " removing " + joined(removing->second));
    }
    return lines;
  }

  void add_topics() {
    std::map<std::string, Lines> topics;
    for_each_child(tree_, root_, "/brokers/topics", [&](zk::NodeIndex index) {
      topics[std::string(tree_[index].name())] = topic(tree_[index].data());
    });
    for_each_of(ZnodeRole::kConfig, "/config/topics", [&](const KafkaZnode& at, Bytes data) {
      const std::optional<Config> config = parse_config(data);
      if (!config) return topics[at.name].push_back("config " + std::string(kUnreadable));
      for (const auto& [key, value] : *config) topics[at.name].push_back("config " + entry(at, key, value));
    });
    // Names that some file system takes for one are escaped, all of them (docs/format-tree.md, "Names").
    std::map<std::string, std::size_t> twins;
    for (const auto& [name, lines] : topics) {
      if (!lines.empty()) ++twins[zk::fold_key(zk::encode_full_name(name))];
    }
    for (auto& [name, lines] : topics) {
      if (lines.empty()) continue;
      const bool has_twin = twins[zk::fold_key(zk::encode_full_name(name))] > 1;
      const std::string file = zk::encode_name(name, has_twin ? zk::NameForm::kTwin : zk::NameForm::kUsual);
      if (zk::is_long_name(file)) lines.insert(lines.begin(), "name " + printable(name));
      add("topics/" + file, lines);
    }
  }

  const zk::Tree& tree_;
  const std::string_view root_;
  std::vector<zk::View> views_;
};

}  // namespace

std::vector<zk::View> views(const zk::Tree& tree, std::string_view root) {
  return Views(tree, root).make();
}

}  // namespace arkive::kafka

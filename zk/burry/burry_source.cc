#include "zk/burry/burry_source.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"

namespace arkive::zk {
namespace {

constexpr std::string_view kValue = "content";
constexpr std::string_view kAbout = ".burrymeta";
constexpr std::string_view kColon = "BURRY_ESC_COLON";
constexpr std::string_view kReserved = "/zookeeper";
constexpr std::string_view kQuotas = "/zookeeper/quota";
constexpr std::string_view kLimits = "zookeeper_limits";

struct Value {
  std::string path;
  std::string data;
};

tl::unexpected<Error> refused(const std::string& file, const std::string& name, const std::string& why) {
  return fail(Outcome::kCorrupt,
              "read '" + printable(file) + "': '" + printable(name.substr(0, 300)) + "' " + why,
              "nothing of it was imported");
}

// "brokers/ids/content" -> "/brokers/ids"; "content" -> "/".
Result<std::string> path_of(const std::string& file, const std::string& name) {
  const std::size_t slash = name.rfind('/');
  const std::string_view last = std::string_view(name).substr(slash == std::string::npos ? 0 : slash + 1);
  if (last != kValue) return refused(file, name, "is not the value of a znode, which burry calls 'content'");
  if (slash == std::string::npos) return std::string("/");
  std::string path = "/" + name.substr(0, slash);
  for (std::size_t at = path.find(kColon); at != std::string::npos; at = path.find(kColon, at + 1)) {
    path.replace(at, kColon.size(), ":");
  }
  if (!check_path(path)) return refused(file, name, "is a name that no znode can have");
  return path;
}

Status read_about(const std::string& file, const std::string& text, BurryFacts& facts) {
  const nlohmann::json about = nlohmann::json::parse(text, nullptr, false);
  if (!about.is_object()) return refused(file, std::string(kAbout), "is not what burry writes");
  const auto text_of = [&](const char* name) {
    const auto found = about.find(name);
    return found != about.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const std::string service = text_of("svc");
  if (service != "zk") {
    return fail(Outcome::kUsage,
                "read '" + printable(file) + "': it is a dump of '" + printable(service) + "'",
                "only dumps of ZooKeeper (zk) are trees of znodes");
  }
  facts.snapshot_date = text_of("snapshot-date");
  facts.endpoint = text_of("svc-endpoint");
  return ok();
}

// Part by part, as siblings are ordered: the end of a part comes before every byte.
bool before(const Value& a, const Value& b) {
  return std::lexicographical_compare(
      a.path.begin(), a.path.end(), b.path.begin(), b.path.end(), [](char x, char y) {
        const auto rank = [](char c) {
          return c == '/' ? 0 : static_cast<int>(static_cast<unsigned char>(c)) + 1;
        };
        return rank(x) < rank(y);
      });
}

// The server makes these itself; what a person sets there is a quota's limits.
bool is_wanted(std::string_view path) {
  if (!is_at_or_below(path, kReserved)) return true;
  return is_at_or_below(path, kQuotas) && last_name(path) == kLimits;
}

/// Adds znodes in ascending order.
class Builder {
 public:
  explicit Builder(Tree& tree) : tree_(tree), unknown_(tree.intern({})) {
    tree_[kRoot].acl = unknown_;
    open_.push_back({kRoot, kNoNode});
  }

  // The znode at `path`, its parents too.
  NodeIndex at(std::string_view path) {
    std::size_t depth = 1;
    for (std::size_t begin = 1; begin < path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      const std::string_view name = path.substr(begin, end - begin);
      if (depth == open_.size() || tree_[open_[depth].node].name() != name) {
        open_.resize(depth);
        Open& parent = open_.back();
        const NodeIndex child = tree_.add_child_after(parent.node, parent.last, name);
        tree_[child].acl = unknown_;
        parent.last = child;
        open_.push_back({child, kNoNode});
      }
      ++depth;
      begin = end + 1;
    }
    open_.resize(depth);
    return open_.back().node;
  }

 private:
  struct Open {
    NodeIndex node = kNoNode;
    NodeIndex last = kNoNode;  // of its children
  };
  Tree& tree_;
  const AclId unknown_;
  std::vector<Open> open_;
};

void move_ephemerals(std::span<const Application* const> applications, Reading& reading) {
  std::vector<NodeIndex> guessed;
  const std::vector<ApplicationAt> found = find_applications(reading.tree, applications);
  if (found.empty()) return;
  reading.tree.walk(kRoot, [&](NodeIndex index, const std::string& path) {
    const bool is_ephemeral = !reading.tree[index].has_children() &&
                              std::any_of(found.begin(), found.end(), [&](const ApplicationAt& at) {
                                return at.application->makes_ephemeral(path, at.root);
                              });
    if (!is_ephemeral) return true;
    EphemeralZnode znode;
    znode.path = path;
    znode.data = reading.tree.znode(index).data;
    reading.ephemerals.push_back(std::move(znode));
    guessed.push_back(index);
    return true;
  });
  reading.tree.remove_all(guessed);
}

}  // namespace

Result<Reading> BurrySource::read(const ReadOptions& options) {
  std::vector<Value> values;
  ARKIVE_TRY(read_burry_files(path_, limits_, [&](const std::string& name, std::string&& data) -> Status {
    if (name == kAbout) return read_about(path_, data, facts_);
    ARKIVE_ASSIGN(std::string path, path_of(path_, name));
    values.push_back({std::move(path), std::move(data)});
    return ok();
  }));
  if (values.empty()) {
    return fail(Outcome::kCorrupt, "read '" + printable(path_) + "': it holds no znode",
                "burry leaves such a dump behind when it could not read the ensemble");
  }
  std::sort(values.begin(), values.end(), before);
  const auto twice = std::adjacent_find(values.begin(), values.end(),
                                        [](const Value& a, const Value& b) { return a.path == b.path; });
  if (twice != values.end()) return refused(path_, twice->path, "is there twice, under two names");

  Reading reading;
  Builder builder(reading.tree);
  std::vector<bool> has_value;
  for (Value& value : values) {
    if (!is_wanted(value.path) || !options.selection.takes(value.path)) continue;
    const NodeIndex index = builder.at(value.path);
    if (has_value.size() <= index) has_value.resize(index + 1);
    has_value[index] = true;
    // burry writes an empty file for both; null is what most programs create znodes with that carry nothing.
    if (!value.data.empty()) reading.tree.set_data(index, value.data);
    value.data = std::string();
  }
  has_value.resize(reading.tree.index_end());
  move_ephemerals(applications_, reading);
  reading.tree.walk(kRoot, [&](NodeIndex index, const std::string& path) {
    reading.masked_acls.push_back(path);
    if (!is_at_or_below(path, kReserved)) {
      if (!has_value[index]) facts_.without_value.push_back(path);
      if (has_value[index] && reading.tree[index].is_null()) reading.null_or_empty.push_back(path);
    }
    return true;
  });
  std::sort(reading.masked_acls.begin(), reading.masked_acls.end());
  facts_.null_or_empty = reading.null_or_empty.size();
  facts_.ephemerals = reading.ephemerals.size();
  reading.consistency = Consistency::kFuzzy;
  reading.passes = 1;
  reading.server = (facts_.endpoint.empty() ? "unknown" : facts_.endpoint) + " (by burry" +
                   (facts_.snapshot_date.empty() ? "" : ", " + facts_.snapshot_date) + ")";
  return reading;
}

}  // namespace arkive::zk

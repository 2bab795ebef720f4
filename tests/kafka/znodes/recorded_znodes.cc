#include "tests/kafka/znodes/recorded_znodes.h"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kafka/znodes/kafka_application.h"

namespace arkive::kafka::test {
namespace {

using Data = std::map<std::string, std::optional<std::string>>;

std::string bytes_of(const std::string& latin1_as_utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < latin1_as_utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(latin1_as_utf8[i]);
    if (c < 0x80) {
      bytes += latin1_as_utf8[i];
    } else {
      bytes += static_cast<char>(((c & 3U) << 6) | (static_cast<unsigned char>(latin1_as_utf8[++i]) & 0x3fU));
    }
  }
  return bytes;
}

zk::Tree make_tree(const Data& znodes, const std::string& root) {
  zk::Tree tree;
  for (const auto& [path, data] : znodes) {
    const zk::NodeIndex node = tree.make(root + path);
    tree.set_data(node, data ? std::optional<Bytes>(*data) : std::nullopt);
  }
  return tree;
}

std::optional<zk::Znode> find(const Data& znodes, const std::string& path, const std::string& root) {
  const auto found = znodes.find(path);
  if (found == znodes.end()) return std::nullopt;
  return znode(root + path, found->second);
}

}  // namespace

std::vector<std::string> recorded_versions() {
  return {"1.1.1", "2.4.1", "3.9.1"};
}

std::vector<Step> recorded_steps(const std::string& version, const std::string& root) {
  std::ifstream file(std::string(RECORDED_ZNODES) + "/kafka-" + version + ".json");
  const nlohmann::json recording = nlohmann::json::parse(file);
  std::vector<Step> steps;
  Data now;
  for (const nlohmann::json& recorded : recording.at("steps")) {
    Data next = now;
    Step step;
    step.what = recorded.at("what").get<std::string>();
    std::vector<std::string> touched;
    for (const auto& [path, data] : recorded.at("put").items()) {
      next[path] = data.is_null() ? std::nullopt : std::optional(bytes_of(data.get<std::string>()));
      touched.push_back(path);
    }
    for (const nlohmann::json& path : recorded.at("removed")) {
      next.erase(path.get<std::string>());
      touched.push_back(path.get<std::string>());
    }
    std::sort(touched.begin(), touched.end());
    for (const std::string& path : touched) {
      step.changes.push_back({root + path, find(now, path, root), find(next, path, root)});
    }
    step.before = make_tree(now, root);
    step.after = make_tree(next, root);
    now = std::move(next);
    steps.push_back(std::move(step));
  }
  return steps;
}

Step recorded_step(const std::string& version, const std::string& what) {
  for (Step& step : recorded_steps(version)) {
    if (step.what == what) return std::move(step);
  }
  throw std::runtime_error("no step '" + what + "' recorded of Kafka " + version);
}

zk::Znode znode(const std::string& path, std::optional<std::string> data) {
  zk::Znode made;
  made.path = path;
  made.data = std::move(data);
  made.acl = zk::open_acl();
  return made;
}

zk::ZnodeChange change(const std::string& path, std::optional<std::string> before,
                       std::optional<std::string> after) {
  zk::ZnodeChange made{path, std::nullopt, std::nullopt};
  if (before) made.before = znode(path, std::move(before));
  if (after) made.after = znode(path, std::move(after));
  return made;
}

zk::Tree tree_of(const std::vector<std::pair<std::string, std::string>>& znodes) {
  zk::Tree tree;
  for (const auto& [path, data] : znodes) tree.set_data(tree.make(path), Bytes(data));
  return tree;
}

Told tell(const std::vector<zk::ZnodeChange>& changes, const std::string& root) {
  Told told;
  told.sentences = kafka_application()->describe(changes, root, told.unknown);
  for (const zk::Sentence& sentence : told.sentences)
    (sentence.minor ? told.minor : told.major).push_back(sentence.text);
  return told;
}

}  // namespace arkive::kafka::test

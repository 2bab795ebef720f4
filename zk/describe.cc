// Who tells which change: each application what stands below its root, plain words for the rest.
#include <algorithm>

#include "zk/application.h"

namespace arkive::zk {
namespace {

// The categories of the plain words (describe_plainly); all others are an application's own.
bool is_plain(const Sentence& sentence) {
  return sentence.category.starts_with("znode-");
}

}  // namespace

std::vector<ApplicationAt> find_applications(const Tree& tree,
                                             std::span<const Application* const> applications) {
  std::vector<ApplicationAt> found;
  for (const Application* application : applications) {
    for (std::string& root : application->find_roots(tree)) found.push_back({application, std::move(root)});
  }
  return found;
}

std::vector<Sentence> describe_changes(std::span<const ZnodeChange> changes,
                                       std::span<const ApplicationAt> applications) {
  std::vector<Sentence> sentences;
  std::vector<ZnodeChange> rest(changes.begin(), changes.end());
  for (const ApplicationAt& at : applications) {
    std::vector<ZnodeChange> mine;
    std::vector<ZnodeChange> others;
    for (ZnodeChange& change : rest) {
      (is_at_or_below(change.path, at.root) ? mine : others).push_back(std::move(change));
    }
    std::vector<std::size_t> unknown;
    std::vector<Sentence> told = at.application->describe(mine, at.root, unknown);
    std::move(told.begin(), told.end(), std::back_inserter(sentences));
    for (std::size_t index : unknown) others.push_back(std::move(mine[index]));
    rest = std::move(others);
  }
  std::sort(rest.begin(), rest.end(),
            [](const ZnodeChange& a, const ZnodeChange& b) { return a.path < b.path; });
  std::vector<Sentence> plain = describe_plainly(rest);
  std::move(plain.begin(), plain.end(), std::back_inserter(sentences));
  return sentences;
}

std::string summarise_changes(std::span<const Sentence> sentences,
                              std::span<const ApplicationAt> applications) {
  std::vector<Sentence> plain;
  std::vector<Sentence> told;
  for (const Sentence& sentence : sentences) (is_plain(sentence) ? plain : told).push_back(sentence);
  std::string summary;
  if (!told.empty() && !applications.empty()) summary = applications.front().application->summarise(told);
  const std::string rest = plain.empty() ? std::string() : summarise_plainly(plain);
  if (!summary.empty() && !rest.empty()) summary += ", ";
  summary += rest;
  return summary.empty() ? "no change worth a word" : summary;
}

}  // namespace arkive::zk

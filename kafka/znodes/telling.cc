#include "kafka/znodes/telling.h"

#include <iterator>
#include <utility>

namespace arkive::kafka {
namespace {

Bytes data_of(const std::optional<zk::Znode>& znode) {
  return znode && znode->data ? Bytes(*znode->data) : Bytes();
}

}  // namespace

Bytes Change::data_before() const {
  return data_of(znodes->before);
}

Bytes Change::data_after() const {
  return data_of(znodes->after);
}

void Telling::say(Change& change, std::string category, std::string text) {
  change.told = true;
  sentences_.push_back({std::move(text), change.znodes->path, std::move(category), false});
}

void Telling::say_minor(Change& change, std::string category, std::string text) {
  change.told = true;
  minor_.push_back({std::move(text), change.znodes->path, std::move(category), true});
}

std::vector<zk::Sentence> Telling::finish() {
  std::vector<zk::Sentence> all = std::move(sentences_);
  std::move(minor_.begin(), minor_.end(), std::back_inserter(all));
  return all;
}

}  // namespace arkive::kafka

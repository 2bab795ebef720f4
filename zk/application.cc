#include "zk/application.h"

#include <algorithm>
#include <map>
#include <set>

#include "stores/core/time.h"
#include "zk/data_difference.h"

namespace arkive::zk {
namespace {

constexpr std::size_t kLongestSummary = 100;

// The words for what happened, by category, in the order in which a summary counts them.
constexpr std::pair<std::string_view, std::string_view> kCounted[] = {
    {"znode-created", "created"},
    {"znode-removed", "removed"},
    {"znode-changed", "changed"},
    {"znode-acl-changed", "with another ACL"},
    {"znode-kind-changed", "of another kind"},
};

std::string in_short(const std::optional<std::string>& data) {
  return data ? data_in_short(*data) : "null";
}

std::string kind_in_words(const Znode& znode) {
  switch (znode.kind) {
    case Kind::kPersistent:
      return "persistent";
    case Kind::kContainer:
      return "container";
    case Kind::kTtl:
      return "TTL of " + human_duration(std::chrono::milliseconds(znode.ttl));
  }
  return "persistent";
}

// A digest entry without its hash, which is nobody's to see.
AclEntry without_hash(AclEntry entry) {
  if (entry.scheme == "digest") entry.id.resize(std::min(entry.id.find(':'), entry.id.size()));
  return entry;
}

std::string entry_in_words(const AclEntry& entry) {
  return printable(format_acl({without_hash(entry)}));
}

bool has(const Acl& acl, const AclEntry& entry) {
  return std::find(acl.begin(), acl.end(), entry) != acl.end();
}

std::string acl_difference(const Acl& before, const Acl& after) {
  std::vector<std::string> parts;
  std::set<std::string> other_hash;
  for (const AclEntry& entry : after) {
    if (has(before, entry)) continue;
    const bool only_hash = std::any_of(before.begin(), before.end(), [&](const AclEntry& old) {
      return !has(after, old) && without_hash(old) == without_hash(entry);
    });
    if (only_hash) {
      parts.push_back(entry_in_words(entry) + " with another password");
      other_hash.insert(entry_in_words(entry));
    } else {
      parts.push_back(entry_in_words(entry) + " added");
    }
  }
  for (const AclEntry& entry : before) {
    if (!has(after, entry) && !other_hash.contains(entry_in_words(entry))) {
      parts.push_back(entry_in_words(entry) + " removed");
    }
  }
  if (parts.empty()) return "the same entries in another order";
  constexpr std::size_t kMostParts = 6;
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i == kMostParts) return text + ", and " + std::to_string(parts.size() - i) + " more";
    text += (i == 0 ? "" : ", ") + parts[i];
  }
  return text;
}

class PlainWords {
 public:
  std::vector<Sentence> take() { return std::move(sentences_); }

  void tell(const ZnodeChange& change) {
    path_ = change.path;
    if (!change.before) {
      say("created, " + in_short(change.after->data) + with_acl_and_kind(*change.after), "znode-created");
    } else if (!change.after) {
      say("removed, was " + in_short(change.before->data), "znode-removed");
    } else {
      tell_change(*change.before, *change.after);
    }
  }

 private:
  void say(const std::string& text, std::string category) {
    sentences_.push_back({printable(path_) + ": " + text, path_, std::move(category), false});
  }

  static std::string with_acl_and_kind(const Znode& znode) {
    std::string text;
    if (znode.kind != Kind::kPersistent) text += ", " + kind_in_words(znode);
    if (znode.acl != open_acl()) {
      text += ", ACL";
      for (const AclEntry& entry : znode.acl) text += ' ' + entry_in_words(entry);
    }
    return text;
  }

  void tell_change(const Znode& before, const Znode& after) {
    if (before.data != after.data) {
      if (!before.data || !after.data) {
        say(in_short(before.data) + " -> " + in_short(after.data), "znode-changed");
      } else {
        const DataDifference difference = data_difference(*before.data, *after.data);
        for (const std::string& part : difference.parts) say(part, "znode-changed");
        for (const std::string& line : difference.details) {
          sentences_.push_back({"    " + line, path_, "znode-diff", false});
        }
      }
    }
    if (before.acl != after.acl) say("ACL: " + acl_difference(before.acl, after.acl), "znode-acl-changed");
    if (before.kind != after.kind || before.ttl != after.ttl) {
      say(kind_in_words(before) + " -> " + kind_in_words(after), "znode-kind-changed");
    }
  }

  std::string path_;
  std::vector<Sentence> sentences_;
};

}  // namespace

std::vector<Sentence> describe_plainly(std::span<const ZnodeChange> changes) {
  PlainWords words;
  for (const ZnodeChange& change : changes) words.tell(change);
  return words.take();
}

std::string summarise_plainly(std::span<const Sentence> sentences) {
  if (sentences.size() == 1 && sentences[0].text.size() <= kLongestSummary) return sentences[0].text;
  std::map<std::string_view, std::set<std::string_view>> paths;
  for (const Sentence& sentence : sentences) paths[sentence.category].insert(sentence.path);
  std::string summary;
  for (const auto& [category, word] : kCounted) {
    const std::size_t count = paths[category].size();
    if (count == 0) continue;
    const std::string what = !summary.empty() ? " " : count == 1 ? " znode " : " znodes ";
    summary += (summary.empty() ? "" : ", ") + std::to_string(count) + what + std::string(word);
  }
  return summary;
}

}  // namespace arkive::zk

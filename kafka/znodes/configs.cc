// Configs: entries set, changed and removed; of users, clients and ips that is quotas and SCRAM credentials.

#include "kafka/znodes/secrets.h"
#include "kafka/znodes/telling.h"
#include "kafka/znodes/words.h"
#include "kafka/znodes/znode_data.h"

namespace arkive::kafka {
namespace {

// An entry of a config before and after; null where it is not there.
struct Entry {
  const std::string* before = nullptr;
  const std::string* after = nullptr;
  std::string_view action() const {
    return before == nullptr ? "set" : after == nullptr ? "removed" : "changed";
  }
};

std::map<std::string, Entry> differing(const Config& before, const Config& after) {
  std::map<std::string, Entry> entries;
  for (const auto& [key, value] : before) entries[key].before = &value;
  for (const auto& [key, value] : after) entries[key].after = &value;
  std::erase_if(entries, [](const auto& item) {
    const Entry& entry = item.second;
    return entry.before != nullptr && entry.after != nullptr && *entry.before == *entry.after;
  });
  return entries;
}

std::string secret_words(const KafkaZnode& at, const std::string& key, const Entry& entry) {
  const std::string what = shown(key) + " " + std::string(entry.action());
  if (entry.before == nullptr || entry.after == nullptr || at.type != "brokers")
    return what + " (secret, not shown)";
  return what + " (secret, not shown; Kafka encrypts it anew whenever this broker's config is written)";
}

std::string entry_words(const KafkaZnode& at, const std::string& key, const Entry& entry) {
  const bool secret = (entry.before != nullptr && is_secret_entry(at.type, key, *entry.before)) ||
                      (entry.after != nullptr && is_secret_entry(at.type, key, *entry.after));
  if (secret) return secret_words(at, key, entry);
  if (entry.before == nullptr) return shown(key) + " set to " + shown(*entry.after);
  if (entry.after == nullptr) return shown(key) + " removed (was " + shown(*entry.before) + ")";
  return shown(key) + " " + shown(*entry.before) + " -> " + shown(*entry.after);
}

std::string iterations_of(const std::string* value) {
  if (value == nullptr) return {};
  const std::optional<ScramCredential> credential = parse_scram(*value);
  return credential ? credential->iterations : std::string();
}

void tell_scram(Telling& telling, Change& change, const std::string& key, const Entry& entry) {
  const std::string whose = entity_words(change.at) + ", " + shown(key);
  const std::string was = iterations_of(entry.before);
  const std::string is = iterations_of(entry.after);
  if (entry.before == nullptr) {
    telling.say(change, "scram-created",
                "SCRAM credential created: " + whose + (is.empty() ? "" : ", " + is + " iterations"));
  } else if (entry.after == nullptr) {
    telling.say(change, "scram-removed", "SCRAM credential removed: " + whose);
  } else {
    const std::string iterations = was == is || was.empty() || is.empty()
                                       ? (is.empty() ? "" : ", " + is + " iterations")
                                       : ", iterations " + was + " -> " + is;
    telling.say(change, "scram-changed", "SCRAM credential changed: " + whose + iterations);
  }
}

// "broker-config", "user-config", ...
std::string kind_of(const KafkaZnode& at) {
  if (at.type == "brokers") return "broker-config";
  if (at.type == "users") return at.of_client ? "client-config" : "user-config";
  if (at.type == "clients") return "client-config";
  if (at.type == "ips") return "ip-config";
  return "config";
}

bool has_quotas(const KafkaZnode& at) {
  return at.type == "users" || at.type == "clients" || at.type == "ips";
}

void tell_entry(Telling& telling, Change& change, const std::string& subject, const std::string& kind,
                const std::string& key, const Entry& entry) {
  const std::string action(entry.action());
  if (change.at.type == "users" && is_scram(key)) return tell_scram(telling, change, key, entry);
  if (has_quotas(change.at) && is_quota(key)) {
    return telling.say(change, "quota-" + action,
                       "quota for " + entity_words(change.at) + ": " + entry_words(change.at, key, entry));
  }
  telling.say(change, kind + "-" + action, subject + ": " + entry_words(change.at, key, entry));
}

}  // namespace

std::string shown_value(std::string_view type, const std::string& key, const std::string& value) {
  return is_secret_entry(type, key, value) ? "(secret)" : shown(value);
}

void tell_config_entries(Telling& telling, Change& change, const std::string& subject,
                         const std::string& kind) {
  if (!change.data_changed()) return;
  const std::optional<Config> before = parse_config(change.data_before());
  const std::optional<Config> after = parse_config(change.data_after());
  if (!before || !after) return;
  for (const auto& [key, entry] : differing(*before, *after)) {
    tell_entry(telling, change, subject, kind, key, entry);
  }
  if (change.told) return;
  const std::string what = change.created() ? "created" : change.removed() ? "removed" : "rewritten";
  telling.say_minor(change, "config-rewritten",
                    subject + ": config " + what + (after->empty() ? ", empty" : ", the same entries"));
}

void tell_configs(Telling& telling) {
  for (Change& change : telling.changes()) {
    if (change.told || change.at.role != ZnodeRole::kConfig || change.at.type == "topics") continue;
    tell_config_entries(telling, change, entity_words(change.at), kind_of(change.at));
  }
}

}  // namespace arkive::kafka

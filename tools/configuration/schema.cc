#include "tools/configuration/schema.h"

namespace arkive::tools {
namespace {

using C = ClusterConfiguration;
using K = ValueKind;

// The largest segment and rate that `arkive archive` takes.
constexpr std::uint64_t kMostBytes = 0x7fffffff;

constexpr std::uint64_t kMostRuns = 1'000'000;

const Section kSections[] = {
    {"encryption", false,
     "With which key the store is encrypted: one of the three. Histories in git are not."},
    {"proof", false, "With which key the runs in the store are signed. Histories in git are not."},
    {"zookeeper", false,
     "How the tree is reached. Left out for a cluster without ZooKeeper (KRaft): it has no tree."},
    {"kafka", true, "How the brokers are reached."},
    {"tree", false, "What of the tree, and where it goes besides the store."},
    {"topics", false, "Which topics, and how they are fetched and kept."},
    {"retention", false,
     "Which runs stay once a backup is committed, in the store and in the histories: docs/retention.md. Left "
     "out: all."},
};

const Key kKeys[] = {
    {"", "to", K::kText, true, "",
     "where the backup is kept: a store (directory, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, "
     "az://ACCOUNT/CONTAINER/PREFIX)",
     [](C& c, Value&& v) { c.to = std::move(v.text); }},

    {"encryption", "key_file", K::kFile, false, "none",
     "a file that holds the key: 32 bytes, or 64 hex digits, or Base64; mode 0600",
     [](C& c, Value&& v) { c.encryption.key_file = std::move(v.text); }},
    {"encryption", "key_command", K::kText, false, "none",
     "a shell command that prints the key: that of a key service",
     [](C& c, Value&& v) { c.encryption.key_command = std::move(v.text); }},
    {"encryption", "passphrase_file", K::kFile, false, "none",
     "a file whose first line is the passphrase; mode 0600",
     [](C& c, Value&& v) { c.encryption.passphrase_file = std::move(v.text); }},
    {"encryption",
     "hide_names",
     K::kChoice,
     false,
     "no",
     "yes: names of topics and clusters cannot be read in the store, either; settled when it is made",
     [](C& c, Value&& v) { c.encryption.hide_names = std::move(v.text); },
     {"yes", "no"}},

    {"proof", "signing_key", K::kFile, false, "none",
     "a file that holds an Ed25519 key (arkive key make-signing), mode 0600: the runs are signed",
     [](C& c, Value&& v) { c.proof.signing_key = std::move(v.text); }},
    {"proof", "public_key", K::kFile, false, "none",
     "a file of public keys, those of the signing keys before this one: retention goes on with their runs",
     [](C& c, Value&& v) { c.proof.public_key = std::move(v.text); }},

    {"zookeeper", "connect", K::kText, true, "",
     "the ensemble, as ZooKeeper's clients take it: host1:2181,host2:2181/chroot",
     [](C& c, Value&& v) { c.zookeeper.connect = std::move(v.text); }},
    {"zookeeper", "auth_file", K::kFile, false, "none",
     "a file of identities, a line each, scheme:id (digest:user:password); mode 0600",
     [](C& c, Value&& v) { c.zookeeper.auth_file = std::move(v.text); }},
    {"zookeeper", "session_timeout", K::kDuration, false, "30s", "the session timeout asked of the servers",
     [](C& c, Value&& v) { c.zookeeper.session_timeout = v.duration; }},
    {"zookeeper", "timeout", K::kDuration, false, "60s",
     "how long to wait for a server, a lock or a connection that was lost",
     [](C& c, Value&& v) { c.zookeeper.timeout = v.duration; }},
    {"zookeeper",
     "connections",
     K::kCount,
     false,
     "4",
     "connections, spread over the hosts given",
     [](C& c, Value&& v) { c.zookeeper.connections = v.number; },
     {},
     1,
     64},
    {"zookeeper",
     "passes",
     K::kCount,
     false,
     "5",
     "read again what moved, at most this often, until the tree stands still",
     [](C& c, Value&& v) { c.zookeeper.passes = v.number; },
     {},
     1,
     100},

    {"kafka", "bootstrap", K::kText, true, "", "some brokers of the cluster: host1:9092,host2:9092",
     [](C& c, Value&& v) { c.kafka.bootstrap = std::move(v.text); }},
    {"kafka", "client_properties", K::kFile, false, "none",
     "a file of TLS and SASL settings, as Kafka's own tools take them",
     [](C& c, Value&& v) { c.kafka.client_properties = std::move(v.text); }},
    {"kafka", "timeout", K::kDuration, false, "60s", "how long to wait for a broker or a lock",
     [](C& c, Value&& v) { c.kafka.timeout = v.duration; }},
    {"kafka",
     "reader",
     K::kChoice,
     false,
     "auto",
     "who reads the topics; auto: arkive's own client, and librdkafka for Kerberos",
     [](C& c, Value&& v) { c.kafka.reader = std::move(v.text); },
     {"auto", "wire", "librdkafka"}},

    {"tree", "to", K::kTextList, false, "none", "git histories that get the tree too: git:PATH",
     [](C& c, Value&& v) { c.tree.to = std::move(v.list); }},
    {"tree", "exclude", K::kTextList, false, "none",
     "globs over paths of znodes that are left out, with what is below them; both halves are not compared "
     "then",
     [](C& c, Value&& v) { c.tree.exclude = std::move(v.list); }},

    {"topics", "include", K::kTextList, false, "all, internal ones too",
     "globs over names of topics: only those that match",
     [](C& c, Value&& v) { c.topics.include = std::move(v.list); }},
    {"topics", "exclude", K::kTextList, false, "none", "globs over names of topics that are left out",
     [](C& c, Value&& v) { c.topics.exclude = std::move(v.list); }},
    {"topics",
     "segment_size",
     K::kSize,
     false,
     "1GiB",
     "begin a new segment beyond this size",
     [](C& c, Value&& v) { c.topics.segment_size = v.number; },
     {},
     1,
     kMostBytes},
    {"topics",
     "compress",
     K::kChoice,
     false,
     "none",
     "zstd: keep what producers left uncompressed as .log.zst; zstd -d gives the segment back",
     [](C& c, Value&& v) { c.topics.compress = std::move(v.text); },
     {"none", "zstd"}},
    {"topics",
     "limit_rate",
     K::kSize,
     false,
     "none",
     "fetch at most this much a second",
     [](C& c, Value&& v) { c.topics.limit_rate = v.number; },
     {},
     1,
     kMostBytes},
    {"topics", "transaction_wait", K::kDuration, false, "30s",
     "how long open transactions below the cut are waited for",
     [](C& c, Value&& v) { c.topics.transaction_wait = v.duration; }},
    {"topics",
     "workers",
     K::kCount,
     false,
     "as suits the brokers",
     "connections that fetch",
     [](C& c, Value&& v) { c.topics.workers = v.number; },
     {},
     1,
     64},

    {"retention",
     "keep",
     K::kCount,
     false,
     "none",
     "the newest so many runs stay",
     [](C& c, Value&& v) { c.retention.rules.last = v.number; },
     {},
     1,
     kMostRuns},
    {"retention", "keep_within", K::kDuration, false, "none",
     "runs stay that began so long before the newest whole one",
     [](C& c, Value&& v) {
       if (v.duration.count() > 0) c.retention.rules.within = v.duration;
     }},
    {"retention",
     "keep_daily",
     K::kCount,
     false,
     "none",
     "of so many days (UTC) the newest run stays",
     [](C& c, Value&& v) { c.retention.rules.daily = v.number; },
     {},
     1,
     kMostRuns},
    {"retention",
     "keep_weekly",
     K::kCount,
     false,
     "none",
     "of so many weeks (from Monday) the newest run stays",
     [](C& c, Value&& v) { c.retention.rules.weekly = v.number; },
     {},
     1,
     kMostRuns},
    {"retention",
     "keep_monthly",
     K::kCount,
     false,
     "none",
     "of so many months the newest run stays",
     [](C& c, Value&& v) { c.retention.rules.monthly = v.number; },
     {},
     1,
     kMostRuns},
    {"retention",
     "keep_yearly",
     K::kCount,
     false,
     "none",
     "of so many years the newest run stays",
     [](C& c, Value&& v) { c.retention.rules.yearly = v.number; },
     {},
     1,
     kMostRuns},
    {"retention",
     "extend",
     K::kChoice,
     false,
     "no",
     "yes: what the runs that stay need is locked anew, as by arkive prune --extend-retention",
     [](C& c, Value&& v) { c.retention.extend = std::move(v.text); },
     {"yes", "no"}},
};

std::string kind_text(const Key& key) {
  switch (key.kind) {
    case K::kText:
      return "text";
    case K::kFile:
      return "file";
    case K::kTextList:
      return "list of texts, or one";
    case K::kDuration:
      return "duration: 500ms, 30s, 5m";
    case K::kSize:
      return "size: 4096, 64MiB";
    case K::kCount:
      return "number, " + std::to_string(key.least) + " to " + std::to_string(key.most);
    case K::kChoice:
      break;
  }
  std::string words;
  for (const std::string_view choice : key.choices)
    words += (words.empty() ? "" : ", ") + std::string(choice);
  return "one of " + words;
}

std::string table_of(std::string_view section) {
  std::string text = "| key | value | default | meaning |\n|---|---|---|---|\n";
  for (const Key& key : kKeys) {
    if (key.section != section) continue;
    text += "| `" + std::string(key.name) + "` | " + kind_text(key) + " | " +
            (key.required ? std::string("required") : std::string(key.shown_default)) + " | " +
            std::string(key.description) + " |\n";
  }
  return text;
}

}  // namespace

std::span<const Key> keys() {
  return kKeys;
}

std::span<const Section> sections() {
  return kSections;
}

std::string schema_markdown() {
  std::string text = "### clusters: NAME:\n\nOne section a cluster, by the name its runs are kept under.\n\n";
  text += table_of("");
  for (const Section& section : kSections) {
    text += "\n### clusters: NAME: " + std::string(section.name) + ":\n\n" +
            std::string(section.description) + (section.required ? " Required." : "") + "\n\n" +
            table_of(section.name);
  }
  return text;
}

}  // namespace arkive::tools

/// What the command line says, as plain values: filled by command_line.cc, used by the commands.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/places/place_options.h"

namespace arkive::tools {

struct CommonOptions {
  bool json = false;     ///< facts as JSON on standard output
  bool quiet = false;    ///< no progress, only warnings and errors
  bool verbose = false;  ///< debug messages
  std::string log_format = "text";
  std::chrono::milliseconds deadline{0};  ///< from the start; 0: none
  std::string store_settings;             ///< file; empty: that of the environment, if any
};

/// How to reach ZooKeeper.
struct ZooKeeperOptions {
  std::string connect;
  std::string auth_file;
  std::chrono::milliseconds session_timeout{30'000};
  std::chrono::milliseconds timeout{60'000};  ///< for connecting, and for being without a server at a stretch
};

/// What of the tree.
struct SelectionOptions {
  std::string path = "/";
  std::vector<std::string> include;
  std::vector<std::string> exclude;
};

struct DumpOptions {
  ZooKeeperOptions zk;
  SelectionOptions selection;
  std::vector<std::string> to;
  KeyOptions key;
  std::string signing_key;  ///< file; empty: the run is not signed
  std::string cluster = "main";
  std::string source = "client";
  int connections = 4;
  int passes = 5;
  std::string redact;  ///< "" or "secrets"
  std::string push;    ///< URL
  bool push_secrets = false;
  bool break_lock = false;
  std::string metrics;  ///< file
};

/// How to reach Kafka.
struct KafkaOptions {
  std::string bootstrap;
  std::string command_config;                 ///< a client.properties file
  std::chrono::milliseconds timeout{60'000};  ///< for reaching the cluster
};

struct ArchiveOptions {
  KafkaOptions kafka;
  std::string reader = "auto";  ///< "auto", "wire", "librdkafka"
  std::string to;
  KeyOptions key;
  std::string signing_key;  ///< file; empty: the run is not signed
  std::string cluster = "main";
  std::vector<std::string> topics;   ///< globs; none: all
  std::vector<std::string> exclude;  ///< globs
  std::uint64_t limit_rate = 0;      ///< bytes a second; 0: none
  std::uint64_t segment_size = std::uint64_t{1} << 30;
  std::string compress = "none";  ///< or zstd
  std::chrono::milliseconds transaction_wait{30'000};
  int workers = 0;
  bool follow = false;
  std::chrono::milliseconds interval{60'000};  ///< from the beginning of a run to that of the next
  std::string metrics;                         ///< file
};

struct BackupOptions {
  std::string configuration;  ///< file
  std::string cluster;        ///< empty: all of the file
  std::string metrics;        ///< file
};

struct ImportBurryOptions {
  std::string dump;  ///< a zip or a directory
  std::vector<std::string> to;
  KeyOptions key;
  std::string signing_key;  ///< file; empty: the run is not signed
  std::string cluster;
  std::chrono::milliseconds timeout{60'000};  ///< for locks
};

struct CheckOptions {
  ZooKeeperOptions zk;
  SelectionOptions selection;
  std::vector<std::string> to;
  KeyOptions key;
  int connections = 4;
};

struct ListOptions {
  FromOptions from;
};

struct ShowOptions {
  FromOptions from;
  std::string path;  ///< a znode, or topic[@id][/partition[/gN][@offset|@time]]
  std::string format = "text";
  std::uint64_t limit = 20;
};

struct ExportOptions {
  FromOptions from;
  std::string topic;  ///< topic[@id][/partition[/gN]]
  std::string format = "jsonl";
  std::string from_offset;
  std::string until_offset;
  std::string from_time;
  std::string until_time;
  bool all = false;
  std::string output;  ///< file; empty: standard output
};

struct LogOptions {
  FromOptions from;
  std::string path = "/";
  bool all = false;
  std::uint64_t limit = 0;  ///< 0: no limit
};

struct DiffOptions {
  FromOptions from;
  std::string before;
  std::string after;
  std::string path = "/";
  bool all = false;
};

struct VerifyOptions {
  FromOptions from;
  std::string last_seen;          ///< file; empty: nothing is remembered
  std::string level = "batches";  ///< of topics: presence, hashes, batches
  std::uint32_t part = 1;         ///< of topics: only this part ...
  std::uint32_t parts = 1;        ///< ... of so many
  bool against_cluster = false;
  KafkaOptions kafka;
  std::uint32_t sample = 3;           ///< batches of each partition
  std::optional<std::uint64_t> seed;  ///< of the sample; none: another one each time
};

struct InspectLogsOptions {
  std::vector<std::string> directories;
  std::string output;  ///< file; empty: none
  std::int32_t broker = -1;
  bool headers_only = false;
};

struct PruneOptions {
  FromOptions from;
  std::uint64_t keep = 0;  ///< of this and those below: 0, no such rule
  std::chrono::milliseconds within{};
  std::uint64_t daily = 0;
  std::uint64_t weekly = 0;
  std::uint64_t monthly = 0;
  std::uint64_t yearly = 0;
  bool dry_run = false;
  std::string signing_key;            ///< file
  std::vector<std::string> unproven;  ///< ids of runs that go though nothing proves them
  bool extend_retention = false;
};

struct MergeOptions {
  FromOptions from;
  std::vector<std::string> topics;   ///< globs; none: all
  std::vector<std::string> exclude;  ///< globs
  std::uint64_t segment_size = std::uint64_t{1} << 30;
  std::uint64_t smaller_than = 0;            ///< 0: half of segment_size
  std::chrono::milliseconds keep_records{};  ///< 0: all
  bool dry_run = false;
  std::string signing_key;  ///< file
};

struct CopyOptions {
  FromOptions from;  ///< with a reference: only that run
  std::string to;
  KeyOptions to_key;
  bool to_plain = false;    ///< what is encrypted there may be written in clear
  std::string signing_key;  ///< file: of the record in the history of `to`
};

struct RestoreZnodesOptions {
  FromOptions from;
  ZooKeeperOptions zk;
  std::string path = "/";
  std::string onto;
  std::vector<std::string> overwrite;
  std::string profile = "auto";
  std::uint64_t packet_limit = 0xfffff;
  bool dry_run = false;
  bool no_counters = false;
  std::string dump_before;  ///< repository for the dump of what an overwrite replaces; empty: that of --from
  bool no_dump_before = false;
  std::string acl;  ///< for znodes whose ACL the run does not know: "creator" or an ACL; empty: refused
};

struct RestoreSeedOptions {
  FromOptions from;
  int broker = -1;
  std::vector<std::string> log_dirs;
  std::vector<std::string> topics;   ///< globs; none: all
  std::vector<std::string> exclude;  ///< globs
  std::string dump;                  ///< STORE|git:PATH, with @ID or @TIME; empty: none
  std::string cluster_id;            ///< empty: the archive's
  std::string owner;                 ///< USER[:GROUP]
  bool into_kraft = false;
  bool dry_run = false;
};

struct RestoreTopicsOptions {
  FromOptions from;
  KafkaOptions kafka;
  ZooKeeperOptions zookeeper;              ///< connect empty: not looked at
  std::vector<std::string> topics;         ///< globs; none: all but internal ones
  std::vector<std::string> exclude;        ///< globs
  std::vector<std::string> rename;         ///< OLD=NEW
  std::int32_t partitions = 0;             ///< 0: as in the archive
  std::int16_t replication_factor = 0;     ///< 0: as in the archive
  std::string until;                       ///< time
  std::vector<std::string> until_offsets;  ///< topic/partition=offset, or files of such lines
  std::uint64_t newest = 0;                ///< records of each partition; 0: all
  std::string since;                       ///< time or duration
  bool append = false;
  bool leave_out_unknown = false;  ///< settings that the target does not know
  bool leave_existing = false;     ///< the settings of topics that exist, also while it runs
  bool keep_raised = false;        ///< settings that are raised while it runs
  bool put_back = false;           ///< only put settings back that an earlier call left raised
  std::string journal;             ///< directory; empty: under ~/.local/state
  std::uint64_t limit_rate = 0;    ///< bytes a second; 0: none
  std::string writer = "auto";     ///< "auto", "wire", "librdkafka"
  int workers = 0;
  bool dry_run = false;
};

struct RestoreGroupsOptions {
  FromOptions from;
  KafkaOptions kafka;
  std::vector<std::string> groups;     ///< globs; none: all
  std::vector<std::string> exclude;    ///< globs
  std::vector<std::string> overwrite;  ///< globs
  std::vector<std::string> topics;     ///< globs; none: all
  std::string journal;                 ///< directory of the replay
  std::string writer = "auto";         ///< "auto", "wire", "librdkafka"
  bool same_offsets = false;
  bool dry_run = false;
};

struct RestoreMetadataOptions {
  FromOptions from;
  KafkaOptions kafka;
  std::string path;                    ///< of Kafka's tree; empty: the only one there is
  std::vector<std::string> topics;     ///< globs; none: all
  std::vector<std::string> exclude;    ///< globs
  std::vector<std::string> only;       ///< topics, configs, acls, quotas; none: all
  std::vector<std::string> overwrite;  ///< globs over names of items
  int replication_factor = 0;          ///< 0: that of the dump
  bool internal_topics = false;
  bool dry_run = false;
};

struct KeyListOptions {
  std::string from;  ///< store
  KeyOptions key;    ///< may be left out
};

struct KeyAddOptions {
  std::string from;
  KeyOptions key;    ///< opens it
  KeyOptions added;  ///< opens it from then on
  std::string label;
  bool rotate = false;      ///< what `key` opens is removed
  std::string signing_key;  ///< file: of the record in the history
};

struct KeyRemoveOptions {
  std::string from;
  std::string id;
  KeyOptions key;           ///< may be left out: it opens the history, for the record
  std::string signing_key;  ///< file: of the record in the history
};

struct KeyMakeOptions {
  std::string file;
};

struct HistoryOptions {
  std::string from;     ///< store
  std::string cluster;  ///< empty: all
  KeyOptions key;
  std::string public_key;  ///< file; empty: signatures are not checked
};

struct DocumentationOptions {
  std::string form;  ///< man, markdown, bash, zsh, json
  std::string directory;
};

/// What is looked at for a plan.
struct ObserveOptions {
  ZooKeeperOptions zk;            ///< connect empty: not looked at
  KafkaOptions kafka;             ///< bootstrap empty: not looked at
  std::vector<std::string> logs;  ///< reports of inspect-logs
  std::string output;             ///< file; empty: standard output
};

struct PlanOptions {
  FromOptions from;
  std::string topics_from;  ///< STORE with @RUN; empty: that of `from`
  ObserveOptions observe;
  std::string observation;  ///< file of `arkive observe`, instead of looking
  std::string path = "/";
  std::vector<std::string> overwrite;  ///< globs
  std::string acl;
  std::string scenario;  ///< empty: told from what is seen
  bool make_missing_topics = false;
  bool seed = false;
  std::string output;  ///< file; empty: only shown
  bool markdown = false;
  std::vector<std::string> diff;  ///< two plans: only compared
};

struct ApplyOptions {
  std::string plan;     ///< file
  ZooKeeperOptions zk;  ///< connect empty: as in the plan
  KafkaOptions kafka;   ///< bootstrap empty: as in the plan
  std::string hook;     ///< program; empty: none
  std::vector<std::string> done;
  std::chrono::milliseconds gate_wait{600'000};
  std::uint64_t packet_limit = 0xfffff;
  std::string dump_before;
  KeyOptions key;
  std::string public_key;  ///< file; empty: nothing has to be signed
  bool yes = false;
  bool dry_run = false;
};

struct DrillOptions {
  FromOptions from;
  std::string topics_from;  ///< STORE with @RUN; empty: that of `from`
  std::string kafka_home;
  std::string zookeeper_home;         ///< empty: what Kafka's brings along
  std::string scratch;                ///< directory in which one is made; empty: $TMPDIR or /tmp
  bool keep = false;                  ///< the scratch directory stays
  std::vector<std::string> topics;    ///< globs
  std::uint64_t sample = 0;           ///< bytes; 0: all topics
  std::optional<std::uint64_t> seed;  ///< of the sample and of the batches
  std::uint32_t batches = 3;
  std::uint64_t heap = 512ULL << 20;
  std::chrono::milliseconds gate_wait{600'000};
  std::string metrics;  ///< file
};

}  // namespace arkive::tools

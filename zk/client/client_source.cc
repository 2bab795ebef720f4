#include "zk/client/client_source.h"

#include <utility>

#include "zk/client/bulk_reader.h"
#include "zk/client/server_version.h"
#include "zk/client/walk.h"

namespace arkive::zk {
namespace {

// An ACL that came masked the last time may be readable with the identities of today.
void forget_masked_acls(Tree& tree) {
  for (NodeIndex i = 0; i < tree.index_end(); ++i) {
    Node& node = tree[i];
    if (!node.removed && node.acl != kUnknownAcl && is_masked(tree.acl(node.acl))) node.acl = kUnknownAcl;
  }
}

class ClientSource : public Source {
 public:
  ClientSource(ConnectOptions options, ReadLimits limits) : options_(std::move(options)), limits_(limits) {}

  std::string_view name() const override { return "client"; }
  Result<Reading> read(const ReadOptions& options) override;

 private:
  ConnectOptions options_;
  ReadLimits limits_;
};

/// Ends the time in which others may read the tree, on every way out.
class SharedTime {
 public:
  explicit SharedTime(const ReadOptions& options) : options_(options) {}
  ~SharedTime() { end(); }
  SharedTime(const SharedTime&) = delete;
  SharedTime& operator=(const SharedTime&) = delete;
  void begin(const Tree& tree, std::size_t acls_to_read) {
    if (options_.on_data_read) options_.on_data_read(tree, acls_to_read);
    begun_ = true;
  }
  void end() {
    if (std::exchange(begun_, false) && options_.before_changes) options_.before_changes();
  }

 private:
  const ReadOptions& options_;
  bool begun_ = false;
};

Result<Reading> ClientSource::read(const ReadOptions& options) {
  ARKIVE_ASSIGN(const auto reader,
                BulkReader::open(options_, limits_, options.connections, options.deadline));
  Reading reading;
  Walk walk(*reader, options, options_.connect.chroot, reading);
  std::int64_t before = 0;  // the zxid that every server had reached when the pass before ended
  while (true) {
    ARKIVE_ASSIGN(const bool caught_up, reader->begin_pass(before));
    ARKIVE_TRY(walk.read_tree());
    const bool first = reading.passes == 1;
    if (first && options.known_acls != nullptr) {
      ARKIVE_TRY(options.known_acls->apply(reading.tree));
      forget_masked_acls(reading.tree);
    }
    const std::vector<NodeIndex> unknown = walk.unknown_acls();
    {
      SharedTime shared(options);
      if (first) shared.begin(reading.tree, unknown.size());
      ARKIVE_TRY(walk.read_acls(unknown));
    }
    ARKIVE_TRY(walk.settle());

    reading.zxid_first = reader->zxid_low();
    reading.zxid_last = reader->zxid_high();
    if (reader->zxid_low() == reader->zxid_high()) {
      // All servers told the state after one and the same transaction.
      reading.consistency = Consistency::kQuiet;
    } else if (!first && !walk.differed() && caught_up) {
      // Each znode was the same before `before` and after it, at whichever server.
      reading.consistency = Consistency::kQuiet;
      reading.zxid_first = reading.zxid_last = before;
    } else if (reading.passes < options.most_passes) {
      before = reader->zxid_high();
      continue;
    }
    break;
  }
  if (reading.consistency == Consistency::kQuiet) reading.still_moving.clear();
  walk.finish();
  reading.server = reader->server().text();
  const std::string version = server_version(reader->server(), options.deadline);
  if (!version.empty()) reading.server += " (" + version + ")";
  return reading;
}

}  // namespace

std::unique_ptr<Source> client_source(ConnectOptions options, ReadLimits limits) {
  return std::make_unique<ClientSource>(std::move(options), limits);
}

}  // namespace arkive::zk

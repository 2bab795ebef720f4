#include "zk/restore/step.h"

#include "zk/restore/request_size.h"

namespace arkive::zk {
namespace {

constexpr std::string_view kStatsName = "zookeeper_stats";
// The server counts by itself as soon as the znode is there (DataTree.updateQuotaForPath).
constexpr std::string_view kNoStats = "count=0,bytes=0";

std::optional<std::string> data_of(const Node& node) {
  if (node.is_null()) return std::nullopt;
  return std::string(node.data());
}

WriteOperation create_operation(std::string path, std::optional<std::string> data, const Acl& acl) {
  WriteOperation operation;
  operation.type = WriteOperation::Type::kCreate;
  operation.path = std::move(path);
  operation.data = std::move(data);
  operation.acl = acl;
  return operation;
}

}  // namespace

void append_operations(const Ledger& ledger, const Step& step, std::vector<WriteOperation>& to) {
  switch (step.kind) {
    case Step::Kind::kCreate: {
      const bool in_backup = ledger.item(step.item).source != kNoNode;
      to.push_back(in_backup ? create_operation(ledger.path(step.item), data_of(ledger.node(step.item)),
                                                ledger.first_acl(step.item))
                             : create_operation(ledger.path(step.item), std::nullopt, open_acl()));
      return;
    }
    case Step::Kind::kSetData: {
      WriteOperation operation;
      operation.type = WriteOperation::Type::kSetData;
      operation.path = ledger.path(step.item);
      operation.data = data_of(ledger.node(step.item));
      operation.version = ledger.existing(step.item)->version;
      to.push_back(std::move(operation));
      return;
    }
    case Step::Kind::kCounter: {
      const std::string path = ledger.counter_path(step.item);
      for (std::uint32_t i = 0; i < step.count; ++i) {
        to.push_back(create_operation(path, std::nullopt, counter_acl()));
        WriteOperation remove;
        remove.type = WriteOperation::Type::kDelete;
        remove.path = path;
        to.push_back(std::move(remove));
      }
      return;
    }
    case Step::Kind::kQuotaStats:
      to.push_back(create_operation(join_path(parent_path(ledger.path(step.item)), kStatsName),
                                    std::string(kNoStats), open_acl()));
      return;
    case Step::Kind::kFinalAcl:
      return;  // no multi takes it
  }
}

std::size_t operation_count(const Step& step) {
  return step.kind == Step::Kind::kCounter ? std::size_t{2} * step.count : 1;
}

std::size_t step_size(const Ledger& ledger, const Step& step, std::size_t own_size) {
  const std::size_t path = ledger.path(step.item).size();
  switch (step.kind) {
    case Step::Kind::kCreate: {
      const std::size_t acl = ledger.temporary(step.item) ? own_size : acl_size(ledger.first_acl(step.item));
      return multi_create_size(path, ledger.node(step.item).data().size(), acl);
    }
    case Step::Kind::kSetData:
      return multi_set_size(path, ledger.node(step.item).data().size());
    case Step::Kind::kCounter:
      return step.count * counter_pair_size(path);
    case Step::Kind::kQuotaStats:
      return multi_create_size(path + kStatsName.size(), kNoStats.size(), acl_size(open_acl()));
    case Step::Kind::kFinalAcl:
      return 0;
  }
  return 0;
}

}  // namespace arkive::zk

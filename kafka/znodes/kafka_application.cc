#include "kafka/znodes/kafka_application.h"

#include "kafka/znodes/describe.h"
#include "kafka/znodes/overview.h"
#include "kafka/znodes/restore_rules.h"
#include "kafka/znodes/roots.h"
#include "kafka/znodes/secrets.h"
#include "kafka/znodes/summary.h"
#include "kafka/znodes/views.h"

namespace arkive::kafka {
namespace {

class KafkaApplication final : public zk::Application {
 public:
  std::string_view name() const override { return "kafka"; }
  std::vector<std::string> find_roots(const zk::Tree& tree) const override { return kafka::find_roots(tree); }
  std::vector<zk::Sentence> describe(std::span<const zk::ZnodeChange> changes, std::string_view root,
                                     std::vector<std::size_t>& unknown) const override {
    return kafka::describe(changes, root, unknown);
  }
  std::vector<zk::View> views(const zk::Tree& tree, std::string_view root) const override {
    return kafka::views(tree, root);
  }
  std::vector<zk::SecretRange> secrets(std::string_view path, Bytes data,
                                       std::string_view root) const override {
    return kafka::secrets(path, data, root);
  }
  zk::RestoreRule restore_rule(std::string_view path, std::string_view root) const override {
    return kafka::restore_rule(path, root);
  }
  bool makes_ephemeral(std::string_view path, std::string_view root) const override {
    return kafka::makes_ephemeral(path, root);
  }
  std::string summarise(std::span<const zk::Sentence> sentences) const override {
    return kafka::summarise(sentences);
  }
  std::vector<std::pair<std::string, std::string>> overview(const zk::Tree& tree,
                                                            std::string_view root) const override {
    return kafka::overview(tree, root);
  }
};

}  // namespace

std::unique_ptr<zk::Application> kafka_application() {
  return std::make_unique<KafkaApplication>();
}

}  // namespace arkive::kafka

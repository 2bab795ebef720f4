// A plan as somebody may have edited it: read, compared, told, and its decisions applied to a tree.
#include <nlohmann/json.hpp>
#include <string>

#include "kafka/recovery/znode_decision.h"
#include "restore-plans/plan/plan.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arkive;
  using test::require;
  std::string text(reinterpret_cast<const char*>(data), size);
  // What was observed is sealed and has a fuzzer of its own; here it would hide all else.
  nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_object() && document.contains("observation")) {
    document["observation"] = nlohmann::json::parse(restore_plans::Observation().to_json());
    text = document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  const auto plan = restore_plans::Plan::from_json(text);
  if (!plan) return 0;
  const auto again = restore_plans::Plan::from_json(plan->to_json());
  require(again.has_value(), "a plan that was read is one that can be written and read");
  require(again->to_json() == plan->to_json(), "a plan comes back as it was");
  require(restore_plans::plan_differences(*plan, *again).empty(), "a plan does not differ from itself");
  (void)restore_plans::plan_text(*plan);
  (void)restore_plans::plan_markdown(*plan);
  zk::Tree tree;
  for (const char* const path :
       {"/cluster/id", "/brokers/topics/orders/partitions/0/state", "/controller_epoch"})
    tree.make(path);
  (void)kafka::apply_decisions(plan->decisions, tree).has_value();
  return 0;
}
